"""The panel's certificate and key, as files that the owner names.

An input is a file, of PEM; or, after a first byte of 1 or 2, the DER of a certificate or of a key,
which gets its PEM here: hardly a changed letter of base64 would leave DER.
"""

import os
from base64 import b64decode, b64encode
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.config.certificate import check_key, make_certificate, read_certificate
from appliance.config.read import trial
from appliance.config.settings import Panel
from appliance.errors import ConfigError
from tests.fuzz.feeding import Target, memory_file


def take(raw: bytes) -> None:
    """Read it as a certificate, and as a key and a certificate in one file."""
    if raw[:1] == b"\1":
        raw = _pem(b"CERTIFICATE", raw[1:])
    elif raw[:1] == b"\2":
        raw = seeds()["certificate"] + _pem(b"PRIVATE KEY", raw[1:])
    file = memory_file("certificate")
    path = file.holds(raw)
    os.fchmod(file.fd, 0o400)  # what others can read is refused before
    assert len(read_certificate(path).fingerprint) == 95
    check_key(replace(_panel(), certificate=str(path), key=str(path)))


def _pem(kind: bytes, der: bytes) -> bytes:
    return b"-----BEGIN %b-----\n%b\n-----END %b-----\n" % (kind, b64encode(der), kind)


@cache
def _panel() -> Panel:
    return trial().panel


def _der(pem: bytes) -> bytes:
    return b64decode(b"".join(pem.split(b"\n")[1:-2]))


@cache
def seeds() -> dict[str, bytes]:
    """Return a pair, each half, and what looks like one."""
    with TemporaryDirectory() as folder:
        panel = replace(
            trial().panel, certificate=f"{folder}/certificate.pem", key=f"{folder}/key.pem"
        )
        make_certificate(panel, 1_790_000_000.0)
        certificate = Path(panel.certificate).read_bytes()
        key = Path(panel.key).read_bytes()
    begin, end = b"-----BEGIN CERTIFICATE-----\n", b"-----END CERTIFICATE-----\n"
    return {
        "certificate": certificate,
        "pair": certificate + key,
        "key": key,
        "empty": b"",
        "hollow": begin + end,
        "no_der": begin + b"AAAA\n" + end,
        "der": b"\1" + _der(certificate),
        "der_key": b"\2" + _der(key),
    }


TARGET = Target("certificate", take, (ConfigError,), seeds, mutations=200)
