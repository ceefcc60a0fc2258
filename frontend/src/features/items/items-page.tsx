import { useQuery } from "@tanstack/react-query"
import { Layers, Plus, SearchX } from "lucide-react"
import { type ReactNode, useState } from "react"
import { EmptyState } from "@/shared/layout/empty-state"
import { PageHeader } from "@/shared/layout/page-header"
import { type CursorPaging, type ListSearch, useCursorPaging } from "@/shared/table/cursor-paging"
import { DataTable } from "@/shared/table/data-table"
import { Pager } from "@/shared/table/pager"
import { retryList } from "@/shared/table/retry-list"
import { SearchBox } from "@/shared/table/search-box"
import { Button } from "@/shared/ui/button"
import { Card } from "@/shared/ui/card"
import { DeleteItemDialog } from "./delete-item-dialog"
import { useItemColumns } from "./item-columns"
import { ItemDialog } from "./item-dialog"
import { type Item, itemsQuery } from "./queries"

/** The user's items: a table with search and paging, and what can be done with them. */
export function ItemsPage({ search }: { search: ListSearch }) {
  const paging = useCursorPaging(search)
  const items = useQuery(itemsQuery(search))
  const [edited, setEdited] = useState<Item | "new" | null>(null)
  const [deleted, setDeleted] = useState<Item | null>(null)
  const columns = useItemColumns({ onEdit: setEdited, onDelete: setDeleted })
  const newItem = (
    <Button onClick={() => setEdited("new")}>
      <Plus aria-hidden />
      New item
    </Button>
  )

  return (
    <>
      <PageHeader title="Items" text="Everything you keep track of, newest first.">
        {newItem}
      </PageHeader>
      <div className="mb-4">
        <SearchBox label="Search items" value={search.q ?? ""} onSearch={paging.search} />
      </div>
      <Card aria-label="Items" className="overflow-hidden">
        <DataTable
          label="Items"
          columns={columns}
          rows={items.data?.data}
          rowId={(item) => item.id}
          stale={items.isPlaceholderData}
          error={items.error}
          onRetry={retryList(items, paging)}
          empty={<NoItems search={search} paging={paging} newItem={newItem} />}
        />
      </Card>
      <div className="mt-4">
        <Pager
          paging={paging}
          nextCursor={items.data?.next_cursor}
          pending={items.isPlaceholderData}
        />
      </div>
      <ItemDialog
        item={edited}
        onClose={() => setEdited(null)}
        onCreated={() => paging.search("")}
      />
      <DeleteItemDialog item={deleted} onClose={() => setDeleted(null)} />
    </>
  )
}

interface NoItemsProps {
  search: ListSearch
  paging: CursorPaging
  newItem: ReactNode
}

function NoItems({ search, paging, newItem }: NoItemsProps) {
  if (search.cursor) {
    return (
      <EmptyState icon={Layers} title="This page is empty" text="Its items have been deleted.">
        <Button variant="secondary" onClick={paging.goToFirst}>
          Go to the first page
        </Button>
      </EmptyState>
    )
  }
  if (search.q) {
    return (
      <EmptyState icon={SearchX} title="Nothing found" text={`No item matches “${search.q}”.`}>
        <Button variant="secondary" onClick={() => paging.search("")}>
          Show all items
        </Button>
      </EmptyState>
    )
  }
  return (
    <EmptyState icon={Layers} title="No items yet" text="Create the first one to get started.">
      {newItem}
    </EmptyState>
  )
}
