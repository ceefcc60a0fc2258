import { queryOptions, useQuery } from "@tanstack/react-query"
import { configReadConfig } from "@/client/sdk.gen"

/** What the API says about itself to anyone: the project's name, whether registration is open. */
export const configQuery = queryOptions({
  queryKey: ["config"],
  queryFn: async ({ signal }) => (await configReadConfig({ signal })).data,
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
})

/** The project's name, empty until it is known. */
export function useProjectName(): string {
  return useQuery(configQuery).data?.project_name ?? ""
}
