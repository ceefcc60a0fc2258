import { QueryClientProvider } from "@tanstack/react-query"
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router"
import { render } from "@testing-library/react"
import type { ReactNode } from "react"
import { createQueryClient } from "@/shared/api/query-client"
import { setUpClient } from "@/shared/api/setup"
import { configQuery } from "@/shared/config"
import { type ListSearch, parseListSearch } from "@/shared/table/cursor-paging"
import { Toaster } from "@/shared/ui/toaster"
import { config } from "./data"

interface RenderOptions {
  /** The address to start at; the page itself is at "/page". */
  url?: string
}

/**
 * Renders one page inside a router of its own, with a cache and the API client set up.
 *
 * @param page makes the page from the search parameters of its address
 */
export function renderPage(
  page: (search: ListSearch) => ReactNode,
  { url = "/page" }: RenderOptions = {},
) {
  setUpClient({ onSessionLost: () => {} })
  const queryClient = createQueryClient()
  queryClient.setQueryData(configQuery.queryKey, config)
  queryClient.setDefaultOptions({ queries: { retry: false } })
  const rootRoute = createRootRoute()
  const pageRoute = createRoute({
    getParentRoute: () => rootRoute,
    path: "/page",
    validateSearch: parseListSearch,
    component: () => page(pageRoute.useSearch()),
  })
  const history = createMemoryHistory({ initialEntries: [url] })
  const router = createRouter({ routeTree: rootRoute.addChildren([pageRoute]), history })
  const view = render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router as never} />
      <Toaster />
    </QueryClientProvider>,
  )
  return { ...view, router, queryClient }
}
