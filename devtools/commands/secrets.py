"""Make the secret files that a deployment needs and that are missing: ./dev secrets

They are written to secrets/, which is not committed. What is there already is kept.
"""

from __future__ import annotations

import argparse

from devtools import authority, envfile, secret_files
from devtools.paths import relative
from devtools.progress import say


def run(arguments: list[str]) -> int:
    """Make the missing secrets and, for a host name of development, its certificate."""
    parser = argparse.ArgumentParser(prog="./dev secrets", description=__doc__)
    parser.parse_args(arguments)
    settings = envfile.ensure()
    made = secret_files.generate(settings)
    where = relative(secret_files.FOLDER)
    say(f"Made in {where}/: {', '.join(made)}" if made else f"All secrets are in {where}/.")
    domain = settings.get("DOMAIN", "localhost")
    if not authority.covers(domain):
        say(f"No certificate made for {domain}: Let's Encrypt issues it (docs/deployment.md).")
        return 0
    if secret_files.certify(domain):
        say(f"Made a certificate for https://{domain} by the authority {authority.ensure()}")
        say(authority.how_to_trust())
    return 0
