import { Monitor, Moon, Sun } from "lucide-react"
import { Button } from "@/shared/ui/button"
import { Menu, MenuContent, MenuRadioGroup, MenuRadioItem, MenuTrigger } from "@/shared/ui/menu"
import { setTheme, THEMES, useTheme } from "./theme"

const LOOK = {
  system: { label: "System", icon: Monitor },
  light: { label: "Light", icon: Sun },
  dark: { label: "Dark", icon: Moon },
}

/** The button that chooses between the system's theme, light and dark. */
export function ThemeMenu({ className }: { className?: string }) {
  const theme = useTheme()
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label="Theme" className={className}>
          <Sun aria-hidden className="dark:hidden" />
          <Moon aria-hidden className="hidden dark:block" />
        </Button>
      </MenuTrigger>
      <MenuContent align="end">
        <MenuRadioGroup value={theme}>
          {THEMES.map((choice) => {
            const { label, icon: Icon } = LOOK[choice]
            return (
              <MenuRadioItem key={choice} value={choice} onSelect={() => setTheme(choice)}>
                <Icon aria-hidden />
                {label}
              </MenuRadioItem>
            )
          })}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  )
}
