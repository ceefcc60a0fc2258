import { createFileRoute, Outlet, redirect } from "@tanstack/react-router"
import { AppShell } from "@/features/shell/app-shell"
import { visibleEntries } from "@/shared/navigation"
import { currentUserQuery, useCurrentUser } from "@/shared/session/current-user"
import { safeReturnPath } from "@/shared/session/return-path"
import { urls } from "@/shared/urls"
import { navigation } from "./-navigation"

export const Route = createFileRoute("/_app")({
  beforeLoad: async ({ context, location }) => {
    const user = await context.queryClient.ensureQueryData(currentUserQuery)
    if (user) return { user }
    const back = safeReturnPath(location.href)
    throw redirect({ to: urls.logIn, search: back === urls.home ? {} : { redirect: back } })
  },
  component: App,
})

function App() {
  // The guard's user may be older than the cached one, which is gone a moment before the page is.
  const { user: guarded } = Route.useRouteContext()
  const user = useCurrentUser() ?? guarded
  return (
    <AppShell user={user} entries={visibleEntries(navigation, user)}>
      <Outlet />
    </AppShell>
  )
}
