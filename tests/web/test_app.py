"""Errors, sizes, speed of serving, figures, translations, and the process itself."""

import os
import socket
import subprocess
import sys
import time
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from appliance.errors import LinkError, Refused, ZgodaError
from appliance.language import TRANSLATIONS
from appliance.link.client import Client
from appliance.link.operations import Operation
from appliance.model.sentences.findings import SENTENCES
from tests.deep import deep
from tests.web.conftest import Panel
from web.app import PanelSettings, create_app
from web.errors import answered
from web.server import listen
from web.words import formats

WEB = Path(__file__).parents[2] / "web"
APPLIANCE = Path(__file__).parents[2] / "appliance"
FIRST_PAGE_BYTES = 150_000
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "_l": None,
    "_p": ((1, "c"), 2),
}


class Refusing:
    """A client whose every answer is the same refusal."""

    def __init__(self, error: ZgodaError) -> None:
        self._error = error

    def call(
        self, operation: Operation[object], session: str | None = None, upload: bytes = b""
    ) -> object:
        raise self._error

    def call_with_bytes(
        self, operation: Operation[object], session: str | None = None
    ) -> tuple[object, bytes]:
        raise self._error


def refusing(error: ZgodaError) -> Client:
    return Refusing(error)  # type: ignore[return-value]  # it never answers, so of no type


def test_a_keeper_that_is_away_is_told_calmly(tmp_path: Path) -> None:
    client = create_app(Client(tmp_path / "keeper.sock")).test_client()
    answer = client.get("/", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert "The archive service does not answer" in answer.text
    assert str(tmp_path) not in answer.text
    told = client.get("/lines.json")
    assert (told.status_code, (told.json or {})["code"]) == (503, "away")


@pytest.mark.parametrize(
    ("code", "status", "heading"),
    [
        ("forbidden", 403, "Access denied"),
        ("locked", 503, "The device is locked"),
        ("not_found", 404, "Page not found"),
        ("erased", 410, "Erased"),
        ("held", 409, "Held"),
        ("throttled", 429, "Too many attempts"),
        ("no_day", 400, "Check your entries"),
        ("failed", 500, "It did not work"),
        ("a_code_to_come", 500, "It did not work"),
    ],
)
def test_each_refusal_has_its_page(code: str, status: int, heading: str) -> None:
    app = create_app(refusing(Refused(code)))
    answer = app.test_client().get("/")
    assert answer.status_code == status
    assert f"<h1>{heading}</h1>" in answer.text


def test_a_page_that_is_none_keeps_the_way_back(panel: Panel) -> None:
    rid = panel.record()
    page = panel.log_in("Lena Listener")
    for path in ("/nowhere", f"/calls/{rid}/erase"):
        answer = page.get(path)
        assert answer.status_code in {403, 404}
        assert 'href="/calls"' in answer.text
        assert "Lena Listener" in answer.text


def test_a_fault_of_the_panel_shows_no_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(Exception):
        """Nobody expects this one."""

    app = create_app(refusing(Broken("secret detail")))  # type: ignore[arg-type]
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "The panel met a fault of its own." in answer.text
    assert "Broken" in caplog.text
    assert "secret detail" not in caplog.text


def test_addresses_that_take_no_such_request_say_so(panel: Panel) -> None:
    browser = panel.log_in()
    assert browser.get("/trial").status_code == 405
    assert browser.client.delete("/calls").status_code in {400, 405}


def test_trace_is_not_answered(panel: Panel) -> None:
    """It would give back what a browser sends, cookies and all."""
    browser = panel.log_in()
    answer = browser.client.open("/calls", method="TRACE", headers={"X-Sent": "by a stranger"})

    assert answer.status_code in {400, 405}
    assert "by a stranger" not in answer.text


def test_a_name_that_is_not_ours_gets_no_page(panel: Panel) -> None:
    settings = PanelSettings(hosts=("localhost", "127.0.0.1"))
    app = create_app(refusing(LinkError("away")), settings)
    strange = app.test_client().get("/", headers={"Host": "evil.example"})
    assert strange.status_code == 400
    assert "evil" not in strange.text
    assert app.test_client().get("/", headers={"Host": "localhost:8470"}).status_code == 503


def test_every_redirect_of_every_route_is_relative(panel: Panel) -> None:
    browser = panel.browser().client
    seen = 0
    for rule in panel.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            answer: TestResponse = browser.get(rule.rule)
            seen += "Location" in answer.headers
            assert answer.headers.get("Location", "/")[0] == "/", rule
    doubled = browser.get("//calls//")
    assert doubled.headers.get("Location", "/")[0] == "/"
    assert seen > 5


def test_under_tls_cookies_are_bound_to_host_and_tls() -> None:
    app = create_app(refusing(LinkError("away")), PanelSettings(secure=True))
    answer = app.test_client().get("/", base_url="https://localhost")
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
        assert "Path=/" in cookie


def test_the_first_page_is_small_with_all_that_it_loads(panel: Panel) -> None:
    panel.record()
    browser = panel.log_in()
    page = browser.get("/")
    size = len(page.data)
    for part in page.text.split('"/static/')[1:]:
        size += len(browser.get("/static/" + part.split('"')[0]).data)
    assert size < FIRST_PAGE_BYTES


def test_files_of_the_page_are_kept_by_the_browser(panel: Panel) -> None:
    answer = panel.browser().get("/static/panel.css")
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.4, "0:00"), (7, "0:07"), (760, "12:40"), (3725, "1:02:05")]
)
def test_durations(seconds: float, told: str) -> None:
    assert formats.duration(seconds) == told


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("+48221234567", "+48 22 123 45 67"),
        ("112", "112"),
        ("not a number", "not a number"),
        (None, ""),
    ],
)
def test_numbers(number: str | None, told: str) -> None:
    assert formats.number(number) == told


def test_figures_are_written_as_the_language_writes_them(panel: Panel) -> None:
    rid = panel.record()
    browser = panel.log_in()
    assert "11.2 s" in browser.get(f"/calls/{rid}", Accept_Language="en").text
    assert "11,2\u00a0s" in browser.get(f"/calls/{rid}", Accept_Language="de").text
    assert "20. Dezember 2026" in browser.get(f"/calls/{rid}", Accept_Language="de").text
    assert "20 grudnia 2026" in browser.get(f"/calls/{rid}", Accept_Language="pl").text


@cache
def extracted() -> tuple[tuple[str | None, str | tuple[str, ...]], ...]:
    """Return every message of code and templates, and what the appliance marks, by context."""
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    found = list(extract_from_dir(WEB, methods, keywords=KEYWORDS))
    found += extract_from_dir(APPLIANCE, [("**.py", "python")], keywords={"N_": None})
    return tuple((context, message) for _file, _line, message, _notes, context in found)


def messages() -> set[tuple[str | None, str]]:
    """Return every message, with its context; of one that counts, the singular."""
    found = {(context, one if isinstance(one, str) else one[0]) for context, one in extracted()}
    # The doctor's sentences are the appliance's, which speaks English; the panel translates them.
    sentences = {said.english for said in SENTENCES.values()}
    found |= {(None, told) for told in sentences}
    return found


@pytest.mark.parametrize("language", ["pl", "de"])
def test_every_message_is_translated(language: str) -> None:
    folder = TRANSLATIONS / language / "LC_MESSAGES"
    with (folder / "messages.po").open("rb") as file:
        written = read_po(file)
    with (folder / "messages.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    wanted = messages()
    assert len(wanted) > 200
    for context, message in sorted(wanted, key=str):
        entry = written.get(message, context)
        assert entry is not None, message
        assert not entry.fuzzy, message
        said = [entry.string] if isinstance(entry.string, str) else list(entry.string or ())
        assert said, message
        assert all(said), message
        assert not list(entry.check(written)), message
        if len(said) > 1:
            assert compiled.ngettext(message, "", 1) == said[0], message
        elif context:
            assert compiled.pgettext(context, message) == said[0], message
        else:
            assert compiled.gettext(message) == said[0], message
    assert len(written) == len(wanted), "there are translations of words that nobody says"


@pytest.mark.parametrize("language", ["pl", "de"])
def test_every_message_that_counts_is_translated_for_many(language: str) -> None:
    """Also one whose singular stands by itself elsewhere."""
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    counting = [one for _, one in extracted() if not isinstance(one, str)]
    assert len(counting) > 10
    for singular, plural, *_ in counting:
        assert compiled.ngettext(singular, plural, 5) != plural


def test_http_errors_all_have_words() -> None:
    app = create_app(refusing(LinkError("away")))
    with app.test_request_context("/", headers={"Accept-Language": "de"}):
        error = HTTPException()
        error.code = 418
        assert "Das hat nicht geklappt" in answered(error).get_data(as_text=True)


def test_a_taken_port_is_one_sentence() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ZgodaError, match=f"cannot listen on 127.0.0.1, port {port}"):
            listen("127.0.0.1", port)


@pytest.mark.system
@pytest.mark.timeout(60)
@pytest.mark.parametrize("start", [["-m", "web"], deep(["-m", "appliance", "panel"])])
def test_the_process_serves_and_stops_in_order(tmp_path: Path, start: list[str]) -> None:
    with listen("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, *start, "--data", str(tmp_path), "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        answer = _ask(port)
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"\r\nserver:" not in answer.lower()
        second = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert second.returncode == 2
        assert second.stderr.count("\n") == 1
        assert "choose another port" in second.stderr
    finally:
        process.terminate()
        _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in said


def _ask(port: int) -> bytes:
    """Ask for a page as soon as the port is open."""
    deadline = time.monotonic() + 20
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(
                    b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                )
                return b"".join(iter(lambda: connection.recv(65536), b""))
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise


def test_the_environment_names_the_data_folder(tmp_path: Path) -> None:
    """As it does for every command. A file is no folder, and the refusal names it."""
    nowhere = tmp_path / "file"
    nowhere.touch()
    command = [sys.executable, "-m", "web", "--port", "0"]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env=os.environ | {"ZGODA_DATA": str(nowhere)},
    )
    assert done.returncode == 2
    assert f"'{nowhere}' is a file" in done.stderr


@pytest.mark.parametrize("wrong", [["--port", "x"], ["--nonsense"], ["--certificate", __file__]])
def test_wrong_use_is_told_with_exit_code_2(wrong: list[str]) -> None:
    command = [sys.executable, "-m", "web", *wrong]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
