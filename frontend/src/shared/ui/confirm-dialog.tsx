import { AlertDialog as Radix } from "radix-ui"
import type { ReactNode } from "react"
import { ErrorAlert } from "./alert"
import { Button } from "./button"
import { dialogClass, overlayClass } from "./dialog"

interface ConfirmDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  children: ReactNode
  /** The verb on the button: "Delete". */
  action: string
  onConfirm: () => void
  pending: boolean
  /** Why the last attempt failed. */
  error?: string | null
}

/** Asks before something that cannot be undone; "Cancel" has the focus. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={overlayClass} />
        <Radix.Content className={dialogClass}>
          <Radix.Title className="font-display font-semibold text-xl tracking-tight">
            {props.title}
          </Radix.Title>
          <Radix.Description className="mt-2 mb-5 text-muted-foreground">
            {props.children}
          </Radix.Description>
          <ErrorAlert>{props.error}</ErrorAlert>
          <div className="mt-5 flex justify-end gap-2">
            <Radix.Cancel asChild>
              <Button variant="secondary">Cancel</Button>
            </Radix.Cancel>
            <Button variant="destructive" pending={props.pending} onClick={props.onConfirm}>
              {props.action}
            </Button>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
