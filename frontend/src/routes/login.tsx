import { useQuery } from "@tanstack/react-query"
import { createFileRoute, Link, redirect } from "@tanstack/react-router"
import { AuthLayout } from "@/features/auth/auth-layout"
import { LoginForm } from "@/features/auth/login-form"
import { configQuery } from "@/shared/config"
import { currentUserQuery } from "@/shared/session/current-user"
import { safeReturnPath } from "@/shared/session/return-path"
import { urls } from "@/shared/urls"

export const Route = createFileRoute("/login")({
  validateSearch: (search: Record<string, unknown>): { redirect?: string } =>
    typeof search.redirect === "string" ? { redirect: search.redirect } : {},
  beforeLoad: async ({ context, search }) => {
    const user = await context.queryClient.ensureQueryData(currentUserQuery)
    if (user) throw redirect({ href: safeReturnPath(search.redirect), replace: true })
  },
  component: LogIn,
})

function LogIn() {
  const search = Route.useSearch()
  const registrationOpen = useQuery(configQuery).data?.registration_open ?? false
  return (
    <AuthLayout
      title="Log in"
      text="Use the email address of your account."
      footer={
        registrationOpen && (
          <>
            No account yet?{" "}
            <Link
              to={urls.signUp}
              className="font-medium text-primary underline underline-offset-4"
            >
              Sign up
            </Link>
          </>
        )
      }
    >
      <LoginForm returnTo={search.redirect} />
    </AuthLayout>
  )
}
