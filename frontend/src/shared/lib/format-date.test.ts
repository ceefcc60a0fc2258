import { describe, expect, it } from "vitest"
import { formatRelative } from "./format-date"

const now = new Date("2026-06-15T12:00:00Z")

describe("formatRelative", () => {
  it.each([
    ["2026-06-15T11:59:40Z", "now"],
    ["2026-06-15T11:55:00Z", "5 minutes ago"],
    ["2026-06-15T09:00:01Z", "2 hours ago"],
    ["2026-06-14T11:00:00Z", "yesterday"],
  ])("says %s as %s", (iso, text) => {
    expect(formatRelative(iso, now)).toBe(text)
  })

  it("gives the date when more than a week lies between", () => {
    expect(formatRelative("2026-01-02T12:00:00Z", now)).toContain("2026")
  })
})
