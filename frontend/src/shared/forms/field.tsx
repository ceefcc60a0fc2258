import { type ComponentProps, type ReactNode, useId } from "react"
import type { FieldError } from "react-hook-form"
import { Input, Textarea } from "@/shared/ui/input"

interface FieldProps {
  label: string
  error?: FieldError
  /** Shown below the label of a field that says more than its name. */
  hint?: ReactNode
  optional?: boolean
}

function useFieldIds(error: FieldError | undefined, hint: ReactNode) {
  const id = useId()
  const hintId = `${id}-hint`
  const errorId = `${id}-error`
  const describedBy = [hint && hintId, error && errorId].filter(Boolean).join(" ") || undefined
  return { id, hintId, errorId, describedBy }
}

function FieldFrame({
  label,
  error,
  hint,
  optional,
  ids,
  children,
}: FieldProps & { ids: ReturnType<typeof useFieldIds>; children: ReactNode }) {
  return (
    <div className="space-y-1.5">
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={ids.id} className="font-medium text-sm">
          {label}
        </label>
        {optional && (
          <span aria-hidden className="text-muted-foreground text-xs">
            Optional
          </span>
        )}
      </div>
      {children}
      {hint && (
        <p id={ids.hintId} className="text-muted-foreground text-sm">
          {hint}
        </p>
      )}
      <p id={ids.errorId} role="alert" className="text-destructive text-sm empty:hidden">
        {error?.message}
      </p>
    </div>
  )
}

/** An input with its label and its error. */
export function TextField({
  label,
  error,
  hint,
  optional,
  ...props
}: FieldProps & ComponentProps<"input">) {
  const ids = useFieldIds(error, hint)
  return (
    <FieldFrame label={label} error={error} hint={hint} optional={optional} ids={ids}>
      <Input
        id={ids.id}
        aria-invalid={error ? true : undefined}
        aria-describedby={ids.describedBy}
        {...props}
      />
    </FieldFrame>
  )
}

/** A text area with its label and its error. */
export function TextareaField({
  label,
  error,
  hint,
  optional,
  ...props
}: FieldProps & ComponentProps<"textarea">) {
  const ids = useFieldIds(error, hint)
  return (
    <FieldFrame label={label} error={error} hint={hint} optional={optional} ids={ids}>
      <Textarea
        id={ids.id}
        aria-invalid={error ? true : undefined}
        aria-describedby={ids.describedBy}
        {...props}
      />
    </FieldFrame>
  )
}
