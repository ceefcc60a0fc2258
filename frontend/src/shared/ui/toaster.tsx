import { Toaster as Sonner } from "sonner"

/** Where toasts appear (a polite live region). Raise one with sonner's `toast`. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "flex w-full items-center gap-3 rounded-lg border bg-card p-4 font-sans text-foreground text-sm shadow-float sm:w-90",
          title: "font-medium",
          description: "text-muted-foreground",
          success: "[&_[data-icon]]:text-primary",
          error: "[&_[data-icon]]:text-destructive",
        },
      }}
    />
  )
}
