import { useId } from "react"
import { type Control, type FieldValues, type Path, useController } from "react-hook-form"
import { Switch } from "@/shared/ui/switch"

interface SwitchFieldProps<Values extends FieldValues> {
  label: string
  hint: string
  control: Control<Values, unknown, Values>
  name: Path<Values>
}

/** A choice between on and off, with its label and what it means. */
export function SwitchField<Values extends FieldValues>({
  label,
  hint,
  control,
  name,
}: SwitchFieldProps<Values>) {
  const id = useId()
  const { field } = useController({ control, name })
  return (
    <div className="flex items-center justify-between gap-4 rounded-md border px-3 py-2.5">
      <div>
        <label htmlFor={id} className="font-medium text-sm">
          {label}
        </label>
        <p id={`${id}-hint`} className="text-muted-foreground text-sm">
          {hint}
        </p>
      </div>
      <Switch
        id={id}
        ref={field.ref}
        aria-describedby={`${id}-hint`}
        checked={field.value}
        onCheckedChange={field.onChange}
      />
    </div>
  )
}
