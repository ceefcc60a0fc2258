import { RotateCw } from "lucide-react"
import { ApiError, errorMessage } from "@/shared/api/errors"
import { Button } from "@/shared/ui/button"
import { FullPage } from "./full-page"

/** What the error boundary shows: the API's failures in its words, anything else as our own fault. */
export function ErrorPage({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const fromApi = error instanceof ApiError
  return (
    <FullPage
      title={fromApi ? "We could not load this page" : "This page broke"}
      text={
        fromApi ? errorMessage(error) : "An unexpected error stopped it. Trying again may help."
      }
    >
      <Button onClick={onRetry}>
        <RotateCw aria-hidden />
        Try again
      </Button>
    </FullPage>
  )
}
