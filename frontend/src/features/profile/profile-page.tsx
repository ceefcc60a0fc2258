import { PageHeader } from "@/shared/layout/page-header"
import { formatDate } from "@/shared/lib/format-date"
import type { CurrentUser } from "@/shared/session/current-user"
import { DetailsForm } from "./details-form"
import { PasswordForm } from "./password-form"
import { SettingsCard } from "./settings-card"

/** The user's own account. */
export function ProfilePage({ user }: { user: CurrentUser }) {
  return (
    <>
      <PageHeader title="Profile" text={`Member since ${formatDate(user.created_at)}.`} />
      <div className="space-y-6">
        <SettingsCard title="Your details" text="How you appear here, and where mail reaches you.">
          <DetailsForm user={user} />
        </SettingsCard>
        <SettingsCard title="Password" text="Changing it logs you out everywhere else.">
          <PasswordForm user={user} />
        </SettingsCard>
      </div>
    </>
  )
}
