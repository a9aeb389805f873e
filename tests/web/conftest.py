"""Serve a panel before a real keeper on its socket and a recorder that obeys the test."""

import os
import re
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from msgspec import structs
from werkzeug.test import TestResponse

from appliance.clock import DAY
from appliance.config.kept import in_force
from appliance.config.read import trial, trial_text
from appliance.errors import Refused
from appliance.keeper.service import CONNECTIONS
from appliance.link.client import Client
from appliance.link.handlers import Answer, Handler
from appliance.link.operations import Done, Role
from appliance.link.registry import AnyOperation
from appliance.link.requests.demo_phone import LendVoice, PhoneNews, VoiceLoan, WatchPhone
from appliance.link.requests.devices import AskDevices, FindDevices, PluggedDevices
from appliance.link.requests.doctor import (
    ExamineLines,
    Findings,
    LineMoment,
    LookAtLine,
    WatchLine,
)
from appliance.link.requests.lines import GetLines, Lines
from appliance.link.requests.live import GetLive, LineLevel, LiveNews, OnLine, WatchLive
from appliance.link.requests.processes.prompts_in_use import ListPromptsInUse, PromptsInUse
from appliance.link.requests.settings import (
    NextCall,
    NextCalls,
    OutdatedLine,
    SettingsChanged,
    Taken,
    TryCalls,
)
from appliance.link.requests.words import MeasuredTakes, MeasureTakes, PromptsChanged
from appliance.link.server import Limits, Server
from appliance.model.demo_phone import PhonesNow, idle
from appliance.model.findings import Finding
from appliance.model.lamps import Need
from appliance.model.records import CallMeta, LineStatus, RecordingEnd, RecordingMark
from appliance.vault.format import Ticket
from appliance.vault.pool import Pool
from appliance.vault.seal import SealedFile, SealingKeys
from appliance.vault.tickets import SecondHolder
from tests import samples
from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER, KeeperBox, make_keeper, set_up
from tests.web.kept_pages import keep_addresses, keep_templates
from web.again import ARGUMENT
from web.app import PanelSettings, create_app

keep_templates()
keep_addresses()

NUMBER = "+48221234567"
CALLER = "Anna Żółć"

PEOPLE = {
    "Lena Listener": frozenset({Role.LISTENER}),
    "Otto Operator": frozenset({Role.OPERATOR}),
    "Pola Officer": frozenset({Role.PRIVACY_OFFICER}),
    "Adam Admin": frozenset({Role.ADMINISTRATOR}),
}
"""One person for each role."""

KEY = RecordingMark(kind="blank", sample=400, samples=800)

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Recorder:
    """The recorder's end of its socket: keeps what it was asked, says how its line is."""

    status: LineStatus = field(
        default_factory=lambda: LineStatus(line="Reception", state="idle", trial=True)
    )
    statuses: tuple[LineStatus, ...] = ()
    """Of all lines, where there are others."""
    asked: list[AnyOperation] = field(default_factory=list)
    away: bool = False
    need: Need = Need.NOTHING
    older: bool = False
    found: tuple[Finding, ...] = ()
    stopped: threading.Event = field(default_factory=threading.Event)

    people: tuple[OnLine, ...] = ()
    levels: tuple[LineLevel, ...] = ()

    lent: list[bytes] = field(default_factory=list)
    refusal: Refused | None = None
    phones_now: tuple[PhonesNow, ...] = (idle(0),)
    phones_stay: bool = False
    """Whether the stream of the phones goes on, as the recorder's does."""

    next_calls: tuple[NextCall, ...] = ()
    outdated: tuple[OutdatedLine, ...] = ()
    devices: PluggedDevices = field(default_factory=PluggedDevices)
    answered: PluggedDevices | None = None
    """What is known of them once they were asked; None: they say nothing."""
    measured: tuple[MeasuredTakes, bytes] | None = None
    """What its child makes of a recording."""
    follows: Callable[[], int] = lambda: 0
    """Says which version of the settings it follows."""
    desks: dict[type[AnyOperation], Handler] = field(default_factory=dict)
    """Of a real recorder, for what they answer."""

    def phones(self) -> Iterator[PhoneNews | None]:
        for now in self.phones_now:
            yield PhoneNews(now, self.status)
        while self.phones_stay and not self.stopped.wait(0.02):
            yield None

    seen: LineMoment = field(
        default_factory=lambda: LineMoment(
            status=LineStatus(line="Reception", state="idle"), now=0.0
        )
    )
    """What a watched line shows."""

    def line_seen(self) -> LineMoment:
        if self.away:
            raise Refused("recorder_away")
        return self.seen

    def line_watched(self) -> Iterator[LineMoment | None]:
        last = self.line_seen()
        yield last
        while not self.stopped.wait(0.02):
            now = self.line_seen()
            yield None if now == last else now
            last = now

    def live(self) -> LiveNews:
        if self.away:
            return LiveNews("state", recorder=False)
        return LiveNews(
            "state",
            lines=self.statuses or (self.status,),
            people=self.people,
            older=self.older,
            need=self.need,
        )

    def watched(self) -> Iterator[LiveNews | None]:
        told = self.live()
        yield told
        while True:
            self.stopped.wait(0.02)
            if self.live() != told:
                told = self.live()
                yield told
            yield LiveNews("levels", levels=self.levels) if self.levels else None

    def answer(self, operation: AnyOperation, session: str | None, upload: bytes) -> Answer:
        told: dict[type[AnyOperation], Callable[[], Answer]] = {
            GetLive: self.live,
            WatchLive: self.watched,
            WatchPhone: self.phones,
            LookAtLine: self.line_seen,
            WatchLine: self.line_watched,
            FindDevices: lambda: self.devices,
            TryCalls: lambda: NextCalls(self.next_calls, self.outdated),
            ListPromptsInUse: lambda: PromptsInUse((), 90),
            SettingsChanged: lambda: Taken(self.follows()),
            ExamineLines: lambda: Findings(self.found),
            GetLines: lambda: Lines((), recorder=False) if self.away else Lines((self.status,)),
        }
        if type(operation) in self.desks:
            sent = [upload] if operation.upload else []
            told[type(operation)] = partial(self.desks[type(operation)], operation, *sent)
        if type(operation) in told:
            return told[type(operation)]()
        self.asked.append(operation)
        if isinstance(operation, MeasureTakes) and self.measured is not None:
            return self.measured
        if isinstance(operation, PromptsChanged):
            return Taken(self.follows())
        if isinstance(operation, AskDevices) and self.refusal is None:
            self.devices = self.answered or self.devices
            return self.devices
        if isinstance(operation, LendVoice):
            self.lent.append(upload)
            return VoiceLoan("ab" * 32, 1.0)
        if self.refusal is not None:
            raise self.refusal
        return Done()


@dataclass
class Panel:
    """A panel and what stands behind it."""

    box: KeeperBox
    app: Flask
    recorder: Recorder
    servers: list[Server] = field(default_factory=list)

    def browser(self) -> "Browser":
        """Return a browser that nobody is logged in with."""
        return Browser(self.app.test_client())

    def log_in(self, name: str = OWNER, *, one_time: bool = False) -> "Browser":
        """Return a browser with somebody logged in; by a one-time password it shows a form."""
        browser = self.browser()
        answer = browser.send("/login", name=name, password=PASSWORD)
        assert answer.status_code == (200 if one_time else 303), answer.text
        return browser

    def record(
        self,
        seconds: float = 2.0,
        number: str | None = NUMBER,
        second: SecondHolder | None = None,
        **said: Any,
    ) -> str:
        """Seal a call of two sides as the recorder does, and have it taken up; as ``seal``."""
        rid = self.seal(seconds, number, second, **said)
        self.box.keeper.take_up()
        return rid

    def seal(
        self,
        seconds: float = 2.0,
        number: str | None = NUMBER,
        second: SecondHolder | None = None,
        kept: int = 90,
        marks: tuple[RecordingMark, ...] = (KEY,),
        ended: str = "hung_up",
        **said: Any,
    ) -> str:
        """Seal a call of two sides as the recorder does.

        Args:
            seconds: of sound.
            number: of the caller.
            second: who else can open it.
            kept: days that it is kept.
            marks: in the recording.
            ended: the reason.
            **said: what META says otherwise.
        """
        folders, today = self.box.folders, int(self.box.clock.now() // DAY)
        days = {"training": today + kept, "quality": today + kept}
        pool = Pool(folders.pool, folders.new)
        meta = structs.replace(_meta(self.box.clock.now(), number, days), **said)
        ticket = Ticket(today + kept, meta.call, True, "b00710", 100, kept)
        file = SealedFile.create(
            folders.new,
            SealingKeys(pool.vault_id, pool.reading_key, samples.ORIGIN),
            pool.take_key(),
            ticket,
            2,
            second=second,
        )
        file.begin(meta, RECEIPT, samples.RULE)
        blocks = round(seconds * 4)
        for index in range(blocks):
            file.audio(index * 2000, bytes([0x55 + index % 40]) * 4000)
        for mark in marks:
            file.mark(mark)
        file.end(RecordingEnd(samples=blocks * 2000, reason=ended))
        return file.rid


class Browser:
    """A browser that fills forms: it reads a page's token before it sends one."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._token = ("", "")  # the cookie, and a form's token that goes with it

    def get(self, path: str, **headers: str) -> TestResponse:
        """Ask for a page; of a stream that goes on and on, for its first event."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if not path.endswith("/events"):
            return self.client.get(path, headers=named, buffered=True)
        answer = self.client.get(path, headers=named)
        first = next(answer.iter_encoded(), b"")
        answer.close()
        answer.set_data(first)
        return answer

    def token(self) -> str:
        """Return a form token, from the page that every visitor has: the footer's form."""
        if self._token[0] != self._cookie or not self._cookie:
            found = TOKEN.search(self.get("/no-such-page").text)
            assert found is not None
            self._token = (self._cookie, found[1])
        return self._token[1]

    @property
    def _cookie(self) -> str:
        cookie = self.client.get_cookie("form")
        return cookie.value if cookie is not None else ""

    def send(self, path: str, **form: str | list[str]) -> TestResponse:
        """Send a form with its token."""
        return self.post(path, {"csrf_token": self.token(), **form})

    def post(self, path: str, data: Any, headers: dict[str, str] | None = None) -> TestResponse:
        """Send a form, and follow to the answer where it waits on the form's page.

        So does the first recovery sheet on the first page.
        """
        answer = self.client.post(path, data=data, headers=headers)
        where = answer.headers.get("Location", "")
        waits = f"?{ARGUMENT}=" in where or where == path == "/first-run"
        return self.get(where) if waits else answer

    def find(self, path: str, **form: str) -> TestResponse:
        """Send a search, and go where it leads."""
        answer = self.send(path, **form)
        assert answer.status_code == 303, answer.text
        return self.get(answer.headers["Location"])


RECEIPT = structs.replace(samples.RECEIPT, purposes=("training", "quality"))


def _meta(now: float, number: str | None, days: dict[str, int]) -> CallMeta:
    return CallMeta(
        call=secrets.token_hex(8),
        line="Reception",
        direction="incoming",
        started_at=now,
        clock_ok=True,
        recording_at_ms=16_000,
        number=number,
        name=CALLER if number else None,
        withheld=number is None,
        sides=("far", "near"),
        purposes=("training", "quality"),
        due_days=days,
        controller="Kancelaria Nowak sp. k., Warszawa",
    )


def set_up_box(folder: Path) -> KeeperBox:
    """Return a box that is set up, with one person for each role."""
    return set_up(folder / "data", PEOPLE)


def serve(box: KeeperBox) -> Iterator[Panel]:
    """Put a panel and a recorder around a keeper."""
    recorder = Recorder(follows=lambda: in_force(box.folders, box.seed).version)

    def handle(operation: AnyOperation, session: str | None, upload: bytes) -> Answer:
        return box.keeper.handle(operation, session, upload)  # of the keeper that runs by then

    servers = [
        Server(
            box.folders.keeper_socket,
            handle,
            {0, os.getuid()},
            limits=Limits(connections=CONNECTIONS),
        ),
        Server(box.folders.recorder_socket, recorder.answer, {0, os.getuid()}),
    ]
    for server in servers:
        server.start()
    keeper = Client(box.folders.keeper_socket)
    says = {purpose.id: purpose.label for purpose in trial().purposes}
    app = create_app(keeper, PanelSettings(purposes=says), box.clock)
    app.testing = True
    yield Panel(box, app, recorder, servers)
    for server in servers:
        server.stop()
    box.keeper.close()


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Panel]:
    """A panel of a box that is set up."""
    yield from serve(set_up_box(tmp_path))


@pytest.fixture
def fresh_panel(tmp_path: Path) -> Iterator[Panel]:
    """A panel of a box that is not set up."""
    yield from serve(make_keeper(tmp_path / "data"))


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Panel]:
    """A panel of a box on which nothing was recorded: its line may be of any kind."""
    yield from serve(set_up(tmp_path / "data", PEOPLE, seed_text=f"fresh = true\n{trial_text()}"))
