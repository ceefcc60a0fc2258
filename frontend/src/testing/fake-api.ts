import { vi } from "vitest"

type Answer = Response | Promise<Response>
type Handler = (request: Request, body: unknown) => Answer

/** Answers by method and path: `{ "GET /api/v1/items": () => json(…) }`. */
export type Handlers = Record<string, Handler>

/** A JSON response. */
export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json" },
  })
}

/** The response of an operation that gives nothing back. */
export function noContent(): Response {
  return new Response(null, { status: 204 })
}

/** An error as the API words it. */
export function problem(status: number, code: string, detail = code): Response {
  return json({ detail, code }, status)
}

export interface Call {
  /** Method and path. */
  operation: string
  url: URL
  body: unknown
}

/**
 * Stands in for the API until the end of the test.
 *
 * @param handlers what to answer; a call to anything else fails the test's request loudly
 * @returns the calls so far (a live list), and `handlers` to change the answers later
 */
export function fakeApi(handlers: Handlers) {
  const calls: Call[] = []
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const request =
      input instanceof Request ? input : new Request(new URL(String(input), location.origin), init)
    const url = new URL(request.url)
    const operation = `${request.method} ${url.pathname}`
    const text = await request.clone().text()
    const body: unknown = text ? JSON.parse(text) : undefined
    calls.push({ operation, url, body })
    const handler = handlers[operation]
    if (!handler) throw new Error(`Nobody answers ${operation}`)
    return handler(request, body)
  })
  const count = (operation: string) => calls.filter((call) => call.operation === operation).length
  return { calls, count, handlers }
}
