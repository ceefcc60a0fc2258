/**
 * The addresses that more than one part of the application knows. Paths of pages are checked
 * against the route tree where they are used; a feature's own page is in its `navigation.ts`.
 */
export const urls = {
  home: "/",
  logIn: "/login",
  signUp: "/signup",
  profile: "/profile",
  /** Pages of the backend, not of the router. */
  apiDocs: "/docs",
  api: {
    session: "/api/v1/auth/session",
    refreshSession: "/api/v1/auth/session/refresh",
  },
} as const
