import { queryOptions, useQuery } from "@tanstack/react-query"
import { usersReadMe } from "@/client/sdk.gen"
import type { UsersReadMeResponse } from "@/client/types.gen"
import { ApiError } from "@/shared/api/errors"

export type CurrentUser = UsersReadMeResponse

/** Who is logged in; `null` when nobody is. */
export const currentUserQuery = queryOptions({
  queryKey: ["current-user"],
  queryFn: async ({ signal }): Promise<CurrentUser | null> => {
    try {
      const { data } = await usersReadMe({ signal })
      return data
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null
      throw error
    }
  },
  staleTime: 5 * 60_000,
})

/** The user who is logged in, or `null` in the moment between logging out and leaving the page. */
export function useCurrentUser(): CurrentUser | null {
  return useQuery(currentUserQuery).data ?? null
}
