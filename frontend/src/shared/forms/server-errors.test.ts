import { renderHook } from "@testing-library/react"
import { type Path, useForm } from "react-hook-form"
import { describe, expect, it } from "vitest"
import { ApiError, type FieldError } from "@/shared/api/errors"
import { showServerError } from "./server-errors"

interface Values {
  title: string
  email: string
}

function shownFor(error: unknown, fieldOfCode?: Record<string, Path<Values>>) {
  const { result, rerender } = renderHook(() => {
    const form = useForm<Values, unknown, Values>({ defaultValues: { title: "", email: "" } })
    return { form, errors: form.formState.errors }
  })
  showServerError(result.current.form, error, fieldOfCode)
  rerender()
  const { title, email, root } = result.current.errors
  return { title: title?.message, email: email?.message, root: root?.message }
}

function refused(...fields: FieldError[]): ApiError {
  return new ApiError(422, "Some of the values were not accepted.", { fields })
}

describe("showServerError", () => {
  it("shows each error at the field that it names", () => {
    const error = refused(
      { loc: ["body", "title"], msg: "Value error, choose a better title", type: "value_error" },
      { loc: ["body", "email"], msg: "Field required", type: "missing" },
    )

    expect(shownFor(error)).toEqual({
      title: "Choose a better title",
      email: "This is required.",
      root: undefined,
    })
  })

  it.each([
    ["string_too_long", "String should have at most 255 characters", "Use at most 255 characters."],
    ["string_too_short", "String should have at least 8 characters", "Use at least 8 characters."],
    ["string_too_short", "String should have at least 1 character", "This is required."],
  ])("says %s in the user's words", (type, msg, shown) => {
    expect(shownFor(refused({ loc: ["body", "title"], msg, type })).title).toBe(shown)
  })

  it("shows an error deep inside a field at that field", () => {
    const error = refused({ loc: ["body", "email", 0, "host"], msg: "bad host", type: "x" })

    expect(shownFor(error).email).toBe("Bad host")
  })

  it("shows above the form what belongs to no field of it", () => {
    const error = refused({ loc: ["body", "colour"], msg: "Input should be red", type: "enum" })

    expect(shownFor(error).root).toBe("colour: Input should be red")
  })

  it("shows an error with a code at the field that it speaks about", () => {
    const error = new ApiError(409, "Another account has it.", { code: "email_taken" })

    expect(shownFor(error, { email_taken: "email" })).toEqual({
      title: undefined,
      email: "Another account has it.",
      root: undefined,
    })
    expect(shownFor(error).root).toBe("Another account has it.")
  })

  it("shows anything else above the form", () => {
    expect(shownFor(new TypeError("x is undefined")).root).toBe(
      "Something went wrong. Please try again.",
    )
  })
})
