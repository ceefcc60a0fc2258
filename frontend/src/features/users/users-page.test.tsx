import { screen } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { describe, expect, it } from "vitest"
import { ada } from "@/testing/data"
import { fakeApi, json, problem } from "@/testing/fake-api"
import { renderPage } from "@/testing/render"
import type { User } from "./queries"
import { UsersPage } from "./users-page"

const LIST = "GET /api/v1/users"
const CREATE = "POST /api/v1/users"
const UPDATE = "PATCH /api/v1/users/lin"

const admin = { ...ada, is_superuser: true }
const lin: User = { ...ada, id: "lin", email: "lin@example.com", full_name: null }

function start() {
  renderPage((search) => <UsersPage user={admin} search={search} />)
  return userEvent.setup()
}

function apiOf(users: User[]) {
  return fakeApi({
    [LIST]: () => json({ data: users, next_cursor: null }),
    [UPDATE]: (_, body) => {
      Object.assign(lin, body)
      return json(lin)
    },
  })
}

describe("the administration of users", () => {
  it("deactivates somebody else's account, but not one's own", async () => {
    const api = apiOf([admin, lin])
    const user = start()

    await user.click(await screen.findByRole("button", { name: "Actions for lin@example.com" }))
    await user.click(await screen.findByRole("menuitem", { name: "Deactivate" }))

    expect(await screen.findByText("User deactivated")).toBeVisible()
    expect(api.calls.find(({ operation }) => operation === UPDATE)?.body).toEqual({
      is_active: false,
    })
    expect(await screen.findAllByText("Deactivated")).not.toHaveLength(0)
    expect(
      screen.queryByRole("button", { name: "Actions for ada@example.com" }),
    ).not.toBeInTheDocument()
  })

  it("says why a change was refused", async () => {
    const api = apiOf([admin, lin])
    api.handlers[UPDATE] = () =>
      problem(409, "last_superuser", "This is the last active administrator.")
    const user = start()

    await user.click(await screen.findByRole("button", { name: "Actions for lin@example.com" }))
    await user.click(await screen.findByRole("menuitem", { name: "Make administrator" }))

    expect(await screen.findByText("This is the last active administrator.")).toBeVisible()
  })

  it("makes an account", async () => {
    const api = apiOf([admin])
    api.handlers[CREATE] = () => json(lin, 201)
    const user = start()

    await user.click(await screen.findByRole("button", { name: "New user" }))
    await user.type(screen.getByLabelText("Email"), "lin@example.com")
    await user.type(screen.getByLabelText("Password"), "a long password")
    await user.click(screen.getByRole("switch", { name: "Administrator" }))
    await user.click(screen.getByRole("button", { name: "Create user" }))

    expect(await screen.findByText("User created")).toBeVisible()
    expect(api.calls.find(({ operation }) => operation === CREATE)?.body).toEqual({
      email: "lin@example.com",
      password: "a long password",
      full_name: null,
      is_superuser: true,
    })
  })
})
