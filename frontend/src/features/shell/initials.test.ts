import { describe, expect, it } from "vitest"
import { initials } from "./initials"

describe("initials", () => {
  it.each([
    ["Ada Lovelace", "AL"],
    ["Ada King Lovelace", "AL"],
    ["lin@example.com", "L"],
    ["grace.hopper@example.com", "GH"],
    ["  Zoë ", "Z"],
    ["𝒜da", "𝒜"],
    ["", ""],
  ])("makes of %j %j", (name, letters) => {
    expect(initials(name)).toBe(letters)
  })
})
