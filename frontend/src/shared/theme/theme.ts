import { useSyncExternalStore } from "react"

export const THEMES = ["system", "light", "dark"] as const
export type Theme = (typeof THEMES)[number]

/** Read by `public/theme.js` too, before the first paint. */
export const THEME_STORAGE_KEY = "theme"

const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)")
const listeners = new Set<() => void>()

function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(THEME_STORAGE_KEY)
    return THEMES.find((theme) => theme === stored) ?? "system"
  } catch {
    return "system"
  }
}

let current = storedTheme()

/** The user's choice; "system" when there is none. */
export function getTheme(): Theme {
  return current
}

/** Whether the page is dark under `theme`, with the system's preference as it is now. */
export function isDark(theme: Theme): boolean {
  return theme === "dark" || (theme === "system" && systemIsDark.matches)
}

function apply(): void {
  document.documentElement.classList.toggle("dark", isDark(current))
  for (const listener of listeners) listener()
}

/** Shows and remembers the user's choice. */
export function setTheme(theme: Theme): void {
  current = theme
  try {
    if (theme === "system") localStorage.removeItem(THEME_STORAGE_KEY)
    else localStorage.setItem(THEME_STORAGE_KEY, theme)
  } catch {
    // Storage may be blocked: the choice then holds for this page only.
  }
  apply()
}

/** Follows the system's preference and the other tabs; gives back what stops it. */
export function followTheme(): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key !== THEME_STORAGE_KEY && event.key !== null) return
    current = storedTheme()
    apply()
  }
  apply()
  systemIsDark.addEventListener("change", apply)
  window.addEventListener("storage", onStorage)
  return () => {
    systemIsDark.removeEventListener("change", apply)
    window.removeEventListener("storage", onStorage)
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The user's choice, for rendering. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, getTheme)
}
