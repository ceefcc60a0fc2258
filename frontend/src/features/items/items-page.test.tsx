import { screen, waitFor, within } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { describe, expect, it } from "vitest"
import { fakeApi, json, noContent, problem } from "@/testing/fake-api"
import { renderPage } from "@/testing/render"
import { ItemsPage } from "./items-page"
import type { Item } from "./queries"

const LIST = "GET /api/v1/items"
const CREATE = "POST /api/v1/items"

function item(title: string, description: string | null = null): Item {
  return {
    id: `id-of-${title}`,
    title,
    description,
    owner_id: "ada",
    created_at: "2026-01-02T03:04:05Z",
    updated_at: "2026-01-02T03:04:05Z",
  }
}

/** Three pages of one item each; a search finds the items whose title holds the text. */
function threePages() {
  const titles = ["Saw", "Chisel", "Mallet"]
  return fakeApi({
    [LIST]: (request) => {
      const { searchParams } = new URL(request.url)
      const q = searchParams.get("q")
      if (q) {
        return json({
          data: titles.filter((t) => t.includes(q)).map((t) => item(t)),
          next_cursor: null,
        })
      }
      const page = Number(searchParams.get("cursor") ?? 0)
      const nextCursor = page + 1 < titles.length ? String(page + 1) : null
      return json({ data: [item(titles[page] ?? "?")], next_cursor: nextCursor })
    },
  })
}

const start = (options?: Parameters<typeof renderPage>[1]) => ({
  ...renderPage((search) => <ItemsPage search={search} />, options),
  user: userEvent.setup(),
})

const row = (title: string) => screen.findByRole("button", { name: title })
const button = (name: string) => screen.getByRole("button", { name })

describe("the table of items", () => {
  it("shows that it is loading, then the rows", async () => {
    const answer = Promise.withResolvers<Response>()
    fakeApi({ [LIST]: () => answer.promise })
    start()
    expect(await screen.findByRole("table", { name: "Items" })).toHaveAttribute("aria-busy", "true")

    answer.resolve(json({ data: [item("Saw", "Fine teeth")], next_cursor: null }))

    expect(await row("Saw")).toBeVisible()
    expect(screen.getByText("Fine teeth")).toBeVisible()
    expect(screen.getByRole("table")).toHaveAttribute("aria-busy", "false")
    expect(screen.queryByRole("navigation", { name: "Pages" })).not.toBeInTheDocument()
  })

  it("says that there are none, and how to get one", async () => {
    fakeApi({ [LIST]: () => json({ data: [], next_cursor: null }) })
    const { user } = start()
    expect(await screen.findByText("No items yet")).toBeVisible()

    await user.click(screen.getAllByRole("button", { name: "New item" }).at(-1) as HTMLElement)

    expect(screen.getByRole("dialog", { name: "New item" })).toBeVisible()
  })

  it("says that it failed, and loads again when asked", async () => {
    const api = fakeApi({ [LIST]: () => problem(500, "internal_error") })
    const { user } = start()
    expect(await screen.findByText("This could not be loaded")).toBeVisible()

    api.handlers[LIST] = () => json({ data: [item("Saw")], next_cursor: null })
    await user.click(button("Try again"))

    expect(await row("Saw")).toBeVisible()
  })

  it("goes to the first page when the API knows the cursor no more", async () => {
    const api = fakeApi({ [LIST]: () => json({ detail: [] }, 422) })
    const { user, router } = start({ url: "/page?cursor=old" })
    await screen.findByText("This could not be loaded")

    api.handlers[LIST] = () => json({ data: [item("Saw")], next_cursor: null })
    await user.click(button("Try again"))

    expect(await row("Saw")).toBeVisible()
    expect(router.state.location.search).toEqual({})
  })
})

describe("paging", () => {
  it("goes forward to the last page, and back to the first", async () => {
    threePages()
    const { user } = start()
    await row("Saw")
    expect(button("Previous")).toHaveAttribute("aria-disabled", "true")

    await user.click(button("Next"))
    await row("Chisel")
    await user.click(button("Next"))
    await row("Mallet")
    expect(screen.getByText("Page 3")).toBeVisible()
    expect(button("Next")).toHaveFocus()
    expect(button("Next")).toHaveAttribute("aria-disabled", "true")

    await user.click(button("Previous"))
    await row("Chisel")
    await user.click(button("Previous"))
    await row("Saw")
    expect(screen.getByText("Page 1")).toBeVisible()
    expect(button("Previous")).toHaveAttribute("aria-disabled", "true")
  })

  it("leads from a page in the middle, opened by a link, to the first", async () => {
    threePages()
    const { user } = start({ url: "/page?cursor=2" })
    await row("Mallet")

    await user.click(button("Previous"))

    expect(await row("Saw")).toBeVisible()
  })
})

describe("searching", () => {
  it("asks the API once the user pauses, from the first page on", async () => {
    const api = threePages()
    const { user, router } = start({ url: "/page?cursor=1" })
    await row("Chisel")

    await user.type(screen.getByRole("searchbox", { name: "Search items" }), "Mal")

    expect(await row("Mallet")).toBeVisible()
    expect(router.state.location.search).toEqual({ q: "Mal" })
    expect(api.calls.map(({ url }) => url.searchParams.get("q"))).toEqual([null, "Mal"])
  })

  it("says when nothing was found, and leads back to all", async () => {
    threePages()
    const { user } = start({ url: "/page?q=hammer" })
    expect(await screen.findByText("No item matches “hammer”.")).toBeVisible()

    await user.click(button("Show all items"))

    expect(await row("Saw")).toBeVisible()
    expect(screen.getByRole("searchbox")).toHaveValue("")
  })
})

describe("creating an item", () => {
  it("sends it, says so, and shows it in the list", async () => {
    const items = [item("Saw")]
    const api = fakeApi({
      [LIST]: () => json({ data: items, next_cursor: null }),
      [CREATE]: () => {
        items.unshift(item("Chisel"))
        return json(items[0], 201)
      },
    })
    const { user } = start()
    await row("Saw")

    await user.click(button("New item"))
    await user.type(screen.getByLabelText("Title"), "  Chisel ")
    await user.click(button("Create item"))

    expect(await row("Chisel")).toBeVisible()
    expect(await screen.findByText("Item created")).toBeVisible()
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument()
    expect(api.calls.find(({ operation }) => operation === CREATE)?.body).toEqual({
      title: "Chisel",
      description: null,
    })
  })

  it("does not send what cannot be right", async () => {
    const api = threePages()
    const { user } = start()
    await row("Saw")

    await user.click(button("New item"))
    await user.click(button("Create item"))

    const title = screen.getByLabelText("Title")
    expect(title).toBeInvalid()
    expect(title).toHaveAccessibleDescription("Give the item a title.")
    expect(title).toHaveFocus()
    expect(api.count(CREATE)).toBe(0)
  })

  it("shows at the field what the API did not accept, and keeps what was typed", async () => {
    const api = threePages()
    api.handlers[CREATE] = () =>
      json({ detail: [{ loc: ["body", "title"], msg: "Value error, taken", type: "x" }] }, 422)
    const { user } = start()
    await row("Saw")

    await user.click(button("New item"))
    await user.type(screen.getByLabelText("Title"), "Saw")
    await user.click(button("Create item"))

    const title = screen.getByLabelText("Title")
    await waitFor(() => expect(title).toHaveAccessibleDescription("Taken"))
    expect(title).toHaveValue("Saw")
  })
})

describe("an item", () => {
  it("is edited", async () => {
    let saw = item("Saw", "Fine teeth")
    const api = fakeApi({
      [LIST]: () => json({ data: [saw], next_cursor: null }),
      "PATCH /api/v1/items/id-of-Saw": (_, body) => {
        saw = { ...saw, ...(body as Partial<Item>) }
        return json(saw)
      },
    })
    const { user } = start()

    await user.click(await row("Saw"))
    expect(screen.getByLabelText("Description")).toHaveValue("Fine teeth")
    await user.clear(screen.getByLabelText("Description"))
    await user.type(screen.getByLabelText("Title"), "s")
    await user.click(button("Save changes"))

    expect(await row("Saws")).toBeVisible()
    expect(screen.queryByText("Fine teeth")).not.toBeInTheDocument()
    expect(api.calls.find(({ body }) => body)?.body).toEqual({ title: "Saws", description: null })
  })

  async function askToDelete(handler: () => Response) {
    const items = [item("Saw")]
    const api = fakeApi({
      [LIST]: () => json({ data: items, next_cursor: null }),
      "DELETE /api/v1/items/id-of-Saw": () => {
        const response = handler()
        if (response.ok) items.pop()
        return response
      },
    })
    const { user } = start()
    await user.click(await screen.findByRole("button", { name: "Actions for Saw" }))
    await user.click(await screen.findByRole("menuitem", { name: "Delete" }))
    const dialog = await screen.findByRole("alertdialog", { name: "Delete this item?" })
    return { api, user, dialog: within(dialog) }
  }

  it("is deleted once that is confirmed", async () => {
    const { user, dialog } = await askToDelete(noContent)

    await user.click(dialog.getByRole("button", { name: "Delete" }))

    expect(await screen.findByText("No items yet")).toBeVisible()
    expect(await screen.findByText("Item deleted")).toBeVisible()
  })

  it("stays when the user cancels", async () => {
    const { api, user, dialog } = await askToDelete(noContent)

    await user.click(dialog.getByRole("button", { name: "Cancel" }))

    expect(await row("Saw")).toBeVisible()
    expect(api.count("DELETE /api/v1/items/id-of-Saw")).toBe(0)
  })

  it("stays, with the reason, when deleting failed", async () => {
    const { user, dialog } = await askToDelete(() => problem(409, "in_use", "It is in use."))

    await user.click(dialog.getByRole("button", { name: "Delete" }))

    expect(await dialog.findByText("It is in use.")).toBeVisible()
  })
})
