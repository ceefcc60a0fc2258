import type { FieldValues, Path, UseFormReturn } from "react-hook-form"
import { ApiError, errorMessage, type FieldError } from "@/shared/api/errors"

/** Pydantic's messages speak about strings; these about what was typed. */
function text({ type, msg }: FieldError): string {
  const limit = msg.match(/\d+/)?.[0]
  switch (type) {
    case "missing":
      return "This is required."
    case "string_too_short":
      return limit === "1" ? "This is required." : `Use at least ${limit} characters.`
    case "string_too_long":
      return `Use at most ${limit} characters.`
    default: {
      const message = msg.replace(/^(Value|Assertion) error, /, "")
      return message.charAt(0).toUpperCase() + message.slice(1)
    }
  }
}

/**
 * Shows what the API said about a form where it belongs: at the field that it names, or above the
 * form (`errors.root`) when it names none that the form has.
 *
 * @param form the form whose values were sent
 * @param error what the call threw
 * @param fieldOfCode the field to blame for an error that has a code instead of a location
 */
export function showServerError<Values extends FieldValues>(
  form: UseFormReturn<Values, unknown, Values>,
  error: unknown,
  fieldOfCode: Record<string, Path<Values>> = {},
): void {
  const known = Object.keys(form.getValues())
  const isField = (name: string | undefined): name is Path<Values> =>
    name !== undefined && known.includes(name)
  const apiError = error instanceof ApiError ? error : null
  const blamed = fieldOfCode[apiError?.code ?? ""]

  if (blamed) {
    form.setError(blamed, { type: "server", message: errorMessage(error) }, { shouldFocus: true })
    return
  }
  let focused = false
  const unplaced: string[] = []
  for (const entry of apiError?.fields ?? []) {
    // loc is ["body", field, …]; what is deeper is shown at the field it is in.
    const name = entry.loc.slice(1).map(String)[0]
    if (isField(name)) {
      form.setError(name, { type: "server", message: text(entry) }, { shouldFocus: !focused })
      focused = true
    } else {
      unplaced.push([name, text(entry)].filter(Boolean).join(": "))
    }
  }
  if (unplaced.length > 0) form.setError("root", { type: "server", message: unplaced.join(" ") })
  else if (!focused) form.setError("root", { type: "server", message: errorMessage(error) })
}
