import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useRouter } from "@tanstack/react-router"
import { toast } from "sonner"
import { authCloseSession } from "@/client/sdk.gen"
import { ApiError, errorMessage } from "@/shared/api/errors"
import { urls } from "@/shared/urls"
import { forgetData, forgetUser } from "./end-session"
import { announceLogOut } from "./session-channel"

async function closeSession(): Promise<void> {
  try {
    await authCloseSession()
  } catch (error) {
    // There is no session any more, which is what was asked for.
    if (!(error instanceof ApiError && error.status === 401)) throw error
  }
}

/** Logs out: ends the session on the server, drops all cached data, goes to the login page. */
export function useLogOut() {
  const queryClient = useQueryClient()
  const router = useRouter()
  return useMutation({
    mutationFn: closeSession,
    onSuccess: async () => {
      announceLogOut()
      await forgetUser(queryClient)
      await router.navigate({ to: urls.logIn })
      forgetData(queryClient)
    },
    onError: (error) =>
      toast.error("You are still logged in", { description: errorMessage(error) }),
  })
}
