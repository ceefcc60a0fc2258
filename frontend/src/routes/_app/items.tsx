import { createFileRoute } from "@tanstack/react-router"
import { ItemsPage } from "@/features/items/items-page"
import { itemsQuery } from "@/features/items/queries"
import { parseListSearch } from "@/shared/table/cursor-paging"

export const Route = createFileRoute("/_app/items")({
  validateSearch: parseListSearch,
  loaderDeps: ({ search }) => search,
  // Not awaited: the page shows its own loading and error states.
  loader: ({ context, deps }) => void context.queryClient.prefetchQuery(itemsQuery(deps)),
  component: () => <ItemsPage search={Route.useSearch()} />,
})
