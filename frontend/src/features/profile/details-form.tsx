import { useQueryClient } from "@tanstack/react-query"
import { toast } from "sonner"
import { z } from "zod"
import { usersUpdateMe } from "@/client/sdk.gen"
import { TextField } from "@/shared/forms/field"
import { Form } from "@/shared/forms/form"
import { emailRule, nameRule } from "@/shared/forms/rules"
import { useApiForm } from "@/shared/forms/use-api-form"
import { type CurrentUser, currentUserQuery } from "@/shared/session/current-user"
import { Button } from "@/shared/ui/button"

/** The form's rules: another address than `email` has to be confirmed with the password. */
function detailsSchema(email: string) {
  return z
    .object({ full_name: nameRule, email: emailRule, current_password: z.string() })
    .refine((values) => !isNewEmail(values.email, email) || values.current_password, {
      path: ["current_password"],
      message: "Enter your password to change the email address.",
    })
}

/** Addresses are compared as the API does, which stores them in lower case. */
function isNewEmail(entered: string, email: string): boolean {
  return entered.trim().toLowerCase() !== email.toLowerCase()
}

/** Name and e-mail address; only what was changed is sent. */
export function DetailsForm({ user }: { user: CurrentUser }) {
  const queryClient = useQueryClient()
  const { form, submit } = useApiForm({
    schema: detailsSchema(user.email),
    values: { full_name: user.full_name ?? "", email: user.email, current_password: "" },
    fieldOfCode: { email_taken: "email", wrong_password: "current_password" },
    onSubmit: async ({ full_name, email, current_password }) => {
      const moved = isNewEmail(email, user.email)
      const { data } = await usersUpdateMe({
        body: { full_name: full_name || null, ...(moved ? { email, current_password } : {}) },
      })
      queryClient.setQueryData(currentUserQuery.queryKey, data)
      form.reset({ full_name: data.full_name ?? "", email: data.email, current_password: "" })
      toast.success("Profile saved")
    },
  })
  const { errors, isSubmitting } = form.formState
  const moves = isNewEmail(form.watch("email"), user.email)

  return (
    <Form error={errors.root?.message} onSubmit={submit}>
      <TextField
        label="Full name"
        autoComplete="name"
        optional
        error={errors.full_name}
        {...form.register("full_name")}
      />
      <TextField
        label="Email"
        type="email"
        autoComplete="email"
        error={errors.email}
        {...form.register("email")}
      />
      {moves && (
        <TextField
          label="Your password"
          type="password"
          autoComplete="current-password"
          hint="To make sure that it is you who moves the account."
          error={errors.current_password}
          {...form.register("current_password")}
        />
      )}
      <Button type="submit" pending={isSubmitting}>
        Save profile
      </Button>
    </Form>
  )
}
