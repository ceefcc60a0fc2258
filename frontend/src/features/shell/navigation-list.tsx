import { Link } from "@tanstack/react-router"
import { cn } from "@/shared/lib/cn"
import type { NavigationEntry } from "@/shared/navigation"

interface NavigationListProps {
  entries: NavigationEntry[]
  onNavigate?: () => void
  className?: string
}

/** The main menu; the entry of the page that is shown is marked (`aria-current`). */
export function NavigationList({ entries, onNavigate, className }: NavigationListProps) {
  return (
    <nav aria-label="Main" className={className}>
      <ul className="space-y-1">
        {entries.map(({ label, icon: Icon, link }) => (
          <li key={label}>
            <Link
              {...link}
              onClick={onNavigate}
              activeOptions={{ includeSearch: false }}
              className={cn(
                "flex h-10 items-center gap-3 rounded-md px-3 text-shade-muted transition-colors hover:bg-shade-raised/60 hover:text-shade-foreground",
                "aria-[current=page]:bg-shade-raised aria-[current=page]:font-medium aria-[current=page]:text-shade-foreground [&[aria-current=page]_svg]:text-accent",
              )}
            >
              <Icon aria-hidden className="size-4.5" />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
