import { createFileRoute, redirect } from "@tanstack/react-router"
import { visibleEntries } from "@/shared/navigation"
import { urls } from "@/shared/urls"
import { navigation } from "../-navigation"

export const Route = createFileRoute("/_app/")({
  beforeLoad: ({ context }) => {
    const [first] = visibleEntries(navigation, context.user)
    throw redirect({ ...(first?.link ?? { to: urls.profile }), replace: true })
  },
})
