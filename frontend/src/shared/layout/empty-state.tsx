import type { LucideIcon } from "lucide-react"
import type { ReactNode } from "react"

interface EmptyStateProps {
  icon: LucideIcon
  title: string
  text: string
  /** What the user can do about it. */
  children?: ReactNode
}

/** Stands where rows would be. */
export function EmptyState({ icon: Icon, title, text, children }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center px-6 py-14 text-center">
      <span className="mb-4 grid size-12 place-items-center rounded-full bg-accent/15 text-accent">
        <Icon aria-hidden className="size-6" />
      </span>
      <p className="font-display font-semibold text-lg">{title}</p>
      <p className="mt-1 max-w-md text-muted-foreground">{text}</p>
      {children && <div className="mt-5">{children}</div>}
    </div>
  )
}
