import { Logo } from "@/shared/ui/logo"

/** Shown while the first data is on its way, if that takes long enough to be noticed. */
export function LoadingPage() {
  return (
    <div role="status" className="grid min-h-dvh place-items-center">
      <Logo className="size-12 animate-pulse" />
      <span className="sr-only">Loading</span>
    </div>
  )
}
