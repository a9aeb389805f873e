"""Ask every operation with every role and without one; compare the audit."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.errors import Refused
from appliance.link.operations import Role, WithoutRole
from appliance.link.registry import AnyOperation, operations, tag
from appliance.link.requests.audit import FindRecordings, TellDenied
from appliance.link.requests.calibration import (
    BeginCalibration,
    EndCalibration,
    GetCalibration,
    KeepCalibration,
    PlaceTestCall,
    TakeStep,
)
from appliance.link.requests.calls import (
    AddNumber,
    EraseCall,
    EraseCalls,
    ExportCall,
    Ground,
    HoldCall,
    HoldGround,
    OpenPlayback,
    ReadPlayback,
    Recipient,
    ReleaseHold,
    ShowCall,
    ShowCertificate,
    ShowErasure,
    ShowHold,
    ShowUnreadable,
)
from appliance.link.requests.demo_phone import GetSound, GetWords, LendVoice, PhoneAct, WatchPhone
from appliance.link.requests.devices import AskDevices
from appliance.link.requests.doctor import BeginToneCheck, EndToneCheck, LookAtLine, WatchLine
from appliance.link.requests.erase_all import AskEraseAll, CancelEraseAll, ConfirmEraseAll
from appliance.link.requests.exempt import AddExempt, IsExempt, RemoveExempt
from appliance.link.requests.first_run import BurnBoardKey, ConfirmSheet, FirstRun
from appliance.link.requests.lines import PressButton
from appliance.link.requests.login import EnterCode, LetIn, LogIn
from appliance.link.requests.me import (
    BeginTotp,
    ChangePassword,
    ConfirmTotp,
    DropTotp,
    MakeBackupCodes,
)
from appliance.link.requests.outside.backup import ForgetMedium, NoteDrill
from appliance.link.requests.outside.mail import ChangeMail, MailPlace, StopMail
from appliance.link.requests.outside.sftp import AcceptSftp, ChangeSftp, SftpPlace, StopSftp
from appliance.link.requests.outside.update import (
    ChangeUpdateAddress,
    FetchUpdate,
    InstallFetched,
    InstallUpdate,
    RestartBox,
)
from appliance.link.requests.papers.certificates import GetCertificate
from appliance.link.requests.papers.silences import (
    AskSilencesEnd,
    CancelSilencesEnd,
    ConfirmSilencesEnd,
    SetSilence,
)
from appliance.link.requests.papers.speakers import AddSpeaker, RemoveSpeaker, VouchSpeakers
from appliance.link.requests.people import (
    AddPerson,
    ChangeRoles,
    EndSessions,
    RemovePerson,
    RemoveTotp,
    ResetPassword,
)
from appliance.link.requests.processes.errands import TakeErrand, TellErrand
from appliance.link.requests.processes.news import (
    LendList,
    TellDay,
    TellEntry,
    TellNeed,
    TellSpeakers,
)
from appliance.link.requests.processes.prompts_in_use import GetPromptInUse
from appliance.link.requests.processes.stamps import TakeStampErrand, TellStampErrand
from appliance.link.requests.processes.steps import NextStep
from appliance.link.requests.processes.update import BringPiece, TakeFetch, TellFetch
from appliance.link.requests.proof import GetProof, HearWords, ShowProof
from appliance.link.requests.recovery.drill import TrySheet
from appliance.link.requests.recovery.restore import RestoreBackup
from appliance.link.requests.settings import (
    ChangeSettings,
    ConfirmWords,
    GoBack,
    ShowVersion,
    VouchVoice,
)
from appliance.link.requests.sheet import DrawSheet, EnterBySheet, ReplaceSheet
from appliance.link.requests.time import AllowErasure, ConfirmTime
from appliance.link.requests.trial import PlaceTrialCall
from appliance.link.requests.words import (
    DropTake,
    HearDraft,
    HearSaying,
    KeepTake,
    MeasureTakes,
    SendTakes,
    ShowDraft,
)
from appliance.model.demo_phone import LiveAct
from appliance.model.records import AuditPlace
from tests.keeper.boxes import KeeperBox, set_up
from tests.model.refusals import refuses
from tests.samples import PAPER

RID = "ab" * 16

SAMPLES: dict[type[AnyOperation], dict[str, Any]] = {
    ShowCall: {"recording": RID},
    OpenPlayback: {"recording": RID, "purpose": "training"},
    ReadPlayback: {"playback": "x", "start": 0, "length": 1},
    ExportCall: {"recording": RID},
    EraseCall: {"recording": RID, "ground": Ground.CHILD, "reason": "because"},
    EraseCalls: {"recordings": (RID,), "ground": Ground.CHILD, "reason": "because"},
    ShowCertificate: {"recording": RID},
    GetCertificate: {"recording": RID},
    HoldCall: {
        "recording": RID, "ground": HoldGround.CLAIMS, "reason": "because", "review": "2027-01-01",
    },
    ReleaseHold: {"recording": RID},
    ShowErasure: {"recording": RID},
    ShowHold: {"recording": RID},
    ShowUnreadable: {"recording": RID},
    PlaceTrialCall: {"line": "Reception", "caller": "agrees"},
    PressButton: {"line": "Reception", "button": "pause"},
    LendList: {"key": b"k", "tags": ()},
    TellNeed: {"need": "time"},
    TellEntry: {"place": AuditPlace(seq=1, hash="ab" * 32)},
    TellDay: {"day": "2027-01-11"},
    TellSpeakers: {"sha256": "ab" * 32},
    PhoneAct: {"line": "Reception", "act": LiveAct(by="office", do="lift")},
    WatchPhone: {"line": "Reception"},
    LendVoice: {"line": "Reception", "by": "caller"},
    GetCalibration: {"line": "Reception"},
    LookAtLine: {"line": "Reception"},
    WatchLine: {"line": "Reception"},
    BeginToneCheck: {"line": "Reception"},
    EndToneCheck: {"line": "Reception"},
    BeginCalibration: {"line": "Reception"},
    TakeStep: {"line": "Reception", "step": "far", "name": "call 1"},
    PlaceTestCall: {"line": "Reception", "step": "far"},
    KeepCalibration: {"line": "Reception", "every_phone": True},
    EndCalibration: {"line": "Reception"},
    GetSound: {"sha256": "ab" * 32},
    GetWords: {"sha256": "ab" * 32},
    GetPromptInUse: {"sha256": "ab" * 32},
    ShowProof: {"recording": RID},
    GetProof: {"recording": RID},
    HearWords: {"sha256": "ab" * 32},
    FirstRun: {"code": "x", "name": "x", "password": "x"},
    BurnBoardKey: {"code": "x", "word": "x"},
    ConfirmSheet: {"groups": {}},
    LogIn: {"name": "x", "password": "x"},
    LetIn: {"name": "x"},
    EnterCode: {"token": "x", "code": "000000"},
    AddPerson: {"person_name": "x", "person_roles": (Role.LISTENER,), "password": "x"},
    ChangeRoles: {
        "operator": "0" * 8, "person_roles": (Role.LISTENER,), "password": "x",
    },
    ResetPassword: {"operator": "0" * 8, "password": "x"},
    RemoveTotp: {"operator": "0" * 8, "password": "x"},
    EndSessions: {"operator": "0" * 8, "password": "x"},
    RemovePerson: {"operator": "0" * 8, "password": "x"},
    ChangePassword: {"old": "x", "new": "x"},
    BeginTotp: {"password": "x"},
    ConfirmTotp: {"code": "000000"},
    IsExempt: {"number": "221234567"},
    AddExempt: {"number": "221234567"},
    RemoveExempt: {"number": "221234567"},
    TellDenied: {"operation": "calls.list"},
    DropTotp: {"password": "x", "code": "000000"},
    ConfirmTime: {"at": 1.0, "uptime": 0.0, "password": "x"},
    AskEraseAll: {"ground": Ground.CHILD, "held": (), "password": "x"},
    ConfirmEraseAll: {"order": "x", "password": "x"},
    CancelEraseAll: {"order": "x"},
    AddSpeaker: {"line": "Reception", "person_name": "Anna", "day": "2026-01-01"},
    RemoveSpeaker: {"line": "Reception", "person_name": "Anna"},
    VouchSpeakers: {"line": "Reception", "mark": ""},
    SetSilence: {"case": "x", "until": "x"} | dict.fromkeys(PAPER, "x"),
    AskSilencesEnd: {"cases": ("x",), "password": "x"},
    ConfirmSilencesEnd: {"cases": ("x",), "password": "x"},
    CancelSilencesEnd: {"cases": ("x",)},
    ChangeSettings: {"base": 0},
    GoBack: {"base": 0, "version": 1},
    ConfirmWords: {"base": 0, "confirmed": ()},
    VouchVoice: {"base": 0, "language": "de", "voice": "espeak-ng de+f3"},
    HearSaying: {"line": "Reception", "code": "refused"},
    SendTakes: {"line": "Reception", "code": "refused", "sizes": (0,)},
    ShowDraft: {"draft": "x"},
    HearDraft: {"draft": "x"},
    KeepTake: {"draft": "x", "confirmed": ()},
    DropTake: {"take": "f" * 64},
    MeasureTakes: {"sizes": (0,), "limit": 8, "named": False},
    ShowVersion: {"version": 1},
    AllowErasure: {"through": 1, "recordings": 1, "password": "x"},
    MakeBackupCodes: {"password": "x", "code": "000000"},
    DrawSheet: {"password": "x"},
    ReplaceSheet: {"groups": {}},
    EnterBySheet: {"name": "x", "sheet": "x", "password": "x"},
    FindRecordings: {"prefix": "12345678"},
    AskDevices: {"ports": ()},
    ForgetMedium: {"medium": "0" * 32, "password": "x"},
    TrySheet: {"sheet": "x"},
    RestoreBackup: {
        "code": "x", "sheet": "x", "name": "x", "password": "x", "today": "2026-11-28",
    },
    ChangeMail: {
        "place": MailPlace("mail.example", 465, True, "", "a@x.example", ("b@x.example",), False),
        "secret": "", "password": "x",
    },
    StopMail: {"password": "x"},
    ChangeSftp: {
        "place": SftpPlace("sftp.example", 22, "zgoda", "", "day", "own"), "password": "x",
    },
    AcceptSftp: {"fingerprint": "SHA256:x", "password": "x"},
    StopSftp: {"password": "x"},
    TellErrand: {"number": 1, "code": ""},
    NoteDrill: {"vault": "0" * 32, "number": 1},
    AddNumber: {"recording": RID, "number": "221234567"},
    InstallUpdate: {"password": "x"},
    InstallFetched: {"password": "x"},
    ChangeUpdateAddress: {"address": "https://updates.example/x.json", "password": "x"},
    FetchUpdate: {"version": "0.9.0", "password": "x"},
    BringPiece: {"number": 1, "start": 0, "tag": ""},
    TellFetch: {"number": 1, "code": ""},
    TellStampErrand: {"number": 1, "code": ""},
    RestartBox: {"password": "x"},
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
        box.clock.advance(1)  # the next one may log in again
        return error.code
    return ""


@pytest.mark.parametrize("operation", operations(), ids=tag)
def test_every_operation_for_every_role(box: KeeperBox, operation: type[AnyOperation]) -> None:
    for name, roles in PEOPLE.items():
        token = box.log_in(name)
        before = len(box.acts())
        answer = code(box, made(operation), token)
        allowed = operation.roles
        if allowed is WithoutRole.PROCESS:
            assert answer == "services_only"
        elif isinstance(allowed, frozenset) and not allowed & roles:
            assert answer == "forbidden"
            assert box.acts()[before:] == ["denied"]
        else:
            assert answer != "forbidden", name


@pytest.mark.parametrize("operation", operations(), ids=tag)
@pytest.mark.parametrize("token", [None, "", "made up"])
def test_every_operation_for_somebody_who_is_not_logged_in(
    box: KeeperBox, operation: type[AnyOperation], token: str | None
) -> None:
    answer = code(box, made(operation), token)
    match operation.roles:
        case WithoutRole.ANYBODY:
            assert answer != "not_logged_in"
        case WithoutRole.PROCESS:
            assert answer == "services_only"
        case WithoutRole.LOCAL | WithoutRole.COURIER:  # this test's process is the keeper's own
            if operation in {TakeErrand, TakeFetch, TakeStampErrand, NextStep}:
                assert answer == "", "it learns that nothing is set up"
                return
            assert answer in {"no_account", "no_errand", "backup_other_box"}  # it was looked at
        case _:
            assert answer == "not_logged_in"


def test_every_operation_has_a_handler_or_is_the_recorders_own(box: KeeperBox) -> None:
    asked_by_people = {o for o in operations() if o.roles is not WithoutRole.PROCESS}
    assert set(box.keeper._handlers) == asked_by_people


def test_a_refusal_names_the_roles_that_may(box: KeeperBox) -> None:
    with refuses("forbidden") as refused:
        box.ask(ShowCall(recording=RID), box.log_in("only operator"))
    assert refused.value.values == {"roles": "listener privacy_officer"}


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


COURIER, PANEL = os.getuid() + 1, os.getuid() + 2
"""Users of two other processes, as a socket would name them."""


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeeperBox]:
    """A box whose courier has a user of its own, as on the appliance."""
    box = set_up(tmp_path_factory.mktemp("apart") / "data", PEOPLE, courier=COURIER)
    yield box
    box.keeper.close()


@pytest.mark.parametrize("operation", operations(), ids=tag)
def test_the_courier_may_ask_for_nothing_but_its_errands(
    apart: KeeperBox, operation: type[AnyOperation]
) -> None:
    """Whoever takes it over from outside gets no further, not even with a password or a session."""
    own = operation.roles is WithoutRole.COURIER
    for token in (None, "made up", apart.log_in()):
        answer = ""
        try:
            apart.keeper.handle(made(operation), token, user=COURIER)
        except Refused as error:
            answer = error.code
        assert (answer == "courier_only") is not own


@pytest.mark.parametrize("user", [PANEL, os.getuid(), 0])
@pytest.mark.parametrize(
    "operation",
    [one for one in operations() if one.roles is WithoutRole.COURIER],
    ids=tag,
)
def test_nobody_else_gets_the_couriers_errands(
    apart: KeeperBox, operation: type[AnyOperation], user: int
) -> None:
    for token in (None, apart.log_in()):
        with refuses("courier_only"):
            apart.keeper.handle(made(operation), token, user=user)


def test_what_the_courier_tries_is_on_record(tmp_path: Path) -> None:
    box = set_up(tmp_path / "data", courier=COURIER)
    with pytest.raises(Refused):
        box.keeper.handle(made(ShowCall), box.log_in(), user=COURIER)
    entry = box.newest()
    assert (entry.type, entry.actor, entry.detail) == ("denied", "courier", "calls.show")
    box.keeper.close()


@pytest.mark.parametrize("recipient", [Recipient.AUTHORITY, Recipient.OFFICE])
def test_a_listener_who_asks_for_the_sheet_of_another_is_on_record(
    box: KeeperBox, recipient: Recipient
) -> None:
    listener = box.log_in("only listener")
    with refuses("forbidden"):
        box.ask(ShowProof("ab" * 16, recipient), listener)
    entry = box.newest()
    assert (entry.type, entry.rid, entry.detail) == ("denied", "ab" * 16, "proof.show")
