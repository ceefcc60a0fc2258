import type { ComponentProps } from "react"
import { cn } from "@/shared/lib/cn"
import { ErrorAlert } from "@/shared/ui/alert"

interface FormProps extends ComponentProps<"form"> {
  /** What is wrong, where it concerns no field: `errors.root?.message`. */
  error: string | undefined
}

/** A form element with room for its own error. Validation is the schema's, not the browser's. */
export function Form({ error, className, children, ...props }: FormProps) {
  return (
    <form noValidate className={cn("space-y-4", className)} {...props}>
      <ErrorAlert>{error}</ErrorAlert>
      {children}
    </form>
  )
}
