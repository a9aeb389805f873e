"""Check the entry before the act, the one after a failure, and the end of streams."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from appliance.errors import Refused, VaultError
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.audit.tally import Tally
from appliance.keeper.dispatch import Dispatch
from appliance.keeper.people.sessions import Caller, Sessions
from appliance.link.operations import Done, Operation, Role, WithoutRole
from appliance.link.registry import AnyOperation, operations
from appliance.link.requests.calls import ListCalls, ShowCall
from appliance.link.requests.people import ChangeRoles, RemovePerson
from appliance.vault.audit.entries import NEW_KEY, AuditEntry
from tests.clocks import ManualClock
from tests.keeper.audit.audits import make_keyring
from tests.keeper.test_dispatch import made
from tests.model.refusals import refuses

RID = "ab" * 16


class Watch(Operation[Done], frozen=True, tag="tests.watch"):
    roles = WithoutRole.LOGGED_IN
    streams = True


class WatchAsListener(Operation[Done], frozen=True, tag="tests.watch_as_listener"):
    roles = frozenset({Role.LISTENER})
    streams = True


class ShowAct(Operation[Done], frozen=True, tag="tests.act"):
    roles = frozenset({Role.PRIVACY_OFFICER})
    audit = "exported"
    recording: str


class Fetch(Operation[Done], frozen=True, tag="tests.fetch_file"):
    roles = frozenset({Role.PRIVACY_OFFICER})
    audit = "exported"
    streams = True
    sends_file = True
    recording: str


class Send(Operation[Done], frozen=True, tag="tests.send"):
    roles = WithoutRole.LOGGED_IN
    upload = 100


class Desk:
    """A dispatch with one handler that does what a test wants."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.sessions = Sessions(self.clock, lambda: None)
        self.log = AuditLog(folder, self.clock, make_keyring(folder / "keys"))
        self.token, _ = self.sessions.open("0a1b2c3d", "Anna", frozenset(Role))
        self.seen: list[list[str]] = []
        self.error: Exception | None = None
        self.answers: dict[type[AnyOperation], Any] = {ShowAct: self.act, ListCalls: self.lst}
        self.dispatch = Dispatch(self.sessions, self.answers, lambda: self.log, Tally(self.clock))

    def acts(self) -> list[str]:
        return [f"{e.type} {e.actor} {e.detail or '-'}" for e in self.entries()]

    def entries(self) -> list[AuditEntry]:
        """Return the entries behind that of the first key."""
        return [entry for entry in self.log.entries() if entry.type != NEW_KEY]

    def act(self, operation: ShowAct, who: Caller) -> tuple[Struct, bytes]:
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
    answer = desk.dispatch.handle(ShowAct(recording=RID), desk.token)
    assert answer == (Done(), b"sound")
    assert desk.seen == [["exported 0a1b2c3d -"]]
    assert [entry.rid for entry in desk.entries()] == [RID]


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (Refused("held"), "held"),
        (VaultError("The disk is full."), "failed"),
        (RuntimeError("a fault"), "failed"),
    ],
)
def test_a_failed_act_is_followed_by_why(desk: Desk, error: Exception, detail: str) -> None:
    desk.error = error
    with pytest.raises(type(error)):
        desk.dispatch.handle(ShowAct(recording=RID), desk.token)
    assert desk.acts() == ["exported 0a1b2c3d -", f"failed 0a1b2c3d {detail}"]
    exported, failed = desk.entries()
    assert (failed.rid, failed.of) == (RID, exported.seq)


def test_a_failure_names_its_act_at_every_recording_of_the_call(desk: Desk) -> None:
    other = "cd" * 16
    desk.dispatch = Dispatch(
        desk.sessions,
        desk.answers,
        lambda: desk.log,
        Tally(desk.clock),
        lambda rid: (rid, other),
    )
    desk.error = Refused("held")
    with pytest.raises(Refused):
        desk.dispatch.handle(ShowAct(recording=RID), desk.token)
    begun, failed = desk.entries()[:2], desk.entries()[2:]
    assert [(e.type, e.rid, e.of) for e in failed] == [
        ("failed", RID, begun[0].seq),
        ("failed", other, begun[1].seq),
    ]


def test_without_an_entry_there_is_no_act(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> int:
        raise VaultError("The audit cannot be written.")

    monkeypatch.setattr(desk.log, "append", fail)
    monkeypatch.setattr(desk.log, "append_many", fail)
    with pytest.raises(VaultError):
        desk.dispatch.handle(ShowAct(recording=RID), desk.token)
    assert desk.seen == []


def test_an_operation_without_a_handler_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused) as caught:
        desk.dispatch.handle(ShowCall(recording=RID), desk.token)
    assert caught.value.code == "unknown_request"


def test_looking_around_is_recorded_once_a_session_and_search(desk: Desk) -> None:
    for operation in (ListCalls(), ListCalls(page=2), ListCalls("Anna"), ListCalls("Anna", page=2)):
        desk.dispatch.handle(operation, desk.token)
    assert desk.acts() == ["listed 0a1b2c3d -"] * 2
    other, _ = desk.sessions.open("0a1b2c3d", "Anna", frozenset(Role))
    desk.dispatch.handle(ListCalls("Anna", page=3), other)
    assert desk.acts() == ["listed 0a1b2c3d -"] * 3


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


def test_a_stream_ends_when_its_role_is_taken_away(desk: Desk) -> None:
    desk.answers[WatchAsListener] = lambda operation, who: iter([Done()] * 3)
    watched = desk.dispatch.handle(WatchAsListener(), desk.token)
    assert isinstance(watched, Iterator)
    assert next(watched) == Done()
    desk.sessions.change("0a1b2c3d", frozenset({Role.OPERATOR}))
    with refuses("forbidden"):
        next(watched)


def test_a_one_time_password_is_good_for_choosing_another_alone(desk: Desk) -> None:
    token, _ = desk.sessions.open("4e5f6a7b", "Jan", frozenset(Role), one_time=True)
    for operation in operations():
        if operation.roles is WithoutRole.LOGGED_IN and not operation.before_own_password:
            desk.answers[operation] = desk.lst
            with pytest.raises(Refused) as caught:
                desk.dispatch.handle(made(operation), token)
            assert caught.value.code == "choose_password", operation


@pytest.mark.parametrize("operator", ["", "x", "0A1B2C3D", "0a1b2c3d0", "../0a1b2"])
def test_what_is_no_id_of_a_person_reaches_nothing(desk: Desk, operator: str) -> None:
    desk.answers[RemovePerson] = desk.lst
    with pytest.raises(Refused) as caught:
        desk.dispatch.handle(RemovePerson(operator=operator, password="x"), desk.token)
    assert caught.value.code == "no_person"
    assert desk.acts() == []


def test_an_act_on_a_person_names_them_and_their_roles(desk: Desk) -> None:
    desk.answers[RemovePerson] = desk.answers[ChangeRoles] = desk.lst
    desk.dispatch.handle(RemovePerson(operator="4e5f6a7b", password="x"), desk.token)
    roles = (Role.ADMINISTRATOR, Role.LISTENER)
    desk.dispatch.handle(
        ChangeRoles(operator="4e5f6a7b", person_roles=roles, password="x"), desk.token
    )
    assert desk.acts() == [
        "person_removed 0a1b2c3d of_4e5f6a7b",
        "roles_changed 0a1b2c3d of_4e5f6a7b.la",
    ]


class Files:
    """A handler that hands a file over in pieces."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.closed = 0

    def __call__(self, operation: Fetch, who: Caller) -> Iterator[tuple[Struct, bytes] | None]:
        try:
            yield None
            yield Done(), b"one"
            if self.error is not None:
                raise self.error
            yield Done(), b"two"
        finally:
            self.closed += 1


def fetched(desk: Desk) -> Iterator[Any]:
    answer = desk.dispatch.handle(Fetch(recording=RID), desk.token)
    assert isinstance(answer, Iterator)
    return answer


def test_a_file_counts_as_use_of_the_session_and_comes_in_pieces(desk: Desk) -> None:
    desk.answers[Fetch] = files = Files()
    desk.clock.advance(desk.sessions.idle_seconds - 1)
    pieces = fetched(desk)
    desk.clock.advance(desk.sessions.idle_seconds - 1)
    assert list(pieces) == [None, (Done(), b"one"), (Done(), b"two")]
    assert files.closed == 1
    assert desk.acts() == ["exported 0a1b2c3d -"]


@pytest.mark.parametrize(
    ("error", "detail"), [(Refused("tampered"), "tampered"), (OSError(), "failed")]
)
def test_a_file_that_fails_in_the_middle_is_followed_by_why(
    desk: Desk, error: Exception, detail: str
) -> None:
    desk.answers[Fetch] = files = Files(error)
    pieces = fetched(desk)
    assert [next(pieces), next(pieces)] == [None, (Done(), b"one")]
    with pytest.raises(type(error)):
        next(pieces)
    assert files.closed == 1
    assert desk.acts() == ["exported 0a1b2c3d -", f"failed 0a1b2c3d {detail}"]


def test_a_file_is_never_ended_early_as_if_it_were_whole(desk: Desk) -> None:
    desk.answers[Fetch] = Files()
    pieces = fetched(desk)
    assert [next(pieces), next(pieces)] == [None, (Done(), b"one")]
    desk.sessions.change("0a1b2c3d", roles=frozenset({Role.PRIVACY_OFFICER}))
    with refuses("roles_changed"):
        next(pieces)
    desk.sessions.close_all()
    pieces = fetched_after_login(desk)
    next(pieces)
    desk.sessions.close_all()
    with pytest.raises(Refused) as refusal:
        next(pieces)
    assert refusal.value.code == "not_logged_in"


def fetched_after_login(desk: Desk) -> Iterator[Any]:
    desk.token, _ = desk.sessions.open("0a1b2c3d", "Anna", frozenset(Role))
    return fetched(desk)


def test_who_lets_a_file_go_ends_its_making(desk: Desk) -> None:
    desk.answers[Fetch] = files = Files()
    pieces = fetched(desk)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]  # a generator behind its interface
    assert files.closed == 1
    assert desk.acts() == ["exported 0a1b2c3d -"]


class FetchAndTell(Operation[Done], frozen=True, tag="tests.fetch_and_tell"):
    roles = frozenset({Role.PRIVACY_OFFICER})
    audit = "exported"
    audited = "inside"
    streams = True
    sends_file = True


def test_a_handler_that_writes_its_own_entries_learns_why_its_stream_ends(desk: Desk) -> None:
    told: list[str] = []

    def pieces(operation: FetchAndTell, who: Caller) -> Iterator[tuple[Struct, bytes] | None]:
        try:
            yield None
            yield Done(), b"one"
        except Refused as refusal:
            told.append(refusal.code)
            raise

    desk.answers[FetchAndTell] = pieces
    answer: Any = desk.dispatch.handle(FetchAndTell(), desk.token)
    next(answer)
    desk.sessions.close_all()
    with pytest.raises(Refused):
        next(answer)
    assert (told, desk.acts()) == (["not_logged_in"], [])


def test_a_handler_that_refuses_before_its_own_entry_leaves_none(desk: Desk) -> None:
    def refuse(operation: FetchAndTell, who: Caller) -> Iterator[tuple[Struct, bytes] | None]:
        raise Refused("recipient_long", most=200)

    desk.answers[FetchAndTell] = refuse
    with pytest.raises(Refused):
        desk.dispatch.handle(FetchAndTell(), desk.token)
    assert desk.acts() == []
