import { toast } from "sonner"
import { z } from "zod"
import { usersChangePassword } from "@/client/sdk.gen"
import { TextField } from "@/shared/forms/field"
import { Form } from "@/shared/forms/form"
import { newPasswordRule, passwordHint } from "@/shared/forms/rules"
import { useApiForm } from "@/shared/forms/use-api-form"
import type { CurrentUser } from "@/shared/session/current-user"
import { Button } from "@/shared/ui/button"

const schema = z
  .object({
    current_password: z.string().min(1, "Enter your current password."),
    new_password: newPasswordRule,
    repeated: z.string(),
  })
  .refine(({ new_password, repeated }) => new_password === repeated, {
    path: ["repeated"],
    message: "The passwords differ.",
  })

const EMPTY = { current_password: "", new_password: "", repeated: "" }

/** Changes the user's password. */
export function PasswordForm({ user }: { user: CurrentUser }) {
  const { form, submit } = useApiForm({
    schema,
    values: EMPTY,
    fieldOfCode: { wrong_password: "current_password" },
    onSubmit: async ({ current_password, new_password }) => {
      await usersChangePassword({ body: { current_password, new_password } })
      form.reset(EMPTY)
      toast.success("Password changed")
    },
  })
  const { errors, isSubmitting } = form.formState

  return (
    <Form error={errors.root?.message} onSubmit={submit}>
      {/* Tells password managers whose password this is. */}
      <input type="text" autoComplete="username" value={user.email} readOnly hidden />
      <TextField
        label="Current password"
        type="password"
        autoComplete="current-password"
        error={errors.current_password}
        {...form.register("current_password")}
      />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        hint={passwordHint}
        error={errors.new_password}
        {...form.register("new_password")}
      />
      <TextField
        label="New password again"
        type="password"
        autoComplete="new-password"
        error={errors.repeated}
        {...form.register("repeated")}
      />
      <Button type="submit" pending={isSubmitting}>
        Change password
      </Button>
    </Form>
  )
}
