const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
]
const RELATIVE_UP_TO_DAYS = 7

/** The words of a date are in the language of the words around it. */
const LANGUAGE = document.documentElement.lang || undefined

const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" })
const dateOnly = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium" })
const dateAndTime = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "long", timeStyle: "short" })

/** "now", "5 minutes ago", "yesterday", and the date when more than a week lies between. */
export function formatRelative(iso: string, now = new Date()): string {
  const seconds = (Date.parse(iso) - now.getTime()) / 1000
  if (Math.abs(seconds) > RELATIVE_UP_TO_DAYS * 86_400) return dateOnly.format(new Date(iso))
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit)
  }
  return relative.format(0, "second")
}

/** Date and time in full, in the user's time zone. */
export function formatDateTime(iso: string): string {
  return dateAndTime.format(new Date(iso))
}

/** The date, in the user's time zone. */
export function formatDate(iso: string): string {
  return dateOnly.format(new Date(iso))
}
