import { CircleAlert } from "lucide-react"
import type { ReactNode } from "react"

/** An error that is read out as soon as it appears. Renders nothing without children. */
export function ErrorAlert({ children }: { children: ReactNode }) {
  if (!children) return null
  return (
    <div
      role="alert"
      className="flex gap-2.5 rounded-md border border-destructive/35 bg-destructive/8 px-3 py-2.5 text-sm"
    >
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-destructive" />
      <p>{children}</p>
    </div>
  )
}
