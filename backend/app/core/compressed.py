"""Serves the frontend's files as they were compressed when it was built (``docker/app``)."""

import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
"""Content codings (RFC 9110, section 8.4.1) and their files' endings; the best first."""
_IMMUTABLE = "public, max-age=31536000, immutable"
_ASSETS = "/assets/"
"""Below this the build names each file after its content: a change is another name."""


@dataclass(frozen=True)
class CompressedFile:
    """A file's copies by content coding, in memory."""

    media_type: str
    cache_control: str
    copies: dict[str, bytes]

    def response(self, accepted: str) -> Response | None:
        """The answer for a value of ``Accept-Encoding``; None if no copy is accepted."""
        wanted = accepted_codings(accepted)
        for coding, content in self.copies.items():
            if coding in wanted:
                headers = {
                    "Content-Encoding": coding,
                    "Vary": "Accept-Encoding",
                    "Cache-Control": self.cache_control,
                }
                return Response(content, media_type=self.media_type, headers=headers)
        return None


def accepted_codings(header: str) -> set[str]:
    """The codings that a value of ``Accept-Encoding`` names and does not refuse (``q=0``)."""
    codings = set()
    for part in header.lower().split(","):
        coding, _, parameters = part.partition(";")
        quality = parameters.strip().removeprefix("q=").strip()
        if quality.rstrip("0") not in {"0.", "0", ""} or not quality:
            codings.add(coding.strip())
    return codings - {""}


def compressed_files(directory: Path) -> dict[str, CompressedFile]:
    """All files of a folder that have compressed copies, by URL path."""
    files = {}
    for best in directory.rglob(f"*{_ENCODINGS[0][1]}"):
        original = best.with_suffix("")
        copies = {
            coding: copy.read_bytes()
            for coding, ending in _ENCODINGS
            if (copy := Path(f"{original}{ending}")).is_file()
        }
        path = f"/{original.relative_to(directory).as_posix()}"
        files[path] = CompressedFile(
            media_type=mimetypes.guess_type(original.name)[0] or "application/octet-stream",
            cache_control=_IMMUTABLE if path.startswith(_ASSETS) else "no-cache",
            copies=copies,
        )
    if "/index.html" in files:
        files["/"] = files["/index.html"]
    return files


class CompressedFiles:
    """ASGI middleware: answers from the compressed copies, and passes on everything else."""

    def __init__(self, app: ASGIApp, *, directory: Path) -> None:
        """Read the copies.

        Args:
            app: The application.
            directory: Folder of the built frontend.
        """
        self.app = app
        self._files = compressed_files(directory)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app: ASGIApp = self.app
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            file = self._files.get(scope["path"])
            if file is not None:
                accepted = Headers(scope=scope).get("accept-encoding", "")
                app = file.response(accepted) or self.app
        await app(scope, receive, send)
