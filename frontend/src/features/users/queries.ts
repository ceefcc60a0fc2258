import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query"
import {
  usersCreateUserMutation,
  usersDeleteUserMutation,
  usersListUsersOptions,
  usersListUsersQueryKey,
  usersUpdateUserMutation,
} from "@/client/@tanstack/react-query.gen"
import type { UsersListUsersResponse } from "@/client/types.gen"

export type User = UsersListUsersResponse["data"][number]

/** One page of accounts. */
export function usersQuery({ cursor }: { cursor?: string }) {
  return queryOptions({
    ...usersListUsersOptions({ query: { cursor } }),
    placeholderData: keepPreviousData,
  })
}

function useListRefresh() {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: usersListUsersQueryKey() })
}

export function useCreateUser() {
  return useMutation({ ...usersCreateUserMutation(), onSuccess: useListRefresh() })
}

export function useUpdateUser() {
  return useMutation({ ...usersUpdateUserMutation(), onSuccess: useListRefresh() })
}

export function useDeleteUser() {
  return useMutation({ ...usersDeleteUserMutation(), onSuccess: useListRefresh() })
}
