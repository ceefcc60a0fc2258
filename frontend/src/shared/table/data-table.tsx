import {
  type ColumnDef,
  metaHelper,
  type RowData,
  tableFeatures,
  useTable,
} from "@tanstack/react-table"
import type { ReactNode } from "react"
import { ErrorState } from "@/shared/layout/error-state"
import { cn } from "@/shared/lib/cn"
import { Skeleton } from "@/shared/ui/skeleton"

/** What a column may say about its look. */
interface ColumnLook {
  className?: string
}

export const dataTableFeatures = tableFeatures({ columnMeta: metaHelper<ColumnLook>() })

export type DataTableColumn<Row extends RowData> = ColumnDef<typeof dataTableFeatures, Row>

interface DataTableProps<Row extends RowData> {
  /** What the table lists, for those who cannot see it. */
  label: string
  /** Stable (module scope or memo). */
  columns: DataTableColumn<Row>[]
  /** `undefined` while the first rows are on their way. */
  rows: Row[] | undefined
  rowId: (row: Row) => string
  /** New rows are on their way and the old ones are still shown. */
  stale?: boolean
  error?: unknown
  onRetry: () => void
  /** Shown when there are no rows. */
  empty: ReactNode
}

const SKELETON_ROWS = ["a", "b", "c", "d", "e", "f"]
const NO_ROWS: never[] = []

/** A table with all its states: loading, failed (with retry), empty, rows, and rows being renewed. */
export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
  const { rows, error, empty, stale = false } = props
  const table = useTable({
    features: dataTableFeatures,
    columns: props.columns,
    data: rows ?? NO_ROWS,
    getRowId: props.rowId,
  })
  if (error && !rows) return <ErrorState error={error} onRetry={props.onRetry} />
  if (rows?.length === 0) return <div aria-busy={stale}>{empty}</div>

  return (
    <table
      aria-label={props.label}
      aria-busy={stale || !rows}
      className={cn("w-full table-fixed text-left transition-opacity", stale && "opacity-60")}
    >
      <thead className="border-b text-muted-foreground text-xs uppercase tracking-[0.06em]">
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id}>
            {group.headers.map((header) => (
              <th
                key={header.id}
                scope="col"
                className={cn("px-5 py-3 font-medium", header.column.columnDef.meta?.className)}
              >
                <table.FlexRender header={header} />
              </th>
            ))}
          </tr>
        ))}
      </thead>
      <tbody className="divide-y">
        {rows
          ? table.getRowModel().rows.map((row) => (
              <tr key={row.id} className="transition-colors hover:bg-muted/55">
                {row.getAllCells().map((cell) => (
                  <td
                    key={cell.id}
                    className={cn("px-5 py-3 align-middle", cell.column.columnDef.meta?.className)}
                  >
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            ))
          : SKELETON_ROWS.map((key) => (
              <tr key={key}>
                {table.getAllLeafColumns().map((column) => (
                  <td key={column.id} className={cn("px-5 py-4", column.columnDef.meta?.className)}>
                    <Skeleton className="h-4 w-3/5" />
                  </td>
                ))}
              </tr>
            ))}
      </tbody>
    </table>
  )
}
