import type { LinkProps } from "@tanstack/react-router"
import type { LucideIcon } from "lucide-react"
import type { CurrentUser } from "@/shared/session/current-user"

/**
 * What a feature puts into the menu: the export `navigation` of its `navigation.ts`, which is found
 * by its name. The first visible entry is the home page.
 */
export interface NavigationEntry {
  label: string
  icon: LucideIcon
  link: Pick<LinkProps, "to" | "search">
  /** Entries are sorted by it, the smallest first. */
  order: number
  /** Who sees the entry; everyone by default. The API decides who may use it. */
  visibleTo?: (user: CurrentUser) => boolean
}

/** The entries that `user` sees, in order. */
export function visibleEntries(entries: NavigationEntry[], user: CurrentUser): NavigationEntry[] {
  return entries
    .filter(({ visibleTo }) => visibleTo?.(user) ?? true)
    .sort((a, b) => a.order - b.order)
}
