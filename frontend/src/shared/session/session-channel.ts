const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("session") : null

/** Tells this browser's other tabs that the user has logged out. */
export function announceLogOut(): void {
  channel?.postMessage("logged-out")
}

/** Calls `listener` when another tab logs out; gives back what undoes it. */
export function onLogOutElsewhere(listener: () => void): () => void {
  channel?.addEventListener("message", listener)
  return () => channel?.removeEventListener("message", listener)
}
