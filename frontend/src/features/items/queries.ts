import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query"
import {
  itemsCreateItemMutation,
  itemsDeleteItemMutation,
  itemsListItemsOptions,
  itemsListItemsQueryKey,
  itemsUpdateItemMutation,
} from "@/client/@tanstack/react-query.gen"
import type { ItemsListItemsResponse } from "@/client/types.gen"
import type { ListSearch } from "@/shared/table/cursor-paging"

export type Item = ItemsListItemsResponse["data"][number]

/** One page of items. */
export function itemsQuery(search: ListSearch) {
  return queryOptions({
    ...itemsListItemsOptions({ query: search }),
    placeholderData: keepPreviousData,
  })
}

function useListRefresh() {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: itemsListItemsQueryKey() })
}

export function useCreateItem() {
  return useMutation({ ...itemsCreateItemMutation(), onSuccess: useListRefresh() })
}

export function useUpdateItem() {
  return useMutation({ ...itemsUpdateItemMutation(), onSuccess: useListRefresh() })
}

export function useDeleteItem() {
  return useMutation({ ...itemsDeleteItemMutation(), onSuccess: useListRefresh() })
}
