import { useQuery } from "@tanstack/react-query"
import { UserPlus, UsersRound } from "lucide-react"
import { useState } from "react"
import { EmptyState } from "@/shared/layout/empty-state"
import { PageHeader } from "@/shared/layout/page-header"
import type { CurrentUser } from "@/shared/session/current-user"
import { type ListSearch, useCursorPaging } from "@/shared/table/cursor-paging"
import { DataTable } from "@/shared/table/data-table"
import { Pager } from "@/shared/table/pager"
import { retryList } from "@/shared/table/retry-list"
import { Button } from "@/shared/ui/button"
import { Card } from "@/shared/ui/card"
import { DeleteUserDialog } from "./delete-user-dialog"
import { NewUserDialog } from "./new-user-dialog"
import { type User, usersQuery } from "./queries"
import { useUserColumns } from "./user-columns"

interface UsersPageProps {
  user: CurrentUser
  search: ListSearch
}

/** All accounts, for administrators. */
export function UsersPage({ user, search }: UsersPageProps) {
  const paging = useCursorPaging(search)
  const users = useQuery(usersQuery(search))
  const [creating, setCreating] = useState(false)
  const [deleted, setDeleted] = useState<User | null>(null)
  const columns = useUserColumns({ ownId: user.id, onDelete: setDeleted })

  return (
    <>
      <PageHeader title="Users" text="Everyone who has an account here.">
        <Button onClick={() => setCreating(true)}>
          <UserPlus aria-hidden />
          New user
        </Button>
      </PageHeader>
      <Card aria-label="Users" className="overflow-hidden">
        <DataTable
          label="Users"
          columns={columns}
          rows={users.data?.data}
          rowId={({ id }) => id}
          stale={users.isPlaceholderData}
          error={users.error}
          onRetry={retryList(users, paging)}
          empty={
            <EmptyState icon={UsersRound} title="Nobody here" text="These accounts were deleted.">
              <Button variant="secondary" onClick={paging.goToFirst}>
                Go to the first page
              </Button>
            </EmptyState>
          }
        />
      </Card>
      <div className="mt-4">
        <Pager
          paging={paging}
          nextCursor={users.data?.next_cursor}
          pending={users.isPlaceholderData}
        />
      </div>
      <NewUserDialog open={creating} onClose={() => setCreating(false)} />
      <DeleteUserDialog user={deleted} onClose={() => setDeleted(null)} />
    </>
  )
}
