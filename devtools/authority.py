"""A certificate authority for development, so that HTTPS works on this machine as it does outside.

Its key stays with the user (in ~/.local/share/dovetail/authority, shared by his projects). It can
vouch for `localhost`, names below `localhost` and `test`, and loopback addresses only (RFC 5280,
name constraints): a browser that trusts it cannot be deceived about any other site.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from devtools.errors import DevError
from devtools.paths import ROOT
from devtools.processes import call, output
from devtools.progress import Step

DAYS_AUTHORITY = 3650
DAYS_CERTIFICATE = 397  # the most that browsers accept
WEEK = 7 * 24 * 3600
EC_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")

AUTHORITY_SECTION = """
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
nameConstraints = critical, @permitted
[permitted]
permitted;DNS.0 = localhost
permitted;DNS.1 = test
permitted;IP.0 = 127.0.0.0/255.0.0.0
permitted;IP.1 = ::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
"""
CERTIFICATE_SECTION = """
[certificate]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = {names}
"""
REQUEST = "[req]\ndistinguished_name = name\nprompt = no\n[name]\nCN = {name}\n"


def folder() -> Path:
    """Return where the authority is kept: DEV_AUTHORITY, or a folder of the user's."""
    if chosen := os.environ.get("DEV_AUTHORITY"):
        return Path(chosen)
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data) / "dovetail" / "authority"


def covers(domain: str) -> bool:
    """Tell whether the authority can vouch for a host name."""
    return domain.rpartition(".")[2] in {"localhost", "test"}


def ensure() -> Path:
    """Return the authority's certificate, for browsers to trust; make it if it is missing.

    Raises DevError if there is no `openssl`, CommandFailed if it fails.
    """
    certificate = folder() / "authority.crt"
    if certificate.exists():
        return certificate
    demand_openssl()
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    key = private(folder() / "authority.key")
    user = f"{os.environ.get('USER', 'user')}@{os.uname().nodename}"[:40]
    config = REQUEST.format(name=f"Development authority of {user}") + AUTHORITY_SECTION
    lifetime = ["-days", str(DAYS_AUTHORITY), "-extensions", "authority"]
    openssl(config, "req", "-x509", *EC_KEY, "-keyout", key, "-out", certificate, *lifetime)
    return certificate


def issue(domain: str, certificate: Path, key: Path) -> None:
    """Write a certificate for a host name, and for localhost, with its key.

    Raises DevError if the authority cannot vouch for the name.
    """
    if not covers(domain):
        raise DevError(
            f"the development authority does not vouch for {domain}",
            "It does for localhost, and for names that end in .localhost or .test.",
        )
    authority = ensure()
    names = dict.fromkeys([f"DNS:{domain}", "DNS:localhost", "IP:127.0.0.1", "IP:::1"])
    config = REQUEST.format(name=domain) + CERTIFICATE_SECTION.format(names=", ".join(names))
    with tempfile.TemporaryDirectory() as scratch:
        request, signed = Path(scratch) / "request", Path(scratch) / "signed"
        openssl(config, "req", "-new", *EC_KEY, "-keyout", private(key), "-out", request)
        signer: list[str | Path] = ["-CA", authority, "-CAkey", authority.with_suffix(".key")]
        signer += ["-CAcreateserial", "-CAserial", Path(scratch) / "serial"]
        lifetime = ["-days", str(DAYS_CERTIFICATE), "-extensions", "certificate"]
        signing = ["-req", "-in", request, *signer, "-out", signed, *lifetime]
        openssl(config, "x509", *signing, extensions=True)
        certificate.write_text(signed.read_text("utf-8") + authority.read_text("utf-8"), "utf-8")


def private(path: Path) -> Path:
    """Make a file that only its owner can read, before anything is written to it."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path


def openssl(config: str, command: str, *arguments: str | Path, extensions: bool = False) -> None:
    """Run one openssl command with a configuration. Raises CommandFailed if it fails."""
    with tempfile.NamedTemporaryFile("w", suffix=".cnf", encoding="utf-8") as file:
        file.write(config)
        file.flush()
        option = "-extfile" if extensions else "-config"
        title = "Making a certificate"
        whole = ["openssl", command, *arguments, option, file.name]
        call(title, whole, cwd=ROOT, log="certificates", current=Step(title))


def demand_openssl() -> None:
    """Raise DevError if `openssl` is not installed."""
    if shutil.which("openssl") is None:
        advice = "Install it: apt-get install openssl, or brew install openssl"
        raise DevError("HTTPS needs `openssl`", advice)


def is_current(certificate: Path, domain: str) -> bool:
    """Tell whether a certificate is there, names the host, and holds for another week."""
    show: list[str | Path] = ["openssl", "x509", "-in", certificate, "-noout"]
    if output([*show, "-checkend", str(WEEK)], cwd=ROOT) is None:
        return False
    told = output([*show, "-checkhost", domain], cwd=ROOT)
    return told is not None and "does match" in told


def how_to_trust() -> str:
    """Return the advice for making browsers trust the authority."""
    path = folder() / "authority.crt"
    return (
        f"Browsers trust it after this, once:\n"
        f"  Chrome, Firefox   Settings, Certificates, Authorities, Import: {path}\n"
        f"  macOS             security add-trusted-cert -k login.keychain {path}\n"
        f"  curl              curl --cacert {path} https://..."
    )
