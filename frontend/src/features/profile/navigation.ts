import { UserRound } from "lucide-react"
import type { NavigationEntry } from "@/shared/navigation"

export const navigation: NavigationEntry = {
  label: "Profile",
  icon: UserRound,
  link: { to: "/profile" },
  order: 90,
}
