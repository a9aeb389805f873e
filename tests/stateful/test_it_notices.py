"""The comparison is no formality: what is done behind the keeper's back is noticed."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.errors import ZgodaError
from appliance.link.requests.calls import EraseCall, Ground
from tests.keeper.boxes import OWNER
from tests.stateful.agreement import agree, all_agree
from tests.stateful.box import Box
from tests.stateful.dictionary import Call


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
    box.opened.records.parts.time.confirm(box.clock.true + 40 * DAY)


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
