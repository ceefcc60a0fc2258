import { toast } from "sonner"
import { errorMessage } from "@/shared/api/errors"
import { ConfirmDialog } from "@/shared/ui/confirm-dialog"
import { type User, useDeleteUser } from "./queries"

interface DeleteUserDialogProps {
  /** `null` when the dialog is closed. */
  user: User | null
  onClose: () => void
}

/** Deletes an account, once the administrator has confirmed it. */
export function DeleteUserDialog({ user, onClose }: DeleteUserDialogProps) {
  const remove = useDeleteUser()
  const close = () => {
    remove.reset()
    onClose()
  }
  const confirm = () => {
    if (!user) return
    remove.mutate(
      { path: { user_id: user.id } },
      {
        onSuccess: () => {
          toast.success("User deleted")
          close()
        },
      },
    )
  }
  return (
    <ConfirmDialog
      open={user !== null}
      onOpenChange={(open) => !open && close()}
      title="Delete this user?"
      action="Delete"
      onConfirm={confirm}
      pending={remove.isPending}
      error={remove.error && errorMessage(remove.error)}
    >
      The account <strong className="font-medium text-foreground">{user?.email}</strong> and all
      that belongs to it will be gone for good. Deactivate it to only lock it.
    </ConfirmDialog>
  )
}
