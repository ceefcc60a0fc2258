import { toast } from "sonner"
import { z } from "zod"
import { TextareaField, TextField } from "@/shared/forms/field"
import { Form } from "@/shared/forms/form"
import { useApiForm } from "@/shared/forms/use-api-form"
import { Button } from "@/shared/ui/button"
import { Dialog } from "@/shared/ui/dialog"
import { type Item, useCreateItem, useUpdateItem } from "./queries"

const MAX_TITLE = 255
const MAX_DESCRIPTION = 2000

const schema = z.object({
  title: z
    .string()
    .trim()
    .min(1, "Give the item a title.")
    .max(MAX_TITLE, `Use at most ${MAX_TITLE} characters.`),
  description: z.string().trim().max(MAX_DESCRIPTION, `Use at most ${MAX_DESCRIPTION} characters.`),
})

interface ItemDialogProps {
  /** The item to edit; `"new"` to create one; `null` when the dialog is closed. */
  item: Item | "new" | null
  onClose: () => void
  onCreated: () => void
}

/** Creates or edits an item. */
export function ItemDialog({ item, onClose, onCreated }: ItemDialogProps) {
  const existing = item === "new" ? null : item
  return (
    <Dialog
      open={item !== null}
      onOpenChange={(open) => !open && onClose()}
      title={existing ? "Edit item" : "New item"}
    >
      <ItemForm item={existing} onClose={onClose} onCreated={onCreated} />
    </Dialog>
  )
}

interface ItemFormProps {
  item: Item | null
  onClose: () => void
  onCreated: () => void
}

function ItemForm({ item, onClose, onCreated }: ItemFormProps) {
  const create = useCreateItem()
  const update = useUpdateItem()
  const { form, submit } = useApiForm({
    schema,
    values: { title: item?.title ?? "", description: item?.description ?? "" },
    onSubmit: async ({ title, description }) => {
      const body = { title, description: description || null }
      if (item) {
        await update.mutateAsync({ path: { item_id: item.id }, body })
        toast.success("Item saved")
      } else {
        await create.mutateAsync({ body })
        toast.success("Item created")
        onCreated()
      }
      onClose()
    },
  })
  const { errors, isSubmitting } = form.formState

  return (
    <Form error={errors.root?.message} onSubmit={submit}>
      <TextField
        label="Title"
        autoComplete="off"
        error={errors.title}
        {...form.register("title")}
      />
      <TextareaField
        label="Description"
        optional
        error={errors.description}
        {...form.register("description")}
      />
      <div className="flex justify-end gap-2 pt-2">
        <Button variant="secondary" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" pending={isSubmitting}>
          {item ? "Save changes" : "Create item"}
        </Button>
      </div>
    </Form>
  )
}
