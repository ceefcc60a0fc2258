import { Link } from "@tanstack/react-router"
import { Menu as MenuIcon } from "lucide-react"
import { Dialog } from "radix-ui"
import { type ReactNode, useState } from "react"
import { useProjectName } from "@/shared/config"
import { MAIN_ID } from "@/shared/layout/route-focus"
import type { NavigationEntry } from "@/shared/navigation"
import type { CurrentUser } from "@/shared/session/current-user"
import { ThemeMenu } from "@/shared/theme/theme-menu"
import { Button } from "@/shared/ui/button"
import { overlayClass } from "@/shared/ui/dialog"
import { Logo } from "@/shared/ui/logo"
import { urls } from "@/shared/urls"
import { NavigationList } from "./navigation-list"
import { UserMenu } from "./user-menu"

interface AppShellProps {
  user: CurrentUser
  entries: NavigationEntry[]
  children: ReactNode
}

const onShade = "text-shade-muted hover:bg-shade-raised hover:text-shade-foreground"

function Brand() {
  const project = useProjectName()
  return (
    <Link
      to={urls.home}
      className="flex min-w-0 items-center gap-2.5 rounded-sm font-display font-semibold text-lg tracking-tight"
    >
      <Logo className="size-7 shrink-0" />
      <span className="truncate">{project}</span>
    </Link>
  )
}

/** The frame of all pages behind the login: a side bar, or a top bar with a drawer when narrow. */
export function AppShell({ user, entries, children }: AppShellProps) {
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[15.5rem_minmax(0,1fr)]">
      <a
        href={`#${MAIN_ID}`}
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md bg-card px-4 py-2 shadow-float focus:translate-y-0"
      >
        Skip to content
      </a>
      <header className="sticky top-0 z-30 flex flex-col bg-shade text-shade-foreground max-lg:h-14 max-lg:flex-row max-lg:items-center max-lg:justify-between max-lg:px-4 lg:h-dvh lg:p-4">
        <div className="lg:px-2 lg:pt-2 lg:pb-7">
          <Brand />
        </div>
        <NavigationList entries={entries} className="max-lg:hidden" />
        <div className="flex items-center gap-1 lg:mt-auto lg:border-shade-line lg:border-t lg:pt-3">
          <UserMenu user={user} className={onShade} />
          <ThemeMenu className={onShade} />
          <Drawer entries={entries} />
        </div>
      </header>
      <main
        id={MAIN_ID}
        tabIndex={-1}
        className="mx-auto w-full max-w-5xl px-4 py-8 outline-none sm:px-8 lg:py-12"
      >
        {children}
      </main>
    </div>
  )
}

function Drawer({ entries }: { entries: NavigationEntry[] }) {
  const [open, setOpen] = useState(false)
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger asChild>
        <Button variant="ghost" size="icon" aria-label="Menu" className={`${onShade} lg:hidden`}>
          <MenuIcon aria-hidden />
        </Button>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className={overlayClass} />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 right-0 z-50 w-64 bg-shade p-4 pt-6 text-shade-foreground shadow-float outline-none data-[state=closed]:animate-out data-[state=open]:animate-in data-[state=closed]:slide-out-to-right data-[state=open]:slide-in-from-right"
        >
          <Dialog.Title className="px-3 pb-4 font-display font-semibold text-lg">Menu</Dialog.Title>
          <NavigationList entries={entries} onNavigate={() => setOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
