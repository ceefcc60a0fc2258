import { createMemoryHistory } from "@tanstack/react-router"
import { act, render, screen, waitFor } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { afterEach, describe, expect, it } from "vitest"
import { ada, config } from "@/testing/data"
import { fakeApi, type Handlers, json, noContent, problem } from "@/testing/fake-api"
import { createApp } from "./app"
import { navigation } from "./routes/-navigation"
import { visibleEntries } from "./shared/navigation"

const unauthorized = () => problem(401, "not_authenticated")
const CONFIG = "GET /api/v1/config"
const ME = "GET /api/v1/users/me"
const UPDATE_ME = "PATCH /api/v1/users/me"
const LOG_IN = "POST /api/v1/auth/session"
const LOG_OUT = "DELETE /api/v1/auth/session"
const REFRESH = "POST /api/v1/auth/session/refresh"

let stop = () => {}
afterEach(() => stop())

async function start(path: string, handlers: Handlers = {}) {
  const api = fakeApi({ [CONFIG]: () => json(config), [ME]: () => json(ada), ...handlers })
  const app = createApp(createMemoryHistory({ initialEntries: [path] }))
  stop = app.stop
  render(<app.App />)
  await act(() => app.router.load())
  return { ...app, api, user: userEvent.setup() }
}

const guest: Handlers = { [ME]: unauthorized, [REFRESH]: unauthorized }

async function logIn(user: ReturnType<typeof userEvent.setup>) {
  await user.type(await screen.findByLabelText("Email"), "ada@example.com")
  await user.type(screen.getByLabelText("Password"), "a long password")
  await user.click(screen.getByRole("button", { name: "Log in" }))
}

describe("somebody who is not logged in", () => {
  it("is sent to the login page, and after logging in to where he wanted to go", async () => {
    const { router, user, api } = await start("/profile?from=mail#top", {
      ...guest,
      [LOG_IN]: () => json(ada),
    })
    expect(router.state.location.pathname).toBe("/login")

    await logIn(user)

    expect(await screen.findByRole("heading", { name: "Profile" })).toBeVisible()
    expect(router.state.location.href).toBe("/profile?from=mail#top")
    expect(api.calls.find(({ operation }) => operation === LOG_IN)?.body).toEqual({
      email: "ada@example.com",
      password: "a long password",
    })
  })

  it("does not follow a link that leads away after logging in", async () => {
    const { router, user } = await start("/login?redirect=%2F%2Fevil.example%2F", {
      ...guest,
      [LOG_IN]: () => json(ada),
    })

    await logIn(user)

    await screen.findByRole("navigation", { name: "Main" })
    expect(router.history.location.href).not.toContain("evil")
  })

  it("is told why logging in failed, and stays", async () => {
    const { router, user, api } = await start("/login", {
      ...guest,
      [LOG_IN]: () => problem(401, "invalid_credentials", "Wrong e-mail address or password."),
    })
    const refreshes = api.count(REFRESH)

    await logIn(user)

    expect(await screen.findByText("Wrong e-mail address or password.")).toBeVisible()
    expect(router.state.location.pathname).toBe("/login")
    expect(api.count(REFRESH)).toBe(refreshes)
  })

  it("finds no registration where it is closed", async () => {
    await start("/signup", guest)

    expect(await screen.findByRole("heading", { name: "Page not found" })).toBeVisible()
  })

  it("can register where it is open", async () => {
    const { user, api } = await start("/login", {
      ...guest,
      [CONFIG]: () => json({ ...config, registration_open: true }),
      "POST /api/v1/users/signup": () => json({ detail: "Check your mail." }, 202),
    })
    await user.click(await screen.findByRole("link", { name: "Sign up" }))
    await screen.findByRole("heading", { name: "Sign up" })

    await user.type(await screen.findByLabelText("Email"), "new@example.com")
    await user.type(screen.getByLabelText("Password"), "a long password")
    await user.click(screen.getByRole("button", { name: "Sign up" }))

    expect(await screen.findByText("Check your mail")).toBeVisible()
    expect(api.calls.at(-1)?.body).toEqual({
      email: "new@example.com",
      password: "a long password",
      full_name: null,
    })
  })
})

describe("somebody who is logged in", () => {
  it("starts at the first entry of the menu", async () => {
    const { router } = await start("/")
    const [first] = visibleEntries(navigation, ada)

    expect(router.state.location.pathname).toBe(first?.link.to)
  })

  it("sees the project's name, and in the tab's title the page's too", async () => {
    await start("/profile")

    expect(await screen.findByRole("link", { name: "Joinery" })).toBeVisible()
    await waitFor(() => expect(document.title).toBe("Profile · Joinery"))
  })

  it("is not shown the login page", async () => {
    const { router } = await start("/login?redirect=/profile")

    expect(router.state.location.pathname).toBe("/profile")
  })

  it("sees no administration without being an administrator", async () => {
    await start("/users")

    expect(await screen.findByRole("heading", { name: "Page not found" })).toBeVisible()
    expect(screen.queryByRole("link", { name: "Users" })).not.toBeInTheDocument()
  })

  it("leaves nothing in the cache on logging out", async () => {
    const { router, user, queryClient, api } = await start("/profile", {
      [LOG_OUT]: () => noContent(),
    })
    queryClient.setQueryData(["secrets"], ["of Ada"])

    await user.click(await screen.findByRole("button", { name: "Account" }))
    await user.click(await screen.findByRole("menuitem", { name: "Log out" }))

    await screen.findByRole("button", { name: "Log in" })
    expect(router.state.location.href).toBe("/login")
    expect(api.count(LOG_OUT)).toBe(1)
    expect(
      JSON.stringify(
        queryClient
          .getQueryCache()
          .getAll()
          .map((query) => query.state.data),
      ),
    ).not.toContain("Ada")
  })

  it("is told when logging out failed, and stays", async () => {
    const { router, user } = await start("/profile", {
      [LOG_OUT]: () => problem(503, "unavailable"),
    })

    await user.click(await screen.findByRole("button", { name: "Account" }))
    await user.click(await screen.findByRole("menuitem", { name: "Log out" }))

    expect(await screen.findByText("You are still logged in")).toBeVisible()
    expect(router.state.location.pathname).toBe("/profile")
  })

  it("goes on with a renewed session when the old one has run out", async () => {
    let renewed = false
    const { user, api } = await start("/profile", {
      [UPDATE_ME]: () => (renewed ? json({ ...ada, full_name: "Ada King" }) : unauthorized()),
      [REFRESH]: () => {
        renewed = true
        return json(ada)
      },
    })

    await user.click(await screen.findByRole("button", { name: "Save profile" }))

    expect(await screen.findByText("Profile saved")).toBeVisible()
    expect(api.count(REFRESH)).toBe(1)
    expect(api.count(UPDATE_ME)).toBe(2)
  })

  it("is sent to the login page when the session is over, and comes back afterwards", async () => {
    const { router, user, api } = await start("/profile", {
      [UPDATE_ME]: unauthorized,
      [REFRESH]: unauthorized,
      [LOG_IN]: () => json(ada),
    })
    api.handlers[ME] = unauthorized

    await user.click(await screen.findByRole("button", { name: "Save profile" }))

    await screen.findByRole("button", { name: "Log in" })
    expect(router.state.location.search).toEqual({ redirect: "/profile" })
    await logIn(user)
    expect(await screen.findByRole("heading", { name: "Profile" })).toBeVisible()
  })

  it("is not logged out by a 403", async () => {
    const { router, user, api } = await start("/profile", {
      [UPDATE_ME]: () => problem(403, "insufficient_scope"),
    })

    await user.click(await screen.findByRole("button", { name: "Save profile" }))

    expect(await screen.findByText("You are not allowed to do this.")).toBeVisible()
    expect(router.state.location.pathname).toBe("/profile")
    expect(api.count(REFRESH)).toBe(0)
  })
})

describe("an address that leads nowhere", () => {
  it("says so and offers a way out", async () => {
    await start("/nowhere")

    expect(await screen.findByRole("heading", { name: "Page not found" })).toBeVisible()
    expect(screen.getByRole("link", { name: "Go to the start" })).toHaveAttribute("href", "/")
  })
})

describe("a server that refuses to answer", () => {
  it("is tried again when the user asks for it", async () => {
    const { user, api } = await start("/profile", { [CONFIG]: () => problem(400, "broken") })
    expect(
      await screen.findByRole("heading", { name: "We could not load this page" }),
    ).toBeVisible()

    api.handlers[CONFIG] = () => json(config)
    await user.click(screen.getByRole("button", { name: "Try again" }))

    expect(await screen.findByRole("heading", { name: "Profile" })).toBeVisible()
  })
})
