import { QueryClient } from "@tanstack/react-query"
import { ApiError } from "./errors"

const ATTEMPTS = 3

/** Repeating helps where there was no answer, or a server error; never where the API said no. */
export function shouldRetry(failures: number, error: unknown): boolean {
  const refused = error instanceof ApiError && error.status >= 400 && error.status < 500
  return !refused && failures < ATTEMPTS - 1
}

/** The cache of everything that was read from the API. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 30_000, retry: shouldRetry },
      mutations: { retry: false },
    },
  })
}
