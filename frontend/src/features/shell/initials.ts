/** Up to two letters for a name or an e-mail address: "Ada Lovelace" → "AL", "lin@x.org" → "L". */
export function initials(name: string): string {
  const words = name
    .split("@", 1)
    .join("")
    .split(/[\s._-]+/)
    .filter(Boolean)
  const picked = words.length > 1 ? [words[0], words.at(-1)] : words
  return picked.map((word) => [...(word ?? "")][0]?.toUpperCase()).join("")
}
