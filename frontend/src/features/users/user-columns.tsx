import { createColumnHelper } from "@tanstack/react-table"
import { useMemo } from "react"
import { formatDate } from "@/shared/lib/format-date"
import type { DataTableColumn, dataTableFeatures } from "@/shared/table/data-table"
import { Badge } from "@/shared/ui/badge"
import type { User } from "./queries"
import { UserRowMenu } from "./user-row-menu"

const column = createColumnHelper<typeof dataTableFeatures, User>()

interface UserColumnsOptions {
  /** The administrator himself, who cannot lock or delete his own account here. */
  ownId: string
  onDelete: (user: User) => void
}

/** The columns of the table of accounts. `onDelete` has to be stable. */
export function useUserColumns({ ownId, onDelete }: UserColumnsOptions): DataTableColumn<User>[] {
  return useMemo(
    () =>
      column.columns([
        column.accessor("email", {
          header: "User",
          cell: ({ row }) => <NameCell user={row.original} isSelf={row.original.id === ownId} />,
        }),
        column.accessor("is_active", {
          header: "Status",
          meta: { className: "w-36 max-sm:hidden" },
          cell: ({ getValue }) =>
            getValue() ? <Badge tone="positive">Active</Badge> : <Badge>Deactivated</Badge>,
        }),
        column.accessor("created_at", {
          header: "Since",
          meta: { className: "w-36 max-md:hidden" },
          cell: ({ getValue }) => (
            <time dateTime={getValue()} className="text-muted-foreground text-sm">
              {formatDate(getValue())}
            </time>
          ),
        }),
        column.display({
          id: "actions",
          header: () => <span className="sr-only">Actions</span>,
          meta: { className: "w-18 text-right" },
          cell: ({ row }) =>
            row.original.id === ownId ? null : (
              <UserRowMenu user={row.original} onDelete={onDelete} />
            ),
        }),
      ]),
    [ownId, onDelete],
  )
}

function NameCell({ user, isSelf }: { user: User; isSelf: boolean }) {
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="min-w-0 truncate font-medium">{user.full_name || user.email}</span>
        {user.is_superuser && <Badge tone="warm">Administrator</Badge>}
        {isSelf && <Badge>You</Badge>}
        {!user.is_active && <Badge className="sm:hidden">Deactivated</Badge>}
      </p>
      {user.full_name && <p className="truncate text-muted-foreground text-sm">{user.email}</p>}
    </>
  )
}
