"""HTML pages from Jinja templates (needs the package `jinja2`)."""

from starlette.templating import Jinja2Templates as Jinja2Templates
