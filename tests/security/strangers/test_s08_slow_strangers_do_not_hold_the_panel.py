"""Hundreds of slow strangers hold connections, and everybody else still gets their pages."""

import http.client
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from tests.browser.box import running
from tests.deep import deep
from tests.network.proxies import holders, secured, trusting
from tests.network.strangers import Kind, strangers

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

VISITS = 6
PATIENCE_SECONDS = 20.0
"""So long a person waits before they give up; a held panel answers nothing in any time."""

ATTACKS = [
    (Kind.HEADERS, 200, 20),
    (Kind.BODIES, 200, 20),
    (Kind.SILENT, 300, 1),
    (Kind.SILENT, 300, 30),
]


@dataclass(frozen=True)
class Box:
    """A running trial and the way to its panel."""

    port: int
    context: ssl.SSLContext | None

    def page(self, path: str) -> bytes:
        """Return a page, over a connection of its own."""
        port, patience = self.port, PATIENCE_SECONDS
        if self.context is None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
        else:
            connection = http.client.HTTPSConnection(
                "127.0.0.1", port, timeout=patience, context=self.context
            )
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            assert answer.status == 200
            return answer.read()
        finally:
            connection.close()


@pytest.fixture(scope="module", params=[deep("loopback"), "proxy"])
def box(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    folder = tmp_path_factory.mktemp("box")
    options: list[str] = []
    context = None
    if request.param == "proxy":
        config = secured(folder / "etc", 8470)
        options, context = ["--config", str(config)], trusting(config)
    with running(folder / "data", *options) as started:
        port = urlsplit(started.url).port
        assert port is not None
        yield Box(port, context)


@pytest.mark.parametrize(
    ("kind", "count", "addresses"), ATTACKS, ids=[f"{n} {kind}, {a}" for kind, n, a in ATTACKS]
)
def test_every_page_is_served(box: Box, kind: Kind, count: int, addresses: int) -> None:
    with strangers(kind, count, addresses, box.port, secure=box.context is not None):
        for _ in range(VISITS):
            assert b"</html>" in box.page("/first-run")
        held = holders(box.port)
        del held["127.0.0.1"]
    if box.context is None:
        assert held.total() == count, "on loopback nobody is sent away, and yet nobody is held up"
    elif addresses == 1:
        assert held.total() < count / 2, "an address has a share, beside those just arriving"
