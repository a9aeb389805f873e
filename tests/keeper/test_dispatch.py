"""Every operation for every role and for nobody, and what the audit says about it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from appliance.clock import ManualClock
from appliance.errors import Refused, VaultError
from appliance.keeper.audit import AuditLog
from appliance.keeper.dispatch import ASKED_BY_PAGES, AUDITED_INSIDE, Dispatch
from appliance.keeper.sessions import Caller, Sessions
from appliance.link.operations import Allowed, Done, Operation, Role
from appliance.link.registry import AnyOperation, operations, tag
from appliance.link.requests.calls import (
    EraseCall,
    ExportCall,
    Ground,
    HoldCall,
    HoldGround,
    ListCalls,
    OpenPlayback,
    ReadPlayback,
    ReleaseHold,
    ShowCall,
    ShowCertificate,
)
from appliance.link.requests.lines import LendList, PlaceTrialCall, PressButton, TakeUp
from appliance.link.requests.people import ConfirmSheet, FirstRun, GetBoxState, LogIn
from appliance.link.requests.phone import GetSound, LendVoice, PhoneAct, WatchPhone
from appliance.model.phone import Deed
from tests.keeper.boxes import KeeperBox, set_up

RID = "ab" * 16

SAMPLES: dict[type[AnyOperation], dict[str, Any]] = {
    ShowCall: {"recording": RID},
    OpenPlayback: {"recording": RID, "purpose": "training"},
    ReadPlayback: {"playback": "x", "start": 0, "length": 1},
    ExportCall: {"recording": RID},
    EraseCall: {"recording": RID, "ground": Ground.CHILD, "reason": "because"},
    ShowCertificate: {"recording": RID},
    HoldCall: {
        "recording": RID, "ground": HoldGround.CLAIMS, "reason": "because", "review": "2027-01-01",
    },
    ReleaseHold: {"recording": RID},
    PlaceTrialCall: {"line": "Reception", "caller": "agrees"},
    PressButton: {"line": "Reception", "button": "pause"},
    LendList: {"key": b"k", "tags": ()},
    PhoneAct: {"line": "Reception", "deed": Deed(by="office", do="lift")},
    WatchPhone: {"line": "Reception"},
    LendVoice: {"line": "Reception", "by": "caller"},
    GetSound: {"sha256": "ab" * 32},
    FirstRun: {"code": "x", "name": "x", "password": "x"},
    ConfirmSheet: {"groups": {}},
    LogIn: {"name": "x", "password": "x"},
}  # fmt: skip
"""Fields without a default; an operation that is missing here cannot be made below."""

PEOPLE = {f"only {role}": frozenset({role}) for role in Role} | {"no role at all": frozenset()}


def made(operation: type[AnyOperation]) -> AnyOperation:
    return operation(**SAMPLES.get(operation, {}))


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeeperBox]:
    box = set_up(tmp_path_factory.mktemp("box") / "data", PEOPLE)
    yield box
    box.keeper.close()


@pytest.fixture(scope="module")
def tokens(box: KeeperBox) -> dict[str, str]:
    return {name: box.log_in(name) for name in PEOPLE}


def code(box: KeeperBox, operation: AnyOperation, token: str | None) -> str:
    """Return how an operation was refused; nothing if it was not, or for another reason."""
    try:
        box.ask(operation, token)
    except Refused as error:
        return error.code
    return ""


@pytest.mark.parametrize("operation", operations(), ids=tag)
def test_every_operation_for_every_role(box: KeeperBox, operation: type[AnyOperation]) -> None:
    for name, roles in PEOPLE.items():
        token = box.log_in(name)
        before = len(box.acts())
        answer = code(box, made(operation), token)
        allowed = operation.roles
        if allowed is Allowed.PROCESS:
            assert answer == "forbidden"
        elif isinstance(allowed, frozenset) and not allowed & roles:
            assert answer == "forbidden"
            assert box.acts()[before:] == ["denied"]
        elif operation is not FirstRun:  # it refuses every box that is set up
            assert answer != "forbidden", name


@pytest.mark.parametrize("operation", operations(), ids=tag)
@pytest.mark.parametrize("token", [None, "", "made up"])
def test_every_operation_for_somebody_who_is_not_logged_in(
    box: KeeperBox, operation: type[AnyOperation], token: str | None
) -> None:
    answer = code(box, made(operation), token)
    match operation.roles:
        case Allowed.ANYBODY:
            assert answer != "not_logged_in"
        case Allowed.PROCESS:
            assert answer == "forbidden"
        case _:
            assert answer == "not_logged_in"


def test_only_what_comes_before_a_login_is_open_to_anybody() -> None:
    open_to_all = {o for o in operations() if o.roles is Allowed.ANYBODY}
    assert open_to_all == {GetBoxState, FirstRun, LogIn, TakeUp}


def test_every_operation_has_a_handler_or_is_the_recorders_own(box: KeeperBox) -> None:
    known = set(box.keeper._handlers)
    assert {o for o in operations() if o.roles is not Allowed.PROCESS} == known


@pytest.mark.parametrize("rid", ["", "../../etc/passwd", "AB" * 16, "ab" * 15, "ab" * 17, "a\n"])
def test_what_is_no_name_of_a_recording_reaches_nothing(box: KeeperBox, rid: str) -> None:
    token = box.log_in()
    before = len(box.acts())
    for operation in (
        ShowCall(recording=rid),
        ExportCall(recording=rid),
        OpenPlayback(recording=rid, purpose="training"),
        EraseCall(recording=rid, ground=Ground.CHILD, reason="because"),
    ):
        assert code(box, operation, token) == "not_found"
    assert len(box.acts()) == before


class Watch(Operation[Done], frozen=True, tag="tests.watch"):
    roles = Allowed.LOGGED_IN
    reply = Done
    streams = True


class Send(Operation[Done], frozen=True, tag="tests.send"):
    roles = Allowed.LOGGED_IN
    reply = Done
    upload = 100


class Desk:
    """A dispatch with one handler that does what a test wants."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.sessions = Sessions(self.clock, lambda: None)
        self.log = AuditLog(folder, self.clock, Ed25519PrivateKey.generate())
        self.token, _ = self.sessions.open("0a1b2c3d", "Anna", frozenset(Role))
        self.seen: list[list[str]] = []
        self.error: Exception | None = None
        self.answers: dict[type[AnyOperation], Any] = {ExportCall: self.export, ListCalls: self.lst}
        self.dispatch = Dispatch(self.sessions, lambda: self.answers, lambda: self.log)

    def acts(self) -> list[str]:
        return [f"{e.type} {e.actor} {e.detail or '-'}" for e in self.log.entries()]

    def export(self, operation: ExportCall, who: Caller) -> tuple[Struct, bytes]:
        self.seen.append(self.acts())
        if self.error is not None:
            raise self.error
        return Done(), b"sound"

    def lst(self, operation: ListCalls, who: Caller) -> Struct:
        return Done()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "audit")


def test_the_entry_is_there_before_the_handler_begins(desk: Desk) -> None:
    answer = desk.dispatch.handle(ExportCall(recording=RID), desk.token)
    assert answer == (Done(), b"sound")
    assert desk.seen == [["exported 0a1b2c3d -"]]
    assert [entry.rid for entry in desk.log.entries()] == [RID]


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (Refused("held", "Held."), "held"),
        (VaultError("The disk is full."), "failed"),
        (RuntimeError("a fault"), "failed"),
    ],
)
def test_a_failed_act_is_followed_by_why(desk: Desk, error: Exception, detail: str) -> None:
    desk.error = error
    with pytest.raises(type(error)):
        desk.dispatch.handle(ExportCall(recording=RID), desk.token)
    assert desk.acts() == ["exported 0a1b2c3d -", f"failed 0a1b2c3d {detail}"]


def test_without_an_entry_there_is_no_act(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> int:
        raise VaultError("The audit cannot be written.")

    monkeypatch.setattr(desk.log, "append", fail)
    with pytest.raises(VaultError):
        desk.dispatch.handle(ExportCall(recording=RID), desk.token)
    assert desk.seen == []


def test_an_operation_without_a_handler_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused) as caught:
        desk.dispatch.handle(ShowCall(recording=RID), desk.token)
    assert caught.value.code == "invalid"


def test_looking_around_leaves_no_entry(desk: Desk) -> None:
    desk.dispatch.handle(ListCalls(), desk.token)
    assert desk.acts() == []


def test_a_stream_ends_with_its_session_and_keeps_none_awake(desk: Desk) -> None:
    clock = desk.clock
    closed: list[bool] = []

    def count(operation: Watch, who: Caller) -> Iterator[Struct | None]:
        try:
            while True:
                yield Done()
                yield None
        finally:
            closed.append(True)

    desk.answers[Watch] = count
    watched = desk.dispatch.handle(Watch(), desk.token)
    assert isinstance(watched, Iterator)
    assert [next(watched), next(watched), next(watched)] == [Done(), None, Done()]
    clock.advance(desk.sessions.idle_seconds - 1)
    assert next(watched) is None
    clock.advance(2)
    with pytest.raises(Refused) as caught:
        next(watched)
    assert caught.value.code == "not_logged_in"
    assert closed == [True]


def test_raw_bytes_reach_the_handler_that_takes_them(desk: Desk) -> None:
    taken: list[bytes] = []

    def take(operation: Send, who: Caller, upload: bytes) -> Struct:
        taken.append(upload)
        return Done()

    desk.answers[Send] = take
    assert desk.dispatch.handle(Send(), desk.token, b"RIFF") == Done()
    assert taken == [b"RIFF"]


def test_the_exceptions_are_few_and_declared() -> None:
    assert {tag(o) for o in AUDITED_INSIDE} == {
        "people.log_in", "people.first_run", "people.confirm_sheet", "calls.erase",
    }  # fmt: skip
    assert all(operation.audit for operation in AUDITED_INSIDE)
    assert {tag(o) for o in ASKED_BY_PAGES} == {
        "lines.get", "live.get", "people.who_am_i", "phone.sound",
    }  # fmt: skip
