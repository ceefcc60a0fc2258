import { client } from "@/client/client.gen"
import { urls } from "@/shared/urls"
import { toApiError } from "./errors"
import { acrossTabs, createSessionFetch } from "./session-fetch"

const SESSION_PATHS: readonly string[] = [urls.api.session, urls.api.refreshSession]

function refreshSession(): Promise<Response> {
  return acrossTabs("session-refresh", () =>
    fetch(urls.api.refreshSession, { method: "POST", credentials: "same-origin" }),
  )
}

/** Connects the generated client to the session cookies and to `ApiError`. */
export function setUpClient({ onSessionLost }: { onSessionLost: () => void }): void {
  client.setConfig({
    baseUrl: window.location.origin,
    credentials: "same-origin",
    fetch: createSessionFetch({
      refresh: refreshSession,
      onSessionLost,
      isExempt: (request) => SESSION_PATHS.includes(new URL(request.url).pathname),
    }) as typeof fetch,
  })
  client.interceptors.error.use((error, response) => toApiError(error, response))
}
