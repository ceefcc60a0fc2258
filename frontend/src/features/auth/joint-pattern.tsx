import { useId } from "react"

/** Boards joined edge to edge by dovetails, as an endless pattern. Decorative. */
export function JointPattern({ className }: { className?: string }) {
  const id = useId()
  return (
    <svg aria-hidden className={className}>
      <defs>
        <pattern id={id} width="120" height="96" patternUnits="userSpaceOnUse">
          <path
            className="fill-none stroke-shade-line"
            strokeWidth="1.5"
            d="M0 0V20L36 8V88L0 76V96M96 0V40L60 28V68L96 56V96"
          />
        </pattern>
      </defs>
      <rect width="100%" height="100%" fill={`url(#${id})`} />
    </svg>
  )
}
