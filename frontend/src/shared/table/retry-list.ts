import { ApiError } from "@/shared/api/errors"
import type { CursorPaging } from "./cursor-paging"

interface Refetchable {
  error: unknown
  refetch: () => unknown
}

/** What "Try again" does: loads again, or goes to the first page if the API refused the cursor. */
export function retryList(
  { error, refetch }: Refetchable,
  { goToFirst }: CursorPaging,
): () => void {
  const refused = error instanceof ApiError && error.status === 422
  return refused ? goToFirst : () => void refetch()
}
