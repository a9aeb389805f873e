"""Save a new address and certificate in the panel's form: browsers reach it by the proxy."""

import contextlib
import html
import re
import ssl
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from appliance.config.certificate import make_certificate
from appliance.config.folders import Folders
from appliance.config.settings import Panel
from tests.boxes import PASSWORD
from tests.network.proxies import NOW, secured
from tests.rig.ports import free_port
from tests.system.processes import Running, started
from tests.system.test_keeper_process import OWNER, first_run

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]

HERE, MOVED = "127.0.0.1", "127.0.0.2"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@dataclass
class Browser:
    """Trusts one certificate alone, keeps cookies, fills forms; it runs no script."""

    host: str
    port: int
    certificate: Path
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        context = ssl.create_default_context(cafile=str(self.certificate))
        connection = HTTPSConnection(self.host, self.port, timeout=60, context=context)
        headers = {"Accept-Language": "en"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"https://{self.host}:{self.port}",
                "Referer": f"https://{self.host}:{self.port}{path}",
            }
        with contextlib.closing(connection):
            connection.request(method, path, urlencode(form) if form else None, headers)
            answer = connection.getresponse()
            self._keep(answer)
            return answer.status, answer.read().decode()

    def send(self, path: str, **form: str) -> tuple[int, str]:
        token = hidden(self.ask("GET", path)[1])["csrf_token"]
        return self.ask("POST", path, {"csrf_token": token, **form})

    def _keep(self, answer: HTTPResponse) -> None:
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value


def hidden(page: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in HIDDEN.findall(page)}


@contextlib.contextmanager
def proxy(seed: Path, folders: Folders) -> Iterator[Running]:
    """Start the proxy as its unit does: it may not look into the data folder.

    A path through a file is one where nobody may look, whoever runs the tests.
    """
    where = ("--data", str(seed / "hidden"), "--socket", str(folders.panel_socket))
    with started("proxy", "--config", str(seed), *where) as running:
        yield running


@pytest.fixture
def short() -> Iterator[Path]:
    """Return a folder whose sockets have short paths: haproxy takes 97 characters at most."""
    with tempfile.TemporaryDirectory(prefix="zgoda-", dir="/tmp") as folder:
        yield Path(folder)


def test_another_certificate_and_address_are_followed_up_to_the_proxy(
    tmp_path: Path, short: Path
) -> None:
    folders, port = Folders(short / "data"), free_port()
    seed = secured(tmp_path / "tls", port)
    old, new = tmp_path / "tls" / "panel.pem", tmp_path / "tls" / "office.pem"
    key = new.with_suffix(".key")
    make_certificate(Panel(host=MOVED, certificate=str(new), key=str(key)), NOW)
    options = ("--config", str(seed), "--data", str(folders.data))
    with started("keeper", *options) as keeper:
        first_run(folders)
        with started("panel", *options) as panel:
            with proxy(seed, folders) as before:
                browser = Browser(HERE, port, old)
                status, _ = browser.send("/login", name=OWNER, password=PASSWORD)
                assert status == 303
                form = {"host": MOVED, "certificate": str(new), "key": str(key), "names": ""}
                form |= {"base": "0", "port": str(port), "do": "preview"}
                status, page = browser.send("/settings/network", **form)
                assert status == 200, page
                assert f"<ins>{new}</ins>" in page
                status, page = browser.ask(
                    "POST", "/settings/network", hidden(page) | {"do": "save"}
                )
                assert status == 303, page
                panel.ready_again()
                assert before.process.wait(60) == 0
                assert "the proxy starts again" in before.said()
                assert "Traceback" not in before.said()
            with proxy(seed, folders) as after:  # as its unit does
                moved = Browser(MOVED, port, new)
                assert moved.ask("GET", "/login")[0] == 200
                with pytest.raises(ssl.SSLError):
                    Browser(MOVED, port, old).ask("GET", "/login")
                with pytest.raises(ConnectionRefusedError):
                    Browser(HERE, port, old).ask("GET", "/login")
                after.stop()
            assert panel.stop() == 0
            assert "Traceback" not in panel.said()
        assert keeper.stop() == 0
