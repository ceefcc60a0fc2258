import { useRouterState } from "@tanstack/react-router"
import { useEffect, useRef, useState } from "react"

export const MAIN_ID = "main"

/**
 * Does on a change of page what a browser does on a full load: moves the focus to the new content
 * and says its title to screen readers.
 */
export function RouteFocus() {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname })
  const shown = useRef(path)
  const [title, setTitle] = useState("")

  useEffect(() => {
    if (!path || path === shown.current) return
    const first = shown.current === undefined
    shown.current = path
    if (first) return
    document.getElementById(MAIN_ID)?.focus({ preventScroll: true })
    setTitle(document.title)
  }, [path])

  return (
    <p role="status" className="sr-only">
      {title}
    </p>
  )
}
