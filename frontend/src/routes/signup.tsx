import { createFileRoute, Link, notFound } from "@tanstack/react-router"
import { AuthLayout } from "@/features/auth/auth-layout"
import { SignUpForm } from "@/features/auth/sign-up-form"
import { configQuery } from "@/shared/config"
import { urls } from "@/shared/urls"

export const Route = createFileRoute("/signup")({
  beforeLoad: async ({ context }) => {
    const config = await context.queryClient.ensureQueryData(configQuery)
    if (!config.registration_open) throw notFound()
  },
  component: SignUp,
})

function SignUp() {
  return (
    <AuthLayout
      title="Sign up"
      text="It takes a minute."
      footer={
        <>
          Already have an account?{" "}
          <Link to={urls.logIn} className="font-medium text-primary underline underline-offset-4">
            Log in
          </Link>
        </>
      }
    >
      <SignUpForm />
    </AuthLayout>
  )
}
