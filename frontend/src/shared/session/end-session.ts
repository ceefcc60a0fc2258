import type { QueryClient } from "@tanstack/react-query"
import { configQuery } from "@/shared/config"
import { currentUserQuery } from "./current-user"

/** Remembers that nobody is logged in, so that the guarded routes send to the login page. */
export async function forgetUser(queryClient: QueryClient): Promise<void> {
  // What is still on its way was asked for by the user who leaves.
  await queryClient.cancelQueries()
  queryClient.setQueryData(currentUserQuery.queryKey, null)
}

/** Drops everything that was read for the last user; the public configuration stays. */
export function forgetData(queryClient: QueryClient): void {
  const kept: readonly unknown[] = [currentUserQuery.queryKey[0], configQuery.queryKey[0]]
  queryClient.removeQueries({ predicate: ({ queryKey }) => !kept.includes(queryKey[0]) })
  queryClient.getMutationCache().clear()
}
