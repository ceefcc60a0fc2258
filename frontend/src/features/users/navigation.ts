import { UsersRound } from "lucide-react"
import type { NavigationEntry } from "@/shared/navigation"

export const navigation: NavigationEntry = {
  label: "Users",
  icon: UsersRound,
  link: { to: "/users" },
  order: 80,
  visibleTo: (user) => user.is_superuser,
}
