import { createColumnHelper } from "@tanstack/react-table"
import { Ellipsis, Pencil, Trash2 } from "lucide-react"
import { useMemo } from "react"
import { formatDateTime, formatRelative } from "@/shared/lib/format-date"
import type { DataTableColumn, dataTableFeatures } from "@/shared/table/data-table"
import { Button } from "@/shared/ui/button"
import { Menu, MenuContent, MenuItem, MenuTrigger } from "@/shared/ui/menu"
import type { Item } from "./queries"

interface RowActions {
  onEdit: (item: Item) => void
  onDelete: (item: Item) => void
}

const column = createColumnHelper<typeof dataTableFeatures, Item>()

/** The columns of the table of items. `onEdit` and `onDelete` have to be stable. */
export function useItemColumns({ onEdit, onDelete }: RowActions): DataTableColumn<Item>[] {
  return useMemo(
    () =>
      column.columns([
        column.accessor("title", {
          header: "Item",
          cell: ({ row }) => <TitleCell item={row.original} onEdit={onEdit} />,
        }),
        column.accessor("updated_at", {
          header: "Changed",
          meta: { className: "w-40 max-sm:hidden" },
          cell: ({ getValue }) => (
            <time
              dateTime={getValue()}
              title={formatDateTime(getValue())}
              className="text-muted-foreground text-sm"
            >
              {formatRelative(getValue())}
            </time>
          ),
        }),
        column.display({
          id: "actions",
          header: () => <span className="sr-only">Actions</span>,
          meta: { className: "w-18 text-right" },
          cell: ({ row }) => <RowMenu item={row.original} onEdit={onEdit} onDelete={onDelete} />,
        }),
      ]),
    [onEdit, onDelete],
  )
}

function TitleCell({ item, onEdit }: { item: Item; onEdit: RowActions["onEdit"] }) {
  return (
    <>
      <button
        type="button"
        onClick={() => onEdit(item)}
        className="block max-w-full truncate rounded-sm text-left font-medium underline-offset-4 hover:underline"
      >
        {item.title}
      </button>
      {item.description && (
        <p className="truncate text-muted-foreground text-sm">{item.description}</p>
      )}
    </>
  )
}

function RowMenu({ item, onEdit, onDelete }: RowActions & { item: Item }) {
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={`Actions for ${item.title}`}>
          <Ellipsis aria-hidden />
        </Button>
      </MenuTrigger>
      <MenuContent align="end">
        <MenuItem onSelect={() => onEdit(item)}>
          <Pencil aria-hidden />
          Edit
        </MenuItem>
        <MenuItem destructive onSelect={() => onDelete(item)}>
          <Trash2 aria-hidden />
          Delete
        </MenuItem>
      </MenuContent>
    </Menu>
  )
}
