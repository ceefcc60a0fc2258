import { standardSchemaResolver } from "@hookform/resolvers/standard-schema"
import { type DefaultValues, type FieldValues, type Path, useForm } from "react-hook-form"
import type { z } from "zod"
import { showServerError } from "./server-errors"

interface ApiFormOptions<Values extends FieldValues> {
  schema: z.ZodType<Values, Values>
  values: DefaultValues<Values>
  /** Sends the values. What it throws is shown in the form. */
  onSubmit: (values: Values) => Promise<unknown>
  /** The field that an error code of the API speaks about: `{ email_taken: "email" }`. */
  fieldOfCode?: Record<string, Path<Values>>
}

/**
 * A form that is validated by a zod schema and then by the API.
 *
 * @returns react-hook-form's form, and `submit` for the `onSubmit` of the form element
 */
export function useApiForm<Values extends FieldValues>({
  schema,
  values,
  onSubmit,
  fieldOfCode,
}: ApiFormOptions<Values>) {
  const form = useForm<Values, unknown, Values>({
    resolver: standardSchemaResolver(schema),
    defaultValues: values,
  })
  const submit = form.handleSubmit(async (valid) => {
    try {
      await onSubmit(valid)
    } catch (error) {
      showServerError(form, error, fieldOfCode)
    }
  })
  return { form, submit }
}
