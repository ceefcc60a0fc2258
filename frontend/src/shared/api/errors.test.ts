import { describe, expect, it } from "vitest"
import { ApiError, errorMessage, NO_RESPONSE, toApiError } from "./errors"
import { shouldRetry } from "./query-client"

const answered = (status: number) => new Response(null, { status })

describe("toApiError", () => {
  it("takes the API's words and code", () => {
    const body = { detail: "Another account has this e-mail address.", code: "email_taken" }

    expect(toApiError(body, answered(409))).toMatchObject({
      status: 409,
      code: "email_taken",
      message: "Another account has this e-mail address.",
      fields: [],
    })
  })

  it("keeps the fields of a validation error, and only well-formed ones", () => {
    const title = { loc: ["body", "title"], msg: "Field required", type: "missing" }

    expect(toApiError({ detail: [title, "?", null] }, answered(422))).toMatchObject({
      fields: [title],
      message: "Some of the values were not accepted.",
    })
  })

  it("hides a server error's text", () => {
    const error = toApiError({ detail: "KeyError: 'secret'" }, answered(500))

    expect(errorMessage(error)).not.toContain("KeyError")
  })

  it("does not show users what is meant for programmers", () => {
    const body = { detail: "The access token lacks a scope.", code: "insufficient_scope" }

    expect(errorMessage(toApiError(body, answered(403)))).toBe("You are not allowed to do this.")
  })

  it.each(["", "<html>Bad gateway</html>", null])("copes with the body %j", (body) => {
    expect(toApiError(body, answered(502))).toMatchObject({ status: 502, fields: [] })
  })

  it("tells a server that was not reached from one that answered", () => {
    expect(toApiError(new TypeError("Failed to fetch"), undefined)).toMatchObject({
      status: NO_RESPONSE,
      message: expect.stringContaining("cannot be reached"),
    })
  })

  it("makes no error of an aborted request", () => {
    const aborted = new DOMException("aborted", "AbortError")

    expect(toApiError(aborted, undefined)).toBe(aborted)
  })
})

describe("shouldRetry", () => {
  it.each([400, 401, 403, 404, 422, 429])("does not repeat what was refused with %i", (status) => {
    expect(shouldRetry(0, new ApiError(status, "no"))).toBe(false)
  })

  it.each([NO_RESPONSE, 500, 503])("repeats after %i, but not for ever", (status) => {
    const error = new ApiError(status, "try again")

    expect([0, 1, 2].map((failures) => shouldRetry(failures, error))).toEqual([true, true, false])
  })
})
