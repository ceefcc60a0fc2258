"""The documentation pages as HTML: Swagger UI and ReDoc.

Called by hand, the functions default to a public CDN for scripts and styles. The pages that an
application serves by itself have theirs from the application (`dovetail.openapi.pages`).
"""

import json
from html import escape
from typing import Annotated, Any, Final

from annotated_doc import Doc
from starlette.responses import HTMLResponse

from dovetail.encoders import jsonable_encoder

CDN: Final = "https://cdn.jsdelivr.net/npm"

# Two interlocked wedges, percent-encoded so that the URL is the same inside an HTML attribute.
FAVICON: Final = (
    "data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22%20viewBox=%220%200%208%208"
    "%22%3E%3Cpath%20fill=%22%23345%22%20d=%22M0%200h8L6%204h2v4H0z%22/%3E%3Cpath%20fill=%22%23b83"
    "%22%20d=%22M8%200v8H3l2-4H2L4%200z%22/%3E%3C/svg%3E"
)

swagger_ui_default_parameters: Annotated[
    dict[str, Any],
    Doc("Options of Swagger UI that are set unless `swagger_ui_parameters` says otherwise."),
] = {
    "dom_id": "#swagger-ui",
    "layout": "BaseLayout",
    "deepLinking": True,
    "showExtensions": True,
    "showCommonExtensions": True,
}


def get_swagger_ui_html(
    *,
    openapi_url: Annotated[str, Doc("URL of the OpenAPI document, as the browser reaches it.")],
    title: Annotated[str, Doc("Title of the page.")],
    swagger_js_url: Annotated[
        str, Doc("URL of Swagger UI's script.")
    ] = f"{CDN}/swagger-ui-dist@5/swagger-ui-bundle.js",
    swagger_css_url: Annotated[
        str, Doc("URL of Swagger UI's style sheet.")
    ] = f"{CDN}/swagger-ui-dist@5/swagger-ui.css",
    swagger_favicon_url: Annotated[str, Doc("URL of the page's icon.")] = FAVICON,
    oauth2_redirect_url: Annotated[
        str | None, Doc("Path of the page that OAuth 2.0 providers send the browser back to.")
    ] = None,
    init_oauth: Annotated[
        dict[str, Any] | None, Doc("Argument of Swagger UI's `initOAuth`: client id and so on.")
    ] = None,
    swagger_ui_parameters: Annotated[
        dict[str, Any] | None, Doc("Options of Swagger UI, over the defaults.")
    ] = None,
) -> HTMLResponse:
    """Return the Swagger UI page: interactive documentation of the document at `openapi_url`."""
    options = {**swagger_ui_default_parameters, **(swagger_ui_parameters or {})}
    lines = [f"url: {_js_string(openapi_url)},"]
    lines += [f"{_script_json(key)}: {_script_json(value)}," for key, value in options.items()]
    if oauth2_redirect_url:
        target = _js_string(oauth2_redirect_url)
        lines.append(f"oauth2RedirectUrl: window.location.origin + {target},")
    lines.append(
        "presets: [SwaggerUIBundle.presets.apis, SwaggerUIBundle.SwaggerUIStandalonePreset],"
    )
    script = "const ui = SwaggerUIBundle({\n  " + "\n  ".join(lines) + "\n})"
    if init_oauth:
        script += f"\nui.initOAuth({_script_json(init_oauth)})"
    return HTMLResponse(
        f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="icon" href="{escape(swagger_favicon_url)}">
<link rel="stylesheet" href="{escape(swagger_css_url)}">
</head>
<body>
<div id="swagger-ui"></div>
<script src="{escape(swagger_js_url)}"></script>
<script>
{script}
</script>
</body>
</html>
"""
    )


def get_redoc_html(
    *,
    openapi_url: Annotated[str, Doc("URL of the OpenAPI document, as the browser reaches it.")],
    title: Annotated[str, Doc("Title of the page.")],
    redoc_js_url: Annotated[
        str, Doc("URL of ReDoc's script.")
    ] = f"{CDN}/redoc@2/bundles/redoc.standalone.js",
    redoc_favicon_url: Annotated[str, Doc("URL of the page's icon.")] = FAVICON,
    with_google_fonts: Annotated[
        bool, Doc("Load the fonts that ReDoc is designed with from Google.")
    ] = True,
) -> HTMLResponse:
    """Return the ReDoc page: documentation to read of the document at `openapi_url`."""
    fonts = ""
    if with_google_fonts:
        families = "family=Montserrat:300,400,700|Roboto:300,400,700"
        fonts = f'<link rel="stylesheet" href="https://fonts.googleapis.com/css?{families}">\n'
    return HTMLResponse(
        f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="icon" href="{escape(redoc_favicon_url)}">
{fonts}<style>body {{ margin: 0 }}</style>
</head>
<body>
<noscript>This page needs JavaScript. The document it shows is at {escape(openapi_url)}.</noscript>
<redoc spec-url="{escape(openapi_url)}"></redoc>
<script src="{escape(redoc_js_url)}"></script>
</body>
</html>
"""
    )


def get_swagger_ui_oauth2_redirect_html() -> HTMLResponse:
    """Return the page that an OAuth 2.0 provider sends the browser back to.

    It runs in the window that Swagger UI opened, hands what the provider said (RFC 6749, 4.1.2 and
    4.2.2) to the page that opened it, and closes.
    """
    return HTMLResponse(_OAUTH2_REDIRECT)


_OAUTH2_REDIRECT: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Authorization</title>
</head>
<body>
<script>
const request = window.opener.swaggerUIRedirectOauth2
const answer = Object.fromEntries(
  new URLSearchParams((location.hash || location.search).slice(1)),
)
const flow = request.auth.schema.get("flow")
const isCodeFlow = ["accessCode", "authorizationCode", "authorization_code"].includes(flow)
const isOurs = answer.state === request.state

function fail(level, message) {
  request.errCb({ authId: request.auth.name, source: "auth", level, message })
}

if (!isCodeFlow || request.auth.code) {
  request.callback({
    auth: request.auth, token: answer, isValid: isOurs, redirectUrl: request.redirectUrl,
  })
} else {
  if (!isOurs) {
    fail("warning", "The answer of the authorization server has another state than the request.")
  }
  if (answer.code) {
    delete request.state
    request.auth.code = answer.code
    request.callback({ auth: request.auth, redirectUrl: request.redirectUrl })
  } else {
    const reason = answer.error_description || answer.error || "no code was received"
    fail("error", `Authorization failed: ${reason}. ${answer.error_uri || ""}`)
  }
}
window.close()
</script>
</body>
</html>
"""


def _script_json(value: Any) -> str:
    """Return `value` as JSON that can't end the script element it stands in."""
    text = json.dumps(jsonable_encoder(value))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _js_string(value: str) -> str:
    inner = _script_json(value)[1:-1].replace('\\"', '"').replace("'", "\\'")
    return f"'{inner}'"
