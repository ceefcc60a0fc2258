import "@testing-library/jest-dom/vitest"
import { cleanup, configure } from "@testing-library/react"
import { toast } from "sonner"
import { afterEach, beforeEach, vi } from "vitest"

// A busy machine is slow, not wrong.
configure({ asyncUtilTimeout: 10_000 })

document.documentElement.lang = "en"

// What jsdom lacks and the components use.
Object.assign(window, {
  matchMedia: (query: string) =>
    Object.assign(new EventTarget(), { matches: false, media: query, onchange: null }),
  scrollTo: () => {},
  ResizeObserver: class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
})
Object.assign(Element.prototype, {
  hasPointerCapture: () => false,
  scrollIntoView: () => {},
})

beforeEach(() => {
  vi.stubGlobal("fetch", () => Promise.reject(new Error("This test has no API: use fakeApi().")))
})

afterEach(() => {
  cleanup()
  // Toasts are kept outside of React: the next test would see them.
  toast.dismiss()
  vi.unstubAllGlobals()
  localStorage.clear()
})
