import type { ReactNode } from "react"
import { useDocumentTitle } from "@/shared/lib/use-document-title"
import { Logo } from "@/shared/ui/logo"

interface FullPageProps {
  title: string
  text: string
  children?: ReactNode
}

/** A page with one thing to say: not found, or broken. */
export function FullPage({ title, text, children }: FullPageProps) {
  useDocumentTitle(title)
  return (
    <main className="grid min-h-dvh place-items-center p-6">
      <div className="max-w-md text-center">
        <Logo className="mx-auto mb-8 size-12" />
        <h1 className="font-display font-semibold text-title">{title}</h1>
        <p className="mt-2 mb-7 text-muted-foreground">{text}</p>
        {children}
      </div>
    </main>
  )
}
