import { toast } from "sonner"
import { errorMessage } from "@/shared/api/errors"
import { ConfirmDialog } from "@/shared/ui/confirm-dialog"
import { type Item, useDeleteItem } from "./queries"

interface DeleteItemDialogProps {
  /** `null` when the dialog is closed. */
  item: Item | null
  onClose: () => void
}

/** Deletes an item, once the user has confirmed it. */
export function DeleteItemDialog({ item, onClose }: DeleteItemDialogProps) {
  const remove = useDeleteItem()
  const close = () => {
    remove.reset()
    onClose()
  }
  const confirm = () => {
    if (!item) return
    remove.mutate(
      { path: { item_id: item.id } },
      {
        onSuccess: () => {
          toast.success("Item deleted")
          close()
        },
      },
    )
  }
  return (
    <ConfirmDialog
      open={item !== null}
      onOpenChange={(open) => !open && close()}
      title="Delete this item?"
      action="Delete"
      onConfirm={confirm}
      pending={remove.isPending}
      error={remove.error && errorMessage(remove.error)}
    >
      <strong className="font-medium text-foreground">{item?.title}</strong> will be gone for good.
    </ConfirmDialog>
  )
}
