import { screen, waitFor } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { describe, expect, it } from "vitest"
import { ada } from "@/testing/data"
import { fakeApi, json, noContent, problem } from "@/testing/fake-api"
import { renderPage } from "@/testing/render"
import { ProfilePage } from "./profile-page"

const UPDATE = "PATCH /api/v1/users/me"
const CHANGE_PASSWORD = "PUT /api/v1/users/me/password"

async function start() {
  renderPage(() => <ProfilePage user={ada} />)
  await screen.findByRole("heading", { name: "Profile" })
  return userEvent.setup()
}

async function retype(user: ReturnType<typeof userEvent.setup>, label: string, text: string) {
  await user.clear(screen.getByLabelText(label))
  await user.type(screen.getByLabelText(label), text)
}

describe("the user's details", () => {
  it("are sent without the e-mail address when that is the same", async () => {
    const api = fakeApi({ [UPDATE]: () => json({ ...ada, full_name: "Ada King" }) })
    const user = await start()

    await retype(user, "Full name", "Ada King")
    await retype(user, "Email", "ADA@example.com")
    await user.click(screen.getByRole("button", { name: "Save profile" }))

    expect(await screen.findByText("Profile saved")).toBeVisible()
    expect(api.calls.at(-1)?.body).toEqual({ full_name: "Ada King" })
  })

  it("need the password when the e-mail address changes", async () => {
    const api = fakeApi({ [UPDATE]: () => json({ ...ada, email: "new@example.com" }) })
    const user = await start()
    expect(screen.queryByLabelText("Your password")).not.toBeInTheDocument()

    await retype(user, "Email", "new@example.com")
    await user.click(screen.getByRole("button", { name: "Save profile" }))
    await waitFor(() => expect(screen.getByLabelText("Your password")).toBeInvalid())
    expect(api.calls).toEqual([])

    await user.type(screen.getByLabelText("Your password"), "a long password")
    await user.click(screen.getByRole("button", { name: "Save profile" }))

    expect(await screen.findByText("Profile saved")).toBeVisible()
    expect(api.calls.at(-1)?.body).toEqual({
      full_name: "Ada Lovelace",
      email: "new@example.com",
      current_password: "a long password",
    })
  })

  it("show at the field that the address is taken", async () => {
    fakeApi({ [UPDATE]: () => problem(409, "email_taken", "Another account has it.") })
    const user = await start()

    await retype(user, "Email", "new@example.com")
    await user.type(screen.getByLabelText("Your password"), "a long password")
    await user.click(screen.getByRole("button", { name: "Save profile" }))

    await waitFor(() =>
      expect(screen.getByLabelText("Email")).toHaveAccessibleDescription("Another account has it."),
    )
  })
})

describe("the password", () => {
  async function change(user: ReturnType<typeof userEvent.setup>, repeated: string) {
    await user.type(screen.getByLabelText("Current password"), "old password")
    await user.type(screen.getByLabelText("New password"), "new password")
    await user.type(screen.getByLabelText("New password again"), repeated)
    await user.click(screen.getByRole("button", { name: "Change password" }))
  }

  it("is changed, and the fields are emptied", async () => {
    const api = fakeApi({ [CHANGE_PASSWORD]: () => noContent() })
    const user = await start()

    await change(user, "new password")

    expect(await screen.findByText("Password changed")).toBeVisible()
    expect(api.calls.at(-1)?.body).toEqual({
      current_password: "old password",
      new_password: "new password",
    })
    expect(screen.getByLabelText("Current password")).toHaveValue("")
  })

  it("is not sent when it was mistyped the second time", async () => {
    const api = fakeApi({})
    const user = await start()

    await change(user, "new pasword")

    await waitFor(() =>
      expect(screen.getByLabelText("New password again")).toHaveAccessibleDescription(
        "The passwords differ.",
      ),
    )
    expect(api.calls).toEqual([])
  })

  it("stays when the current one is wrong", async () => {
    fakeApi({ [CHANGE_PASSWORD]: () => problem(400, "wrong_password", "It is wrong.") })
    const user = await start()

    await change(user, "new password")

    await waitFor(() =>
      expect(screen.getByLabelText("Current password")).toHaveAccessibleDescription("It is wrong."),
    )
  })
})
