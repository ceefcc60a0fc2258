"""Mails, rendered from templates and sent by SMTP. Send them in a job, never in a request."""

import functools
from email.message import EmailMessage
from email.utils import formataddr, formatdate, make_msgid
from pathlib import Path
from typing import Any

import aiosmtplib
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, select_autoescape

from app.core.features import feature_folders
from app.core.settings import get_settings

_TIMEOUT = 30


@functools.cache
def _templates() -> Environment:
    folders: list[Path] = feature_folders("templates")
    return Environment(
        loader=PrefixLoader({path.parent.name: FileSystemLoader(path) for path in folders}),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Render a mail's text and HTML.

    Args:
        template: ``<feature>/<name>``, for the files ``<name>.txt`` and ``<name>.html`` in the
            feature's folder ``templates``. Values are escaped in the HTML.
        context: Their variables, beside ``project`` and ``url``, the application's address.

    Raises:
        jinja2.TemplateNotFound: One of the files is missing.
        jinja2.UndefinedError: A variable is missing.
    """
    settings = get_settings()
    values = {"project": settings.project_name, "url": settings.public_url, **context}
    text, html = (
        _templates().get_template(f"{template}.{kind}").render(values) for kind in ("txt", "html")
    )
    return text, html


def compose(to: str, subject: str, text: str, html: str) -> EmailMessage:
    """A message with its text and its HTML.

    Raises:
        ValueError: A line break in ``to`` or ``subject``.
    """
    settings = get_settings()
    message = EmailMessage()
    message["From"] = formataddr((settings.project_name, settings.sender))
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=settings.sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer by an absence note
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message


async def send_mail(to: str, *, subject: str, template: str, context: dict[str, Any]) -> None:
    """Render a mail and hand it to the SMTP server.

    Raises:
        aiosmtplib.SMTPException: The server cannot be reached or refuses; let the job run again.
    """
    settings = get_settings()
    password = settings.smtp_password
    await aiosmtplib.send(
        compose(to, subject, *render(template, context)),
        hostname=settings.smtp_host or "127.0.0.1",
        port=settings.smtp_port,
        username=settings.smtp_user,
        password=password.get_secret_value() if password else None,
        use_tls=settings.smtp_tls == "tls",
        start_tls=settings.smtp_tls == "starttls",
        timeout=_TIMEOUT,
    )
