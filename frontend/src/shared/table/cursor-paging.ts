import { useNavigate, useRouterState } from "@tanstack/react-router"

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** The cursors of the pages before this one; the first page's is `null`. */
    trail?: (string | null)[]
  }
}

/** The search parameters of a page that lists something. */
export interface ListSearch {
  q?: string
  cursor?: string
}

/** Reads `ListSearch` from an address that anyone may have typed. */
export function parseListSearch(search: Record<string, unknown>): ListSearch {
  // The router turns ?q=123 into a number.
  const read = (key: string) => {
    const value = search[key]
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined
  }
  const { q, cursor } = { q: read("q"), cursor: read("cursor") }
  return { ...(q ? { q } : {}), ...(cursor ? { cursor } : {}) }
}

export interface CursorPaging {
  /** Counted from 1; `null` where a link led into the middle. */
  pageNumber: number | null
  /** `undefined` on the first page. */
  goBack: (() => void) | undefined
  goTo: (nextCursor: string) => void
  goToFirst: () => void
  search: (q: string) => void
}

/**
 * Paging by cursors, of which the API gives only the next. The address holds the page's own cursor,
 * so a reload or a link shows the same page; the way back is kept with the browser's history entry.
 */
export function useCursorPaging({ q, cursor }: ListSearch): CursorPaging {
  const navigate = useNavigate()
  const trail = useRouterState({ select: ({ location }) => location.state.trail })

  const go = (search: ListSearch, nextTrail: (string | null)[], replace = false) =>
    void navigate({ to: ".", search, state: { trail: nextTrail }, replace, resetScroll: !replace })
  const withQuery = (next: string | null): ListSearch => ({
    ...(q ? { q } : {}),
    ...(next ? { cursor: next } : {}),
  })
  const goToFirst = () => go(withQuery(null), [])

  return {
    pageNumber: cursor ? (trail?.length ? trail.length + 1 : null) : 1,
    goBack: cursor
      ? () => go(withQuery(trail?.at(-1) ?? null), trail?.slice(0, -1) ?? [])
      : undefined,
    goTo: (nextCursor) => go(withQuery(nextCursor), [...(trail ?? []), cursor ?? null]),
    goToFirst,
    search: (text) => go(text ? { q: text } : {}, [], true),
  }
}
