import { type QueryClient, QueryClientProvider } from "@tanstack/react-query"
import { createRouter, type RouterHistory, RouterProvider, useRouter } from "@tanstack/react-router"
import { toast } from "sonner"
import { createQueryClient } from "@/shared/api/query-client"
import { setUpClient } from "@/shared/api/setup"
import { ErrorPage } from "@/shared/layout/error-page"
import { LoadingPage } from "@/shared/layout/loading-page"
import { NotFoundPage } from "@/shared/layout/not-found-page"
import { currentUserQuery } from "@/shared/session/current-user"
import { forgetData, forgetUser } from "@/shared/session/end-session"
import { onLogOutElsewhere } from "@/shared/session/session-channel"
import { routeTree } from "./routeTree.gen"

export type AppRouter = ReturnType<typeof createAppRouter>

declare module "@tanstack/react-router" {
  interface Register {
    router: AppRouter
  }
}

function createAppRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    history,
    context: { queryClient },
    defaultPreload: "intent",
    // The query cache knows what is fresh.
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultPendingComponent: LoadingPage,
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: ({ error }) => <RouteError error={error} />,
  })
}

function RouteError({ error }: { error: unknown }) {
  const router = useRouter()
  return <ErrorPage error={error} onRetry={() => void router.invalidate()} />
}

/** Leaves a session that ended by itself: to the login page, from where the user comes back. */
async function leaveSession(queryClient: QueryClient, router: AppRouter): Promise<void> {
  if (!queryClient.getQueryData(currentUserQuery.queryKey)) return
  await forgetUser(queryClient)
  toast("Your session has ended", { description: "Log in to go on where you were." })
  await router.invalidate()
  forgetData(queryClient)
}

/**
 * Puts the application together: the cache, the router, and what connects them with the session.
 *
 * @param history where the router keeps the address; the browser's own by default
 * @returns the component to render, with what it is made of
 */
export function createApp(history?: RouterHistory) {
  const queryClient = createQueryClient()
  const router = createAppRouter(queryClient, history)
  setUpClient({ onSessionLost: () => void leaveSession(queryClient, router) })
  const stop = onLogOutElsewhere(() => void leaveSession(queryClient, router))

  function App() {
    return (
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    )
  }
  return { App, queryClient, router, stop }
}
