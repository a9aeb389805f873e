"""The comparison is no formality: what is done behind the keeper's back is noticed."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.errors import ZgodaError
from appliance.keeper.backup import restore, wanted, writing
from appliance.keeper.backup.medium import FOLDER
from appliance.keeper.backup.removing import remove_folder
from appliance.link.requests.calls import EraseCall, Ground, HoldGround
from appliance.vault.opening.backup import copied
from appliance.vault.opening.shard import ENTRY_BYTES, STATE_AT
from tests.keeper.boxes import OWNER
from tests.stateful.agreement import agree, all_agree
from tests.stateful.box import Box
from tests.stateful.dictionary import Call
from tests.stateful.machine import BoxMachine


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    """A box with a call, in which the owner is logged in."""
    box = Box(tmp_path)
    box.begin({"training": 9}, 1, seed=1)
    box.running[0].speak(2)
    box.end(box.running[0], "hang_up")
    box.keeper.take_up()
    box.log_in(OWNER)
    box.later(1)
    agree(box)
    yield box
    box.close()


def the_call(box: Box) -> Call:
    (call,) = box.office.calls.values()
    return call


def a_key_goes(box: Box) -> None:
    box.opened.keyring.erase([the_call(box).rid])


def a_byte_changes(box: Box) -> None:
    path = box.folders.recordings / the_call(box).rid
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.seek(-5000, 2)
        (byte,) = file.read(1)
        file.seek(-5000, 2)
        file.write(bytes([byte ^ 1]))


def a_day_moves(box: Box) -> None:
    box.opened.keyring.change(
        [the_call(box).rid], lambda _, e: structs.replace(e, due_day=(e.due_day or 0) + 4)
    )


def a_hold_comes(box: Box) -> None:
    box.opened.keyring.change([the_call(box).rid], lambda _, e: structs.replace(e, held=True))


def an_entry_changes(box: Box) -> None:
    log = next(box.folders.audit.glob("*.log"))
    log.write_bytes(log.read_bytes().replace(b'"sealed"', b'"seale_"'))


def a_role_comes(box: Box) -> None:
    with box.opened.keyring.changing() as draft:
        for entry in draft.operators.values():
            entry.roles = ("listener",)


def the_time_moves(box: Box) -> None:
    box.opened.records.time.confirm(box.clock.true + 40 * DAY)


@pytest.mark.parametrize(
    "done",
    [
        a_key_goes,
        a_byte_changes,
        a_day_moves,
        a_hold_comes,
        an_entry_changes,
        a_role_comes,
        the_time_moves,
    ],
)
def test_what_nobody_ordered_is_noticed(box: Box, done: Callable[[Box], None]) -> None:
    done(box)

    with pytest.raises((AssertionError, ZgodaError)):
        agree(box)


def test_a_key_that_comes_back_is_noticed(box: Box, tmp_path: Path) -> None:
    """An earlier state of the folder's keys, put beside what is left of an erased call."""
    places = (*box.folders.keyring, box.folders.root)
    for place in places:
        shutil.copy(place, tmp_path / place.name)
    shutil.copytree(box.folders.keys, tmp_path / "keys")
    call = the_call(box)
    box.ask(EraseCall(call.rid, Ground.OBJECTION, "Asked for it"), OWNER)
    call.state, call.ground = "erasing", Ground.OBJECTION.value
    box.later(1)
    agree(box)
    box.later(31)
    agree(box)
    assert call.state == "erased"
    all_agree(box)

    for place in places:
        shutil.copy(tmp_path / place.name, place)
    shutil.copytree(tmp_path / "keys", box.folders.keys, dirs_exist_ok=True)
    with pytest.raises(AssertionError):
        all_agree(box)


# -- copies: each fault with the steps that show it ----------------------------------------------


@pytest.fixture
def machine() -> Iterator[BoxMachine]:
    """A box with three calls and a copy of them."""
    machine = BoxMachine()
    machine.an_ordinary_day_begins(some=[{"service"}, {"training"}, {"quality"}], at_work=True)
    machine.everything_agrees()
    machine.a_backup_is_made()
    yield machine
    machine.box.copied = lambda: None
    machine.box.close()
    shutil.rmtree(machine._folder, ignore_errors=True)


def erase_and_copy(machine: BoxMachine) -> None:
    """An erasure comes between two copies."""
    machine.a_backup_is_made()
    _erase(machine, "training")
    machine.a_backup_is_made()


def erase_and_burn(machine: BoxMachine) -> None:
    """The copy is older than an erasure."""
    _erase(machine, "quality")
    machine.the_box_burns_down()


def record_and_erase(machine: BoxMachine) -> None:
    """A call comes and goes between two copies: its key is on none of them."""
    machine.a_backup_is_made()
    machine.a_whole_call(purposes={"training"}, blocks=1, how="hang_up")
    machine.everything_agrees()
    last = len(machine.office.living) - 1
    machine.a_call_is_erased(which=last, ground=Ground.OBJECTION)
    machine.everything_agrees()
    machine.the_medium_agrees()


def age_and_burn(machine: BoxMachine) -> None:
    """The copy is older than the last day of a call."""
    _grow_old(machine)
    machine.the_box_burns_down()


def hold_age_and_burn(machine: BoxMachine) -> None:
    """It holds a call that is past its day and on hold."""
    machine.a_call_is_held(which=_place(machine, "service"), ground=HoldGround.CLAIMS)
    machine.a_backup_is_made()
    _grow_old(machine)
    machine.the_box_burns_down()


def cut_and_cut(machine: BoxMachine) -> None:
    """The next copies are cut off at one operation after the other."""
    for at in range(1, 40, 3):
        machine.a_backup_is_cut_off(at=at)


def _place(machine: BoxMachine, purpose: str) -> int:
    return next(i for i, call in enumerate(machine.office.living) if purpose in call.kept)


def _erase(machine: BoxMachine, purpose: str) -> None:
    machine.a_call_is_erased(which=_place(machine, purpose), ground=Ground.OBJECTION)
    for _ in range(2):
        machine.box.later(31)
        machine.everything_agrees()


def _grow_old(machine: BoxMachine) -> None:
    machine.the_medium_goes_or_comes()
    machine.time_passes(seconds=3 * DAY)
    machine.everything_agrees()


def nothing_is_removed(faults: pytest.MonkeyPatch) -> None:
    faults.setattr(writing, "remove_others", lambda *_: None)


def an_older_keyring_is_copied(faults: pytest.MonkeyPatch) -> None:
    real, kept = copied.copy_keyring, list[Any]()

    def older(*asked: Any) -> Any:
        kept.append(real(*asked))
        return kept[0]

    faults.setattr("appliance.keeper.backup.snapshot.copy_keyring", older)


def keys_of_calls_to_come_are_copied(faults: pytest.MonkeyPatch) -> None:
    faults.setattr(copied, "_used", lambda shard: range(shard.head.count))


def one_recording_is_left_out(faults: pytest.MonkeyPatch) -> None:
    real = writing._Bodies.copied
    faults.setattr(writing._Bodies, "copied", lambda bodies: list(real(bodies))[1:])


def certificates_do_not_count(faults: pytest.MonkeyPatch) -> None:
    faults.setattr(wanted.RestoreWishes, "names", lambda *_: False)


def what_is_due_comes_back(faults: pytest.MonkeyPatch) -> None:
    faults.setattr(restore, "kept_by", lambda said: lambda rid, *_: not said.names(rid))


def holds_do_not_count(faults: pytest.MonkeyPatch) -> None:
    faults.setattr(
        restore, "kept_by", lambda said: lambda _, entry, sure: entry.due_day >= said.today
    )


def days_are_moved(faults: pytest.MonkeyPatch) -> None:
    real = copied._of_rows

    def moved(shard: Any, rows: Iterable[int]) -> bytearray:
        left = real(shard, rows)
        for at in range(STATE_AT + 9, len(left), ENTRY_BYTES):
            left[at] ^= 1
        return left

    faults.setattr(copied, "_of_rows", moved)


def one_is_not_written(faults: pytest.MonkeyPatch) -> None:
    real = restore._copied
    faults.setattr(
        restore,
        "_copied",
        lambda *asked: real(*asked) and not (asked[1].recordings / asked[3]).unlink(),
    )


def the_copy_before_goes_first(faults: pytest.MonkeyPatch) -> None:
    real = writing._write_keys

    def eager(medium: Any, *asked: Any) -> Any:
        for name in medium.folders():
            if name.startswith("copy-"):
                remove_folder(medium, name)
        return real(medium, *asked)

    faults.setattr(writing, "_write_keys", eager)


Steps = Callable[[BoxMachine], None]

FAULTS: list[tuple[Callable[[pytest.MonkeyPatch], None], Steps]] = [
    (nothing_is_removed, erase_and_copy),
    (an_older_keyring_is_copied, erase_and_copy),
    (keys_of_calls_to_come_are_copied, record_and_erase),
    (one_recording_is_left_out, erase_and_copy),
    (certificates_do_not_count, erase_and_burn),
    (what_is_due_comes_back, age_and_burn),
    (holds_do_not_count, hold_age_and_burn),
    (days_are_moved, erase_and_burn),
    (one_is_not_written, erase_and_burn),
    (the_copy_before_goes_first, cut_and_cut),
]


@pytest.mark.parametrize(("fault", "steps"), FAULTS, ids=[fault.__name__ for fault, _ in FAULTS])
def test_a_fault_in_copies_is_noticed(
    machine: BoxMachine,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[pytest.MonkeyPatch], None],
    steps: Steps,
) -> None:
    fault(monkeypatch)

    with pytest.raises((AssertionError, ZgodaError)):
        steps(machine)


def test_a_byte_that_changes_on_the_medium_is_noticed(machine: BoxMachine) -> None:
    path = next((machine.box.stick / FOLDER / "rec").iterdir())
    path.write_bytes(path.read_bytes()[:-1] + b"\0")

    with pytest.raises(AssertionError):
        machine.the_medium_agrees()


def test_without_a_fault_the_same_steps_agree(machine: BoxMachine) -> None:
    cut_and_cut(machine)
    record_and_erase(machine)
    erase_and_copy(machine)
    erase_and_burn(machine)
    hold_age_and_burn(machine)
    machine.the_medium_goes_or_comes()
    machine.everything_agrees()
    machine.the_medium_agrees()
