import { describe, expect, it } from "vitest"
import { safeReturnPath } from "./return-path"

describe("safeReturnPath", () => {
  it.each(["/items", "/items?q=a&cursor=b", "/profile#password", "/a/../profile"])(
    "keeps the local path %s",
    (path) => {
      expect(safeReturnPath(path)).toBe(path.replace("/a/..", ""))
    },
  )

  it.each([
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/a/..//evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "items",
    "",
    "/login?redirect=/login",
    "/signup",
    undefined,
    null,
    7,
    ["/items"],
  ])("goes home instead of to %j", (value) => {
    expect(safeReturnPath(value)).toBe("/")
  })
})
