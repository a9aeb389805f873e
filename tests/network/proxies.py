"""Put a real haproxy before a panel, with a certificate of its own."""

import contextlib
import ssl
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from appliance.config.certificate import make_certificate
from appliance.config.read import parse
from tests.small.pool import small_trial_text
from tests.system.processes import Running, started

NAME = "zgoda.lan"
NOW = 1_790_000_000.0

HTTP2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
"""The beginning of HTTP/2 by a browser that has not agreed on it (RFC 9113, 3.4)."""


def secured(folder: Path, port: int, *more: str, host: str = "127.0.0.1") -> Path:
    """Write a trial's configuration with a certificate; make the certificate, too."""
    folder.mkdir(parents=True, exist_ok=True)
    panel = [
        "[panel]",
        f'host = "{host}"',
        f"port = {port}",
        f'names = ["{NAME}"]',
        f'certificate = "{folder}/panel.pem"',
        f'key = "{folder}/panel.key"',
        *more,
    ]
    path = folder / "zgoda.toml"
    path.write_text("\n".join([small_trial_text(), *panel, ""]))
    make_certificate(parse(path.read_text("utf-8")).panel, NOW)
    return path


@contextlib.contextmanager
def proxy(config: Path, socket: Path, *more: str) -> Iterator[Running]:
    """Start ``zgoda proxy`` and wait until haproxy says that it is ready."""
    with started("proxy", "--config", str(config), "--socket", str(socket), *more) as running:
        yield running
        running.stop()


def trusting(config: Path) -> ssl.SSLContext:
    """Return a browser's TLS that trusts the certificate, and checks it."""
    return ssl.create_default_context(cafile=str(config.parent / "panel.pem"))


def holders(port: int) -> Counter[str]:
    """Count the connections that the kernel holds open at a port of loopback, by address."""
    found: Counter[str] = Counter()
    for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]:
        local, remote, state = line.split()[1:4]
        if state == "01" and int(local.split(":")[1], 16) == port:
            octets = bytes.fromhex(remote.split(":")[0])[::-1]
            found[".".join(map(str, octets))] += 1
    return found
