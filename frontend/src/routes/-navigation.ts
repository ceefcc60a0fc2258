import type { NavigationEntry } from "@/shared/navigation"

const found = import.meta.glob<NavigationEntry>("../features/*/navigation.ts", {
  eager: true,
  import: "navigation",
})

/** What the features put into the menu. A feature's folder is all there is to add or remove. */
export const navigation: NavigationEntry[] = Object.values(found)
