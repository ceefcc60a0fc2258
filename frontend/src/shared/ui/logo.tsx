import { cn } from "@/shared/lib/cn"

/** The mark: two boards, joined by a dovetail. Decorative; the project's name stands beside it. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={cn("size-8", className)}>
      <path
        className="fill-[oklch(0.8_0.115_163)]"
        d="M5 2h8.2v8.1l9.3-3.4v18.6l-9.3-3.4V30H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3Z"
      />
      <path
        className="fill-[oklch(0.77_0.125_62)]"
        d="M15 2h12a3 3 0 0 1 3 3v22a3 3 0 0 1-3 3H15v-5.6l9.3 3.4V4.2L15 7.6Z"
      />
    </svg>
  )
}
