import { urls } from "@/shared/urls"

const NOT_RETURNED_TO: readonly string[] = [urls.logIn, urls.signUp]

/**
 * The page to go to after logging in, from a value that anyone may have put into a link.
 *
 * @param value the `redirect` parameter of the login page
 * @returns a path on this origin (with search and hash); the home page for anything else
 */
export function safeReturnPath(value: unknown): string {
  if (typeof value !== "string" || !value.startsWith("/")) return urls.home
  const { origin } = window.location
  // Parsing settles what "//host", "/\host" and "/<tab>/host" mean to a browser.
  const target = URL.canParse(value, origin) ? new URL(value, origin) : null
  if (target?.origin !== origin || target.pathname.startsWith("//")) return urls.home
  if (NOT_RETURNED_TO.includes(target.pathname)) return urls.home
  return target.pathname + target.search + target.hash
}
