import { Layers } from "lucide-react"
import type { NavigationEntry } from "@/shared/navigation"

export const navigation: NavigationEntry = {
  label: "Items",
  icon: Layers,
  link: { to: "/items" },
  order: 10,
}
