import { toast } from "sonner"
import { z } from "zod"
import { TextField } from "@/shared/forms/field"
import { Form } from "@/shared/forms/form"
import { emailRule, nameRule, newPasswordRule, passwordHint } from "@/shared/forms/rules"
import { SwitchField } from "@/shared/forms/switch-field"
import { useApiForm } from "@/shared/forms/use-api-form"
import { Button } from "@/shared/ui/button"
import { Dialog } from "@/shared/ui/dialog"
import { useCreateUser } from "./queries"

const schema = z.object({
  full_name: nameRule,
  email: emailRule,
  password: newPasswordRule,
  is_superuser: z.boolean(),
})

interface NewUserDialogProps {
  open: boolean
  onClose: () => void
}

/** Makes an account for somebody else. */
export function NewUserDialog({ open, onClose }: NewUserDialogProps) {
  return (
    <Dialog open={open} onOpenChange={(wanted) => !wanted && onClose()} title="New user">
      <NewUserForm onClose={onClose} />
    </Dialog>
  )
}

function NewUserForm({ onClose }: { onClose: () => void }) {
  const create = useCreateUser()
  const { form, submit } = useApiForm({
    schema,
    values: { full_name: "", email: "", password: "", is_superuser: false },
    fieldOfCode: { email_taken: "email" },
    onSubmit: async ({ full_name, ...account }) => {
      await create.mutateAsync({ body: { ...account, full_name: full_name || null } })
      toast.success("User created")
      onClose()
    },
  })
  const { errors, isSubmitting } = form.formState

  return (
    <Form error={errors.root?.message} onSubmit={submit}>
      <TextField
        label="Full name"
        autoComplete="off"
        optional
        error={errors.full_name}
        {...form.register("full_name")}
      />
      <TextField
        label="Email"
        type="email"
        autoComplete="off"
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
      <SwitchField
        label="Administrator"
        hint="May see and change all accounts."
        control={form.control}
        name="is_superuser"
      />
      <div className="flex justify-end gap-2 pt-2">
        <Button variant="secondary" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" pending={isSubmitting}>
          Create user
        </Button>
      </div>
    </Form>
  )
}
