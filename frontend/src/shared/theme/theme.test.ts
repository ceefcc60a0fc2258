import { readFileSync } from "node:fs"
import { beforeEach, describe, expect, it, vi } from "vitest"

const firstPaint = readFileSync("public/theme.js", "utf8")

function isDarkPage(): boolean {
  return document.documentElement.classList.contains("dark")
}

function setSystem(dark: boolean) {
  const query = Object.assign(new EventTarget(), { matches: dark })
  vi.stubGlobal("matchMedia", () => query)
  return query
}

beforeEach(() => {
  document.documentElement.className = ""
  vi.resetModules()
})

describe.each([
  { stored: null, system: true, dark: true },
  { stored: null, system: false, dark: false },
  { stored: "light", system: true, dark: false },
  { stored: "dark", system: false, dark: true },
  { stored: "purple", system: true, dark: true },
])("with $stored remembered and a system that is dark: $system", ({ stored, system, dark }) => {
  beforeEach(() => {
    setSystem(system)
    if (stored) localStorage.setItem("theme", stored)
  })

  it("is right before the first paint", () => {
    new Function(firstPaint)()

    expect(isDarkPage()).toBe(dark)
  })

  it("stays so when the application starts", async () => {
    const { followTheme } = await import("./theme")
    followTheme()

    expect(isDarkPage()).toBe(dark)
  })
})

describe("setTheme", () => {
  it("shows the choice and remembers it for the next visit", async () => {
    setSystem(false)
    const { setTheme } = await import("./theme")

    setTheme("dark")
    expect(isDarkPage()).toBe(true)

    document.documentElement.className = ""
    new Function(firstPaint)()
    expect(isDarkPage()).toBe(true)
  })

  it("goes back to following the system", async () => {
    const query = setSystem(false)
    const { followTheme, setTheme } = await import("./theme")
    followTheme()
    setTheme("light")

    setTheme("system")
    query.matches = true
    query.dispatchEvent(new Event("change"))

    expect(isDarkPage()).toBe(true)
  })

  it("holds for the page where storage is blocked", async () => {
    setSystem(false)
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("blocked", "SecurityError")
    })
    const { getTheme, setTheme } = await import("./theme")

    setTheme("dark")

    expect(isDarkPage()).toBe(true)
    expect(getTheme()).toBe("dark")
  })

  it("follows another tab", async () => {
    setSystem(false)
    const { followTheme } = await import("./theme")
    const stop = followTheme()

    localStorage.setItem("theme", "dark")
    window.dispatchEvent(new StorageEvent("storage", { key: "theme" }))

    expect(isDarkPage()).toBe(true)
    stop()
  })
})
