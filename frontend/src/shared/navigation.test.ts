import { Circle } from "lucide-react"
import { expect, it } from "vitest"
import { ada } from "@/testing/data"
import { type NavigationEntry, visibleEntries } from "./navigation"

function entry(label: string, order: number, more: Partial<NavigationEntry> = {}): NavigationEntry {
  return { label, icon: Circle, link: { to: "/" }, order, ...more }
}

it("gives the entries that the user may see, in order", () => {
  const entries = [
    entry("Last", 3),
    entry("For administrators", 1, { visibleTo: (user) => user.is_superuser }),
    entry("First", 2),
  ]
  const labels = (isSuperuser: boolean) =>
    visibleEntries(entries, { ...ada, is_superuser: isSuperuser }).map(({ label }) => label)

  expect(labels(false)).toEqual(["First", "Last"])
  expect(labels(true)).toEqual(["For administrators", "First", "Last"])
})
