import { cva, type VariantProps } from "class-variance-authority"
import type { ComponentProps } from "react"
import { cn } from "@/shared/lib/cn"

const badgeVariants = cva(
  "inline-flex items-center gap-1.5 rounded-full border px-2 py-0.5 font-medium text-xs",
  {
    variants: {
      tone: {
        neutral: "text-muted-foreground",
        positive: "border-primary/30 bg-primary/10 text-primary",
        warm: "border-accent/40 bg-accent/12 text-foreground",
      },
    },
    defaultVariants: { tone: "neutral" },
  },
)

export function Badge({
  tone,
  className,
  ...props
}: ComponentProps<"span"> & VariantProps<typeof badgeVariants>) {
  return <span className={cn(badgeVariants({ tone }), className)} {...props} />
}
