import { RotateCw, Unplug } from "lucide-react"
import { errorMessage } from "@/shared/api/errors"
import { Button } from "@/shared/ui/button"

/** Says that something could not be loaded, and offers to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <div role="alert" className="flex flex-col items-center px-6 py-14 text-center">
      <span className="mb-4 grid size-12 place-items-center rounded-full bg-destructive/10 text-destructive">
        <Unplug aria-hidden className="size-6" />
      </span>
      <p className="font-display font-semibold text-lg">This could not be loaded</p>
      <p className="mt-1 mb-5 max-w-md text-muted-foreground">{errorMessage(error)}</p>
      <Button variant="secondary" onClick={onRetry}>
        <RotateCw aria-hidden />
        Try again
      </Button>
    </div>
  )
}
