"""Test the keeper against double clicks, guessers, unreadable lists and power cuts."""

import contextlib
import threading
from pathlib import Path
from typing import Any

import pytest

from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.errors import Refused, StorageFull
from appliance.keeper.first_run.create import Sheet, create_vault
from appliance.keeper.handlers import first_run as people
from appliance.keeper.handlers.lines import RecorderLink
from appliance.keeper.people.strangers import FREE, Strangers
from appliance.keeper.service import Keeper
from appliance.link.requests.first_run import FirstRun, GetBoxState
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import read_sheet, reading_key
from appliance.vault.opening.refill import drop, refill
from tests.boxes import CHEAP, PASSWORD
from tests.clocks import ManualClock
from tests.keeper.boxes import OWNER, make_keeper, set_up
from tests.keeper.chips import BOOT
from tests.vaults import make_vault


def test_a_button_pressed_twice_makes_one_vault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = make_keeper(tmp_path / "data")
    asked = FirstRun(code=box.code(), name=OWNER, password=PASSWORD, plain=True)
    making, made = threading.Event(), []

    def slowly(*args: Any, **more: Any) -> Sheet:
        making.set()
        sheet = create_vault(*args, **more)
        made.append(sheet.text)
        return sheet

    monkeypatch.setattr(people, "create_vault", slowly)
    answers: list[str] = []
    both = [
        threading.Thread(target=lambda: answers.append("-".join(box.ask(asked).groups)))
        for _ in range(2)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join(20)
    assert making.is_set()
    assert len(made) == 1
    assert len(answers) == 2, "both are answered, the second with a newer sheet"
    box.restart()
    assert box.ask(GetBoxState()).set_up
    assert box.acts().count("first_run") == 1
    box.keeper.close()


@pytest.mark.parametrize("first", [True, False], ids=["made up first", "made up later"])
def test_names_made_up_buy_no_further_guesses_at_a_real_one(first: bool) -> None:
    clock = ManualClock()
    strangers = Strangers(clock)

    def admitted(name: str, tries: int) -> int:
        passed = 0
        for _ in range(tries):
            with contextlib.suppress(Refused):
                strangers.count_guess("192.0.2.1", name)
                passed += 1
        return passed

    if not first:
        assert admitted("ewa nowak", FREE) == FREE
    for number in range(1200):
        for _ in range(FREE + 1):  # more failures than the real name has
            clock.advance(2.0 if first else 0.0001)
            admitted(f"nobody {number}", 1)
    assert admitted("ewa nowak", 10 * FREE) <= (FREE if first else 0)


def test_watching_begins_again_whatever_ended_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = set_up(tmp_path / "data")
    stop, tries = threading.Event(), []

    def strange(self: RecorderLink, loan: Any, met: Any, stopping: threading.Event) -> None:
        tries.append(loan)
        if len(tries) == 2:
            stopping.set()
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(RecorderLink, "watch", strange)
    monkeypatch.setattr("appliance.keeper.service.TICK", 0.01)
    box.keeper.watch_recorder(stop)
    assert len(tries) == 2
    box.keeper.close()


def test_what_power_cuts_left_of_unfinished_writes_goes(tmp_path: Path) -> None:
    box = set_up(tmp_path / "data")
    files = ("keyring.0", "keyring.1", "pool", "ledger", "zgoda-layout")
    left = [f".{name}.0123abcd" for name in files]
    left += [f"audit/{folder}/.2026-11-25.json.0123abcd" for folder in ("heads", "stamps")]
    for name in left:
        (box.folders.data / name).write_bytes(b"half")
    mine = box.folders.data / ".my-own"
    mine.touch()
    box.restart()
    assert not any((box.folders.data / name).exists() for name in left)
    assert mine.exists()
    box.keeper.close()


def test_a_refill_never_brings_back_what_is_erased_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pool that shows a key which is gone would have a call sealed for nobody."""
    vault = make_vault(tmp_path)
    rid = vault.keyring.unused()[0]
    begun, erased = threading.Event(), threading.Event()

    def erase() -> None:
        assert begun.wait(10)
        with vault.keyring.still():
            drop(vault.keyring, vault.folders, [rid])
            vault.keyring.erase([rid])
        erased.set()

    make = Keyring.refill

    def slowly(self: Keyring, count: int) -> dict[str, bytes]:
        begun.set()
        assert not erased.wait(0.2), "the erasure has to wait"
        return make(self, count)

    monkeypatch.setattr(Keyring, "refill", slowly)
    eraser = threading.Thread(target=erase)
    eraser.start()
    refill(vault.keyring, vault.folders, 10)
    eraser.join(10)
    assert erased.is_set()
    assert vault.take().rid != rid


def test_a_disk_that_fills_up_while_a_vault_is_made_keeps_its_sheet_from_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> int:
        raise StorageFull("No room is left on the disk.")

    config, folders, clock = trial(), Folders(tmp_path / "data"), ManualClock()
    with monkeypatch.context() as small:
        small.setattr("appliance.keeper.first_run.create.publish_pool", full)
        sheet = create_vault(folders, config, OWNER, PASSWORD, clock, cost=CHEAP)
    assert reading_key(read_sheet(sheet.text))
    keeper = Keeper(config, folders, clock, cost=CHEAP, boot=BOOT)
    keeper.open()
    assert folders.pool.exists(), "filled as soon as there is room"
    keeper.close()
