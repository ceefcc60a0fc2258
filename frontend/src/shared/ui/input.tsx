import type { ComponentProps } from "react"
import { cn } from "@/shared/lib/cn"

const control =
  "w-full rounded-md border border-input bg-card px-3 text-foreground shadow-[inset_0_1px_2px_oklch(0_0_0/0.04)] transition-[border-color,box-shadow] placeholder:text-muted-foreground/70 hover:border-muted-foreground/50 focus-visible:border-ring focus-visible:outline-3 focus-visible:outline-ring/25 focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-destructive aria-invalid:focus-visible:outline-destructive/25"

export function Input({ className, ...props }: ComponentProps<"input">) {
  return <input className={cn(control, "h-10", className)} {...props} />
}

export function Textarea({ className, ...props }: ComponentProps<"textarea">) {
  return (
    <textarea className={cn(control, "field-sizing-content min-h-24 py-2", className)} {...props} />
  )
}
