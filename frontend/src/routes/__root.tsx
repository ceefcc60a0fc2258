import type { QueryClient } from "@tanstack/react-query"
import { createRootRouteWithContext, Outlet } from "@tanstack/react-router"
import { configQuery } from "@/shared/config"
import { RouteFocus } from "@/shared/layout/route-focus"
import { Toaster } from "@/shared/ui/toaster"

interface RouterContext {
  queryClient: QueryClient
}

export const Route = createRootRouteWithContext<RouterContext>()({
  loader: async ({ context }) => {
    await context.queryClient.ensureQueryData(configQuery)
  },
  component: Root,
})

function Root() {
  return (
    <>
      <Outlet />
      <RouteFocus />
      <Toaster />
    </>
  )
}
