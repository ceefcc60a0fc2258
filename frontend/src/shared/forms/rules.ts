import { z } from "zod"

/** The limits of the API, said in the user's words. The API has the last word (422). */
const MAX_NAME = 255
const MAX_EMAIL = 254
const MIN_PASSWORD = 8
const MAX_PASSWORD = 128

export const emailRule = z
  .string()
  .trim()
  .min(1, "Enter an email address.")
  .max(MAX_EMAIL, `Use at most ${MAX_EMAIL} characters.`)
  .email("This is not an email address.")

export const nameRule = z.string().trim().max(MAX_NAME, `Use at most ${MAX_NAME} characters.`)

/** For a password that is chosen now; one that is only checked follows no rule but to be there. */
export const newPasswordRule = z
  .string()
  .min(MIN_PASSWORD, `Use at least ${MIN_PASSWORD} characters.`)
  .max(MAX_PASSWORD, `Use at most ${MAX_PASSWORD} characters.`)

export const passwordHint = `At least ${MIN_PASSWORD} characters.`
