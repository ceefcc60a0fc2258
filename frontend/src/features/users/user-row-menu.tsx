import { Ellipsis, ShieldMinus, ShieldPlus, Trash2, UserCheck, UserX } from "lucide-react"
import { toast } from "sonner"
import { errorMessage } from "@/shared/api/errors"
import { Button } from "@/shared/ui/button"
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from "@/shared/ui/menu"
import { type User, useUpdateUser } from "./queries"

interface UserRowMenuProps {
  user: User
  onDelete: (user: User) => void
}

/** What an administrator can do with somebody's account. */
export function UserRowMenu({ user, onDelete }: UserRowMenuProps) {
  const update = useUpdateUser()
  const change = (body: { is_active?: boolean; is_superuser?: boolean }, done: string) =>
    update.mutate(
      { path: { user_id: user.id }, body },
      {
        onSuccess: () => toast.success(done),
        onError: (error) =>
          toast.error("Nothing was changed", { description: errorMessage(error) }),
      },
    )
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button
          variant="ghost"
          size="icon"
          pending={update.isPending}
          aria-label={`Actions for ${user.email}`}
        >
          {!update.isPending && <Ellipsis aria-hidden />}
        </Button>
      </MenuTrigger>
      <MenuContent align="end">
        {user.is_active ? (
          <MenuItem onSelect={() => change({ is_active: false }, "User deactivated")}>
            <UserX aria-hidden />
            Deactivate
          </MenuItem>
        ) : (
          <MenuItem onSelect={() => change({ is_active: true }, "User activated")}>
            <UserCheck aria-hidden />
            Activate
          </MenuItem>
        )}
        {user.is_superuser ? (
          <MenuItem onSelect={() => change({ is_superuser: false }, "Administrator removed")}>
            <ShieldMinus aria-hidden />
            Remove as administrator
          </MenuItem>
        ) : (
          <MenuItem onSelect={() => change({ is_superuser: true }, "Administrator added")}>
            <ShieldPlus aria-hidden />
            Make administrator
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem destructive onSelect={() => onDelete(user)}>
          <Trash2 aria-hidden />
          Delete
        </MenuItem>
      </MenuContent>
    </Menu>
  )
}
