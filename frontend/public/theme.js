// Runs before the first paint (see index.html). src/shared/theme/theme.ts takes over from here.
;(() => {
  let choice = null
  try {
    choice = localStorage.getItem("theme")
  } catch {
    // Storage may be blocked; the system's theme is used then.
  }
  const dark =
    choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches)
  document.documentElement.classList.toggle("dark", dark)
})()
