import { Link } from "@tanstack/react-router"
import { BookOpen, LogOut, UserRound } from "lucide-react"
import { useRef } from "react"
import { cn } from "@/shared/lib/cn"
import type { CurrentUser } from "@/shared/session/current-user"
import { useLogOut } from "@/shared/session/use-log-out"
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from "@/shared/ui/menu"
import { urls } from "@/shared/urls"
import { initials } from "./initials"

/** Who is logged in, and what he can do about it. */
export function UserMenu({ user, className }: { user: CurrentUser; className?: string }) {
  const logOut = useLogOut()
  const name = user.full_name || user.email
  // On the way to another page the focus belongs there, not back on the button.
  const leaving = useRef(false)
  return (
    <Menu>
      <MenuTrigger
        aria-label="Account"
        className={cn(
          "flex min-w-0 flex-1 items-center gap-2.5 rounded-md p-1.5 text-left transition-colors",
          className,
        )}
      >
        <span
          aria-hidden
          className="grid size-8 shrink-0 place-items-center rounded-md bg-accent font-semibold text-[oklch(0.22_0.04_60)] text-xs"
        >
          {initials(name)}
        </span>
        <span className="min-w-0 truncate text-sm max-lg:hidden">{name}</span>
      </MenuTrigger>
      <MenuContent
        align="start"
        side="top"
        className="w-60"
        onCloseAutoFocus={(event) => {
          if (leaving.current) event.preventDefault()
          leaving.current = false
        }}
      >
        <div className="px-2.5 py-2">
          <p className="truncate font-medium text-sm">{name}</p>
          {user.full_name && <p className="truncate text-muted-foreground text-xs">{user.email}</p>}
        </div>
        <MenuSeparator />
        <MenuItem
          asChild
          onSelect={() => {
            leaving.current = true
          }}
        >
          <Link to={urls.profile}>
            <UserRound aria-hidden />
            Profile
          </Link>
        </MenuItem>
        <MenuItem asChild>
          <a href={urls.apiDocs} target="_blank" rel="noreferrer">
            <BookOpen aria-hidden />
            API documentation
          </a>
        </MenuItem>
        <MenuSeparator />
        <MenuItem onSelect={() => logOut.mutate()} disabled={logOut.isPending}>
          <LogOut aria-hidden />
          Log out
        </MenuItem>
      </MenuContent>
    </Menu>
  )
}
