import type { ReactNode } from "react"
import { useDocumentTitle } from "@/shared/lib/use-document-title"

interface PageHeaderProps {
  title: string
  text: string
  /** What can be done on the page. */
  children?: ReactNode
}

/** The top of a page; names the browser's tab too. */
export function PageHeader({ title, text, children }: PageHeaderProps) {
  useDocumentTitle(title)
  return (
    <header className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
      <div>
        <h1 className="font-display font-semibold text-title">{title}</h1>
        <p className="mt-1 text-muted-foreground">{text}</p>
      </div>
      {children}
    </header>
  )
}
