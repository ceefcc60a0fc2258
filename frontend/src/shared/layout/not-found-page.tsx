import { Link } from "@tanstack/react-router"
import { Button } from "@/shared/ui/button"
import { urls } from "@/shared/urls"
import { FullPage } from "./full-page"

/** For an address that leads nowhere. */
export function NotFoundPage() {
  return (
    <FullPage title="Page not found" text="The link may be old, or the address mistyped.">
      <Button asChild>
        <Link to={urls.home}>Go to the start</Link>
      </Button>
    </FullPage>
  )
}
