import { Link } from "@tanstack/react-router"
import { MailCheck } from "lucide-react"
import { useState } from "react"
import { z } from "zod"
import { usersSignUp } from "@/client/sdk.gen"
import { TextField } from "@/shared/forms/field"
import { Form } from "@/shared/forms/form"
import { emailRule, nameRule, newPasswordRule, passwordHint } from "@/shared/forms/rules"
import { useApiForm } from "@/shared/forms/use-api-form"
import { Button } from "@/shared/ui/button"
import { urls } from "@/shared/urls"

const schema = z.object({ full_name: nameRule, email: emailRule, password: newPasswordRule })

/** Makes an account. What it says afterwards does not tell whether the address was known before. */
export function SignUpForm() {
  const [sentTo, setSentTo] = useState<string | null>(null)
  const { form, submit } = useApiForm({
    schema,
    values: { full_name: "", email: "", password: "" },
    onSubmit: async ({ full_name, ...account }) => {
      await usersSignUp({ body: { ...account, full_name: full_name || null } })
      setSentTo(account.email)
    },
  })
  const { errors, isSubmitting } = form.formState

  if (sentTo) {
    return (
      <div role="status" className="rounded-lg border bg-card p-5">
        <MailCheck aria-hidden className="mb-3 size-6 text-primary" />
        <p className="font-display font-semibold text-lg">Check your mail</p>
        <p className="mt-1 mb-4 text-muted-foreground">
          We have written to {sentTo}. With a new address you can log in right away.
        </p>
        <Button asChild variant="secondary">
          <Link to={urls.logIn}>Go to log in</Link>
        </Button>
      </div>
    )
  }
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
        autoComplete="username"
        error={errors.email}
        {...form.register("email")}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        hint={passwordHint}
        error={errors.password}
        {...form.register("password")}
      />
      <Button type="submit" pending={isSubmitting} className="mt-2 w-full">
        Sign up
      </Button>
    </Form>
  )
}
