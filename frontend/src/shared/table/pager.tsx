import { ChevronLeft, ChevronRight } from "lucide-react"
import { Button } from "@/shared/ui/button"
import type { CursorPaging } from "./cursor-paging"

interface PagerProps {
  paging: CursorPaging
  nextCursor: string | null | undefined
  /** The page asked for has not arrived yet. */
  pending: boolean
}

/**
 * "Previous" and "Next". Renders nothing where one page holds everything.
 *
 * A button that leads nowhere is only said to be disabled (`aria-disabled`): one that is takes the
 * focus away from whoever has just pressed it.
 */
export function Pager({ paging, nextCursor, pending }: PagerProps) {
  if (!paging.goBack && !nextCursor) return null
  const goOn = nextCursor && !pending ? () => paging.goTo(nextCursor) : undefined
  return (
    <nav aria-label="Pages" className="flex items-center justify-between gap-3">
      <p aria-live="polite" className="text-muted-foreground text-sm tabular-nums">
        {paging.pageNumber && `Page ${paging.pageNumber}`}
      </p>
      <div className="flex gap-2">
        <Button
          variant="secondary"
          size="sm"
          aria-disabled={!paging.goBack}
          onClick={paging.goBack}
        >
          <ChevronLeft aria-hidden />
          Previous
        </Button>
        <Button variant="secondary" size="sm" aria-disabled={!goOn} onClick={goOn}>
          Next
          <ChevronRight aria-hidden />
        </Button>
      </div>
    </nav>
  )
}
