import { cn } from "@/shared/lib/cn"

/** The shape of what is being loaded. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cn("block animate-pulse rounded-sm bg-muted", className)} />
}
