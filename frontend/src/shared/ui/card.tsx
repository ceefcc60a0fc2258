import type { ComponentProps } from "react"
import { cn } from "@/shared/lib/cn"

export function Card({ className, ...props }: ComponentProps<"section">) {
  return <section className={cn("rounded-xl border bg-card shadow-card", className)} {...props} />
}
