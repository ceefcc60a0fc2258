import { createFileRoute, notFound } from "@tanstack/react-router"
import { usersQuery } from "@/features/users/queries"
import { UsersPage } from "@/features/users/users-page"
import { parseListSearch } from "@/shared/table/cursor-paging"

export const Route = createFileRoute("/_app/users")({
  validateSearch: parseListSearch,
  beforeLoad: ({ context }) => {
    if (!context.user.is_superuser) throw notFound()
  },
  loaderDeps: ({ search }) => search,
  // Not awaited: the page shows its own loading and error states.
  loader: ({ context, deps }) => void context.queryClient.prefetchQuery(usersQuery(deps)),
  component: Users,
})

function Users() {
  const { user } = Route.useRouteContext()
  return <UsersPage user={user} search={Route.useSearch()} />
}
