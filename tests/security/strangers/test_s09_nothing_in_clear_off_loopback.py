"""The panel speaks in clear to no other computer, and answers to its names alone."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from appliance.config.certificate import make_certificate
from appliance.config.read import parse, trial_text
from appliance.config.settings import Panel as Settings
from appliance.errors import LinkError
from tests.browser.box import running
from tests.deep import deep, spread
from tests.network.proxies import NAME, NOW, proxy, secured, trusting
from tests.rig.ports import free_port
from tests.system.processes import started
from tests.web.test_app import refusing
from web.__main__ import settings_for
from web.app import PanelSettings, create_app

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

OURS = "192.0.2.7"
"""An address that this machine has not: who tried to listen on it would say that it cannot."""


EVERY = "0.0.0.0"  # noqa: S104  # what must not be listened on


def configured(folder: Path, *panel: str) -> Path:
    path = folder / "zgoda.toml"
    path.write_text("\n".join([trial_text(), "[panel]", *panel, ""]))
    return path


def refused(*arguments: str) -> str:
    """Run something that must not start; return its one sentence."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2, done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line


@pytest.mark.parametrize(
    ("program", "host"),
    [
        deep(["web"], OURS),
        (["web"], EVERY),
        deep(["web"], "::"),
        (["appliance", "panel"], "zgoda.lan"),
        (["appliance", "run"], EVERY),
    ],
)
def test_beyond_loopback_it_does_not_start_without_a_certificate(
    tmp_path: Path, program: list[str], host: str
) -> None:
    config = configured(tmp_path, f'host = "{host}"', 'names = ["zgoda.lan"]')
    told = refused(*program, "--config", str(config), "--data", str(tmp_path / "data"))
    assert f'panel.host = "{host}": Name a certificate and its key' in told
    assert "`zgoda certificate` makes them" in told
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("program", [["web"], ["appliance", "run"]])
def test_the_former_word_that_opened_it_opens_nothing(tmp_path: Path, program: list[str]) -> None:
    config = configured(
        tmp_path, f'host = "{EVERY}"', 'names = ["zgoda.lan"]', "allow_unencrypted = true"
    )
    told = refused(*program, "--config", str(config), "--data", str(tmp_path / "data"))
    assert f'panel.host = "{EVERY}": Name a certificate and its key' in told
    assert "no setting allows anything else" in told


def test_no_option_of_the_command_line_opens_it(tmp_path: Path) -> None:
    told = refused("web", "--data", str(tmp_path), "--host", EVERY, "--port", "0")
    assert f'panel.host = "{EVERY}": Name a certificate and its key' in told


def test_a_name_for_loopback_that_leads_elsewhere_does_not_open_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from web import __main__ as starting  # noqa: PLC0415

    elsewhere = socket.create_server((EVERY, 0))
    monkeypatch.setattr(starting, "listen", lambda host, port: elsewhere)
    monkeypatch.setattr(sys, "argv", ["web", "--data", str(tmp_path), "--host", "localhost"])
    with pytest.raises(SystemExit) as ended:
        starting.main()
    assert ended.value.code == 2
    assert elsewhere.fileno() == -1


@pytest.mark.parametrize("more", [(), ("allow_unencrypted = true",)])
def test_calls_are_recorded_all_the_same(tmp_path: Path, more: tuple[str, ...]) -> None:
    """A panel that may not listen is no reason not to record."""
    config = configured(tmp_path, f'host = "{OURS}"', *more)
    with started("recorder", "--config", str(config), "--data", str(tmp_path / "data")) as recorder:
        assert recorder.stop() == 0


@pytest.mark.parametrize("host", [EVERY, deep("::")])
def test_on_every_address_it_has_to_be_told_its_names(tmp_path: Path, host: str) -> None:
    config = configured(tmp_path, f'host = "{host}"', 'certificate = "/a"', 'key = "/b"')
    told = refused("web", "--config", str(config), "--data", str(tmp_path), "--port", "0")
    assert f'panel.host = "{host}": Write the names by which browsers know the panel.' in told


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    folder = tmp_path_factory.mktemp("tls")
    config = secured(folder / "etc", 8470)
    with running(folder / "data", "--config", str(config)) as box:
        port = urlsplit(box.url).port
        assert port is not None
        assert box.url.startswith("https://")
        yield config, port


FOREIGN = [
    "evil.example",
    "zgoda.lan.evil.example",
    "evil-zgoda.lan",
    "",
    "127.0.0.1.nip.io",
    "a b",
]


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("path", ["/", "/login", "/calls", "//calls", "/static/panel.css"])
def test_over_tls_a_foreign_name_gets_neither_page_nor_redirect(
    secure: tuple[Path, int], name: str, path: str
) -> None:
    status, headers, body = over_tls(secure, path, Host=name)
    assert status == 400
    assert "location" not in headers
    assert "evil" not in body


@pytest.mark.parametrize("name", [NAME, f"{NAME}:443", "127.0.0.1", "localhost"])
def test_over_tls_its_own_names_get_pages(secure: tuple[Path, int], name: str) -> None:
    status, headers, body = over_tls(secure, "/first-run", Host=name)
    assert (status, "</html>" in body) == (200, True)
    assert "strict-transport-security" not in headers, "nobody said that browsers trust it"


def test_over_tls_cookies_are_bound_to_it(secure: tuple[Path, int]) -> None:
    _, headers, _ = over_tls(secure, "/first-run", Host=NAME)
    assert headers["set-cookie"].startswith("__Host-")
    assert "Secure" in headers["set-cookie"]


@pytest.mark.parametrize("path", ["/", "/calls", "//calls", "//evil.example/calls", "/me"])
def test_redirects_stay_on_this_host(secure: tuple[Path, int], path: str) -> None:
    _, headers, _ = over_tls(secure, path, Host=NAME)
    where = headers.get("location", "/")
    assert where.startswith("/")
    assert not where.startswith(("//", "/\\"))


def over_tls(
    secure: tuple[Path, int], path: str, **headers: str
) -> tuple[int, dict[str, str], str]:
    """Ask without any help of a library that would mend what is asked."""
    config, port = secure
    lines = [f"GET {path} HTTP/1.1", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    plain = socket.create_connection(("127.0.0.1", port), timeout=20)
    with trusting(config).wrap_socket(plain, server_hostname=NAME) as browser:
        browser.sendall("\r\n".join([*lines, "", ""]).encode())
        raw = b"".join(iter(lambda: browser.recv(65536), b""))
    head, _, body = raw.decode("utf-8", "replace").partition("\r\n\r\n")
    first, *rest = head.split("\r\n")
    pairs = (line.split(": ", 1) for line in rest)
    return int(first.split()[1]), {name.lower(): value for name, value in pairs}, body


@pytest.mark.parametrize(
    ("trusted", "sent"), [(None, None), (True, "max-age=31536000"), (False, "max-age=0")]
)
def test_hsts_is_sent_once_somebody_trusts_and_taken_back_when_nobody_does(
    trusted: bool | None, sent: str | None
) -> None:
    app = create_app(refusing(LinkError("away")), PanelSettings(secure=True, trusted=trusted))
    answer = app.test_client().get("/", base_url="https://localhost")
    assert answer.headers.get("Strict-Transport-Security") == sent


@pytest.mark.parametrize("trusted", [True, False])
def test_without_tls_nothing_is_said_of_it(trusted: bool) -> None:
    app = create_app(refusing(LinkError("away")), PanelSettings(trusted=trusted))
    assert "Strict-Transport-Security" not in app.test_client().get("/").headers


def test_the_configuration_decides_about_hsts_and_cookies() -> None:
    config = parse(trial_text())
    plain = settings_for(config)
    assert (plain.secure, plain.trusted) == (False, None)
    assert plain.hosts == ("localhost", "127.0.0.1", "[::1]")
    panel = Settings(
        host=OURS, names=("Zgoda.LAN", "fd00::7"), certificate="/c", key="/k", trusted=True
    )
    behind = settings_for(replace(config, panel=panel))
    assert (behind.secure, behind.trusted) == (True, True)
    assert behind.hosts == (OURS, "zgoda.lan", "[fd00::7]")


def tls(folder: Path) -> tuple[Path, Settings]:
    config = secured(folder / "etc", free_port())
    return config, parse(config.read_text("utf-8")).panel


def start_proxy(config: Path, socket: Path) -> str:
    return refused("appliance", "proxy", "--config", str(config), "--socket", str(socket))


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    config, panel = tls(tmp_path)
    for mode in (0o440, 0o404, 0o644):
        Path(panel.key).chmod(mode)
        told = start_proxy(config, tmp_path / "s")
        assert f"Other users can read {panel.key}: chmod 400 {panel.key}" in told


def test_a_key_of_another_certificate_is_not_used(tmp_path: Path) -> None:
    config, panel = tls(tmp_path)
    Path(panel.key).unlink()
    other = replace(panel, certificate=str(tmp_path / "other.pem"))
    make_certificate(other, NOW)
    assert "is not the key of" in start_proxy(config, tmp_path / "s")


@pytest.mark.parametrize("lost", ["certificate", "key"])
def test_a_missing_file_is_named(tmp_path: Path, lost: str) -> None:
    config, panel = tls(tmp_path)
    path = Path(getattr(panel, lost))
    path.unlink()
    assert f"The file {path} is missing." in start_proxy(config, tmp_path / "s")


@pytest.mark.parametrize(
    ("part", "rubbish"),
    spread(
        [
            (part, rubbish)
            for part in ("certificate", "key")
            for rubbish in (b"", b"nonsense", b"\xff" * 5000, b"-----BEGIN CERTIFICATE-----\n")
        ],
        3,
    ),
)
def test_rubbish_is_one_sentence(tmp_path: Path, part: str, rubbish: bytes) -> None:
    config, panel = tls(tmp_path)
    path = Path(getattr(panel, part))
    path.chmod(0o600)
    path.write_bytes(rubbish)
    assert "name a file with one in PEM form" in start_proxy(config, tmp_path / "s")


def test_without_haproxy_the_sentence_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from appliance.commands.processes.proxy import need_haproxy  # noqa: PLC0415
    from appliance.config import haproxy  # noqa: PLC0415
    from appliance.errors import ZgodaError  # noqa: PLC0415

    monkeypatch.setattr(haproxy, "FOLDERS", str(tmp_path))
    with pytest.raises(ZgodaError, match="apt install haproxy"):
        need_haproxy()


def test_without_a_certificate_no_proxy_is_needed(tmp_path: Path) -> None:
    config = configured(tmp_path, 'host = "127.0.0.1"')
    assert "no proxy is needed" in start_proxy(config, tmp_path / "s")


def test_the_proxy_reads_nothing_of_its_settings_from_strangers(tmp_path: Path) -> None:
    """Names in the configuration are no code of haproxy's: quotes and spaces stay what they are."""
    folder = tmp_path / 'a "b" ${HOME} c'
    config = secured(tmp_path / "etc", free_port())
    panel = parse(config.read_text("utf-8")).panel
    folder.mkdir()
    for name in ("certificate", "key"):
        old = Path(getattr(panel, name))
        old.rename(folder / old.name)
    text = config.read_text("utf-8").replace(f'"{tmp_path}/etc/panel', f"'{folder}/panel")
    config.write_text(text.replace('panel.pem"', "panel.pem'").replace('panel.key"', "panel.key'"))
    with proxy(config, tmp_path / "s"):
        context = trusting(folder / "zgoda.toml")
        with socket.create_connection(("127.0.0.1", panel.port), timeout=20) as plain:
            with context.wrap_socket(plain, server_hostname="127.0.0.1") as browser:
                assert browser.version() == "TLSv1.3"
