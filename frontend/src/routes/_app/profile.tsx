import { createFileRoute } from "@tanstack/react-router"
import { ProfilePage } from "@/features/profile/profile-page"
import { useCurrentUser } from "@/shared/session/current-user"

export const Route = createFileRoute("/_app/profile")({
  component: Profile,
})

function Profile() {
  const { user } = Route.useRouteContext()
  return <ProfilePage user={useCurrentUser() ?? user} />
}
