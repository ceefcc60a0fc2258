import { Check } from "lucide-react"
import { DropdownMenu as Radix } from "radix-ui"
import type { ComponentProps } from "react"
import { cn } from "@/shared/lib/cn"

export const Menu = Radix.Root
export const MenuTrigger = Radix.Trigger
export const MenuRadioGroup = Radix.RadioGroup

const itemClass =
  "relative flex select-none items-center gap-2.5 rounded-sm px-2.5 py-1.5 text-sm outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-muted [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted-foreground"

export function MenuContent({ className, ...props }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        sideOffset={6}
        collisionPadding={8}
        className={cn(
          "z-50 min-w-44 rounded-lg border bg-card p-1 text-foreground shadow-float data-[state=closed]:animate-out data-[state=closed]:fade-out-0 data-[state=open]:animate-in data-[state=open]:fade-in-0 data-[state=open]:zoom-in-98",
          className,
        )}
        {...props}
      />
    </Radix.Portal>
  )
}

export function MenuItem({
  destructive = false,
  className,
  ...props
}: ComponentProps<typeof Radix.Item> & { destructive?: boolean }) {
  return (
    <Radix.Item
      className={cn(
        itemClass,
        destructive && "text-destructive [&_svg]:text-destructive",
        className,
      )}
      {...props}
    />
  )
}

export function MenuRadioItem({
  className,
  children,
  ...props
}: ComponentProps<typeof Radix.RadioItem>) {
  return (
    <Radix.RadioItem className={cn(itemClass, "pr-8", className)} {...props}>
      {children}
      <Radix.ItemIndicator className="absolute right-2.5">
        <Check aria-hidden />
      </Radix.ItemIndicator>
    </Radix.RadioItem>
  )
}

export function MenuLabel({ className, ...props }: ComponentProps<typeof Radix.Label>) {
  return (
    <Radix.Label
      className={cn("px-2.5 pt-1.5 pb-1 font-medium text-muted-foreground text-xs", className)}
      {...props}
    />
  )
}

export function MenuSeparator() {
  return <Radix.Separator className="-mx-1 my-1 h-px bg-border" />
}
