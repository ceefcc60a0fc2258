"""The entry point: ``dovetail run app.main:app`` or any ASGI server."""

from app.core.application import create_app

app = create_app()
