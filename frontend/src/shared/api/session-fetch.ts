export interface SessionFetchOptions {
  /** Asks for new session cookies. Called once, however many requests wait for it. */
  refresh: () => Promise<Response>
  /** Called when the session cannot be renewed (401). */
  onSessionLost: () => void
  /** Whether a 401 to this request says something else than "the session has run out". */
  isExempt: (request: Request) => boolean
  fetch?: (request: Request) => Promise<Response>
}

/**
 * A `fetch` that renews the session when the API answers 401, and repeats the request once.
 *
 * Requests that fail together share one refresh; one that was sent before a refresh and answered
 * after it is repeated without another. Only a refresh that is itself answered with 401 ends the
 * session: with a server that is down or a 403 the user stays logged in.
 */
export function createSessionFetch(options: SessionFetchOptions) {
  const send = options.fetch ?? ((request: Request) => globalThis.fetch(request))
  let refreshing: Promise<Response> | null = null
  let renewals = 0

  async function renew(): Promise<Response> {
    const response = await options.refresh()
    if (response.ok) renewals += 1
    else if (response.status === 401) options.onSessionLost()
    return response
  }

  function renewOnce(): Promise<Response> {
    refreshing ??= renew().finally(() => {
      refreshing = null
    })
    return refreshing
  }

  return async function sessionFetch(request: Request): Promise<Response> {
    if (options.isExempt(request)) return send(request)
    // A request's body can be read once, so the copy is made before the first attempt.
    const again = request.clone()
    const renewalsWhenSent = renewals
    const response = await send(request)
    if (response.status !== 401) return response
    if (renewals === renewalsWhenSent) {
      const renewed = await renewOnce()
      if (!renewed.ok) return renewed.status === 401 ? response : renewed.clone()
    }
    return send(again)
  }
}

/**
 * Runs `task` in one tab at a time, where the browser can (`navigator.locks` needs a secure
 * context). A rotating refresh token sent twice would count as stolen.
 */
export function acrossTabs<T>(name: string, task: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks
  return locks ? locks.request(name, task) : task()
}
