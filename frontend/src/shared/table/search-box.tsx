import { Search, X } from "lucide-react"
import { useEffect, useEffectEvent, useRef, useState } from "react"
import { useDebounced } from "@/shared/lib/use-debounced"
import { Input } from "@/shared/ui/input"

const DELAY_MS = 250

interface SearchBoxProps {
  label: string
  /** The text that the shown rows were searched for. */
  value: string
  onSearch: (text: string) => void
}

/** Searches while the user types, once he pauses. */
export function SearchBox({ label, value, onSearch }: SearchBoxProps) {
  const [text, setText] = useState(value)
  const debounced = useDebounced(text.trim(), DELAY_MS)
  const searched = useRef(value)
  const search = useEffectEvent((wanted: string) => {
    if (wanted === searched.current) return
    searched.current = wanted
    onSearch(wanted)
  })
  useEffect(() => search(debounced), [debounced])
  useEffect(() => {
    // Another search came from outside, a link or a button; what is being typed stays otherwise.
    if (value === searched.current) return
    searched.current = value
    setText(value)
  }, [value])

  return (
    // biome-ignore lint/a11y/useSemanticElements: jsdom does not know <search>; a form takes Enter too.
    <form
      role="search"
      className="relative w-full sm:w-72"
      onSubmit={(event) => event.preventDefault()}
    >
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted-foreground"
      />
      <Input
        type="search"
        aria-label={label}
        placeholder={label}
        maxLength={255}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="px-9 [&::-webkit-search-cancel-button]:hidden"
      />
      {text && (
        <button
          type="button"
          aria-label="Clear search"
          onClick={() => setText("")}
          className="absolute top-1/2 right-2 -translate-y-1/2 rounded-sm p-1 text-muted-foreground hover:text-foreground"
        >
          <X aria-hidden className="size-4" />
        </button>
      )}
    </form>
  )
}
