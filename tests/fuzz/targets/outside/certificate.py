"""The panel's certificate and key, as files that the owner names."""

import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.config.certificate import check_key, make_certificate, read_certificate
from appliance.config.read import trial
from appliance.errors import ConfigError
from tests.fuzz.feeding import Target, memory_file


def take(raw: bytes) -> None:
    """Read it as a certificate, and as a key and a certificate in one file."""
    file = memory_file("certificate")
    path = file.holds(raw)
    os.fchmod(file.fd, 0o400)  # what others can read is refused before
    try:
        assert len(read_certificate(path).fingerprint) == 95
    finally:
        check_key(replace(trial().panel, certificate=str(path), key=str(path)))


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
    }


TARGET = Target("certificate", take, (ConfigError,), seeds, mutations=200)
