import { useQueryClient } from "@tanstack/react-query"
import { useRouter } from "@tanstack/react-router"
import { z } from "zod"
import { authOpenSession } from "@/client/sdk.gen"
import { TextField } from "@/shared/forms/field"
import { Form } from "@/shared/forms/form"
import { emailRule } from "@/shared/forms/rules"
import { useApiForm } from "@/shared/forms/use-api-form"
import { currentUserQuery } from "@/shared/session/current-user"
import { forgetData } from "@/shared/session/end-session"
import { safeReturnPath } from "@/shared/session/return-path"
import { Button } from "@/shared/ui/button"

const schema = z.object({
  email: emailRule,
  password: z.string().min(1, "Enter your password."),
})

/** Logs in and goes to `returnTo`, or to the home page where that is no page of ours. */
export function LoginForm({ returnTo }: { returnTo: string | undefined }) {
  const queryClient = useQueryClient()
  const router = useRouter()
  const { form, submit } = useApiForm({
    schema,
    values: { email: "", password: "" },
    onSubmit: async (body) => {
      const { data: user } = await authOpenSession({ body })
      forgetData(queryClient)
      queryClient.setQueryData(currentUserQuery.queryKey, user)
      router.history.push(safeReturnPath(returnTo))
    },
  })
  const { errors, isSubmitting } = form.formState

  return (
    <Form error={errors.root?.message} onSubmit={submit}>
      <TextField
        label="Email"
        type="email"
        autoComplete="username"
        error={errors.email}
        {...form.register("email")}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete="current-password"
        error={errors.password}
        {...form.register("password")}
      />
      <Button type="submit" pending={isSubmitting} className="mt-2 w-full">
        Log in
      </Button>
    </Form>
  )
}
