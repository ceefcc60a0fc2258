/** One entry of a validation error (422): `{"detail": [{loc, msg, type}]}`. */
export interface FieldError {
  /** Where the value came from and its path, e.g. `["body", "title"]`. */
  loc: (string | number)[]
  msg: string
  type: string
}

/** `status` of an error for which there was no response at all. */
export const NO_RESPONSE = 0

/** Any failure of a call to the API. `message` is fit to be shown to the user. */
export class ApiError extends Error {
  override name = "ApiError"
  /** HTTP status, or `NO_RESPONSE`. */
  readonly status: number
  /** The API's own name for the error (`"email_taken"`), where it gives one. */
  readonly code: string | null
  readonly fields: FieldError[]

  constructor(
    status: number,
    message: string,
    {
      code = null,
      fields = [],
      cause,
    }: { code?: string | null; fields?: FieldError[]; cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.status = status
    this.code = code
    this.fields = fields
  }
}

/** Codes whose `detail` is written for programmers. */
const MESSAGES: Record<string, string> = {
  insufficient_scope: "You are not allowed to do this.",
  not_authenticated: "Your session has ended. Please log in again.",
}

const FALLBACKS: Record<number, string> = {
  401: "Your session has ended. Please log in again.",
  403: "You are not allowed to do this.",
  404: "This does not exist, or no longer.",
  413: "This is too large.",
  422: "Some of the values were not accepted.",
  429: "Too many attempts. Please wait a moment and try again.",
}

function fallbackMessage(status: number): string {
  return FALLBACKS[status] ?? "Something went wrong on the server. Please try again."
}

function isFieldError(value: unknown): value is FieldError {
  const entry = value as Partial<FieldError> | null
  return typeof entry === "object" && Array.isArray(entry?.loc) && typeof entry.msg === "string"
}

/**
 * Makes an `ApiError` of what the generated client threw.
 *
 * @param body what the client threw: the parsed body of the response, or the error of `fetch`
 * @param response the response, if there was one
 * @returns an `ApiError`; an aborted request's error is given back as it is, since nobody failed
 */
export function toApiError(body: unknown, response: Response | undefined): unknown {
  if (body instanceof ApiError) return body
  if (body instanceof DOMException && body.name === "AbortError") return body
  if (!response) {
    const message = "The server cannot be reached. Check your connection and try again."
    return new ApiError(NO_RESPONSE, message, { cause: body })
  }
  const { status } = response
  const { detail, code } = (typeof body === "object" && body !== null ? body : {}) as {
    detail?: unknown
    code?: unknown
  }
  // A server error's text was written for operators, not for users.
  const own = typeof detail === "string" && status < 500 ? detail : null
  const name = typeof code === "string" ? code : null
  return new ApiError(status, MESSAGES[name ?? ""] ?? own ?? fallbackMessage(status), {
    code: name,
    fields: Array.isArray(detail) ? detail.filter(isFieldError) : [],
  })
}

/** What to tell the user about any error. */
export function errorMessage(error: unknown): string {
  return error instanceof ApiError ? error.message : "Something went wrong. Please try again."
}
