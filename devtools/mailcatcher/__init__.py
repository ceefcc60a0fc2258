"""An SMTP server for development: it delivers nothing, keeps each mail, and shows it.

`python -m devtools.mailcatcher` runs it, in the project's environment (it needs `aiosmtpd`).
"""
