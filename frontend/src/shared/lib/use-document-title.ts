import { useEffect } from "react"
import { useProjectName } from "@/shared/config"

/** Names the browser's tab: "Items · My project". */
export function useDocumentTitle(page: string): void {
  const project = useProjectName()
  useEffect(() => {
    document.title = [page, project].filter(Boolean).join(" · ")
  }, [page, project])
}
