import { type ReactNode, useId } from "react"
import { Card } from "@/shared/ui/card"

interface SettingsCardProps {
  title: string
  text: string
  children: ReactNode
}

/** One group of settings: what it is about on one side, its form on the other. */
export function SettingsCard({ title, text, children }: SettingsCardProps) {
  const titleId = useId()
  return (
    <Card
      aria-labelledby={titleId}
      className="grid gap-x-10 gap-y-5 p-6 md:grid-cols-[minmax(0,2fr)_minmax(0,3fr)] md:p-8"
    >
      <div>
        <h2 id={titleId} className="font-display font-semibold text-lg">
          {title}
        </h2>
        <p className="mt-1 text-muted-foreground text-sm">{text}</p>
      </div>
      {children}
    </Card>
  )
}
