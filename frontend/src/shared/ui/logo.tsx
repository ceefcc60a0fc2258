import { cn } from "@/shared/lib/cn"

/** The mark: two boards, joined by a dovetail. Decorative; the project's name stands beside it. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={cn("size-8", className)}>
      <path
        className="fill-[oklch(0.8_0.115_163)]"
        d="M5 2h6.2v8.4l10.3-3.8v18.8l-10.3-3.8V30H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3Z"
      />
      <path
        className="fill-[oklch(0.77_0.125_62)]"
        d="M13.2 2H27a3 3 0 0 1 3 3v22a3 3 0 0 1-3 3H13.2v-5.5l10.3 3.8V3.7L13.2 7.5Z"
      />
    </svg>
  )
}
