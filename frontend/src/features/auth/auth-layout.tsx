import type { ReactNode } from "react"
import { useProjectName } from "@/shared/config"
import { MAIN_ID } from "@/shared/layout/route-focus"
import { useDocumentTitle } from "@/shared/lib/use-document-title"
import { ThemeMenu } from "@/shared/theme/theme-menu"
import { Logo } from "@/shared/ui/logo"
import { JointPattern } from "./joint-pattern"

interface AuthLayoutProps {
  title: string
  text: string
  children: ReactNode
  footer?: ReactNode
}

/** The frame of the pages for people who are not logged in. */
export function AuthLayout({ title, text, children, footer }: AuthLayoutProps) {
  useDocumentTitle(title)
  const project = useProjectName()
  return (
    <div className="grid min-h-dvh max-lg:grid-rows-[auto_1fr] lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <aside className="relative flex items-center overflow-hidden bg-shade px-6 py-5 text-shade-foreground lg:flex-col lg:items-start lg:justify-between lg:p-12">
        <JointPattern className="absolute inset-0 size-full lg:mask-b-from-35% lg:mask-b-to-85%" />
        <p className="relative flex items-center gap-3 font-display font-semibold text-lg lg:text-xl">
          <Logo className="size-8 lg:size-9" />
          {project}
        </p>
        <p className="relative hidden max-w-sm font-display font-semibold text-hero lg:block">
          Where every part fits the next.
        </p>
      </aside>
      <div className="relative flex flex-col">
        <ThemeMenu className="absolute top-4 right-4 max-lg:-top-[3.4rem] max-lg:text-shade-foreground max-lg:hover:bg-shade-raised" />
        <main
          id={MAIN_ID}
          tabIndex={-1}
          className="flex flex-1 flex-col justify-center px-6 py-12 outline-none max-lg:justify-start sm:px-12"
        >
          <div className="mx-auto w-full max-w-sm">
            <h1 className="font-display font-semibold text-title">{title}</h1>
            <p className="mt-1.5 mb-7 text-muted-foreground">{text}</p>
            {children}
            {footer && <p className="mt-6 text-muted-foreground text-sm">{footer}</p>}
          </div>
        </main>
      </div>
    </div>
  )
}
