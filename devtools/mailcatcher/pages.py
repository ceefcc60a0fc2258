"""The pages that show mails. What comes from a mail is escaped; its HTML is in a frame."""

from __future__ import annotations

from html import escape

from devtools.mailcatcher.store import Mail

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid #8884; padding: .5rem; text-align: left; vertical-align: top; }
pre { background: #8881; overflow-x: auto; padding: 1rem; white-space: pre-wrap; }
iframe { background: #fff; border: 1px solid #8884; height: 30rem; width: 100%; }
"""
HEADERS = ("From", "To", "Subject", "Date")


def page(title: str, body: str, *, refresh: bool = False) -> str:
    """Return a whole page; with `refresh` it loads itself anew every few seconds."""
    again = '<meta http-equiv="refresh" content="3">' if refresh else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{again}'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>{body}</body></html>"
    )


def index(mails: list[Mail]) -> str:
    """Return the page that lists the mails."""
    if not mails:
        return page("Mail", "<h1>Mail</h1><p>No mail has been sent yet.</p>", refresh=True)
    rows = "".join(row(mail) for mail in mails)
    head = "<tr><th>To</th><th>Subject</th><th>Date</th></tr>"
    return page("Mail", f"<h1>Mail</h1><table>{head}{rows}</table>", refresh=True)


def row(mail: Mail) -> str:
    """Return the line of a mail in the list."""
    subject = escape(mail.header("Subject")) or "(no subject)"
    return (
        f"<tr><td>{escape(mail.header('To'))}</td>"
        f'<td><a href="/{escape(mail.name)}">{subject}</a></td>'
        f"<td>{escape(mail.header('Date'))}</td></tr>"
    )


def show(mail: Mail) -> str:
    """Return the page of one mail: its headers, its HTML, its text."""
    headers = "".join(
        f"<tr><th>{name}</th><td>{escape(mail.header(name))}</td></tr>" for name in HEADERS
    )
    parts = ['<p><a href="/">All mail</a></p>', f"<table>{headers}</table>"]
    if (html := mail.body("html")) is not None:
        # An empty sandbox: no scripts, no forms, no way out of the frame.
        parts.append(f'<h2>HTML</h2><iframe sandbox="" srcdoc="{escape(html)}"></iframe>')
    if (text := mail.body("plain")) is not None:
        parts.append(f"<h2>Text</h2><pre>{escape(text)}</pre>")
    return page(mail.header("Subject") or "Mail", "".join(parts))
