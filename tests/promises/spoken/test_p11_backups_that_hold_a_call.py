"""P11: no backup holds a call for longer than its caller has heard."""

from itertools import product
from pathlib import Path

import pytest

from appliance.config.mistakes import MistakesFound
from tests.model.refusals import refuses
from tests.promises.spoken.backed_up import KINDS, PLANS, Device, tried
from tests.small.media import any_taken

DAYS = (0, 31)
"""Within which the office renews backups; 0: it has not answered."""

WALKS: dict[str, tuple[str, ...]] = {
    "no medium": ("call",),
    "one": ("bring 1", "call"),
    "two": ("bring 1", "call", "bring 2", "call", "call"),
    "two, and the first again": ("bring 1", "call", "bring 2", "call", "bring 1", "call"),
    "one of two taken off": ("bring 1", "call", "bring 2", "call", "destroy 1", "call"),
    "the answer taken out": ("bring 1", "call", "bring 2", "call", "take_back", "call"),
    "crossed out in the file": (
        *("bring 1", "call", "bring 2", "call", "cross_out", "call", "bring 1", "call"),
        *("bring 2", "call"),
    ),
    "taken out when one is left": (
        *("bring 1", "call", "bring 2", "call", "destroy 1", "take_back", "call"),
        *("bring 3", "call"),
    ),
}
"""Media that the device knows, and how it came to know them."""


@pytest.mark.parametrize(("plan", "kind"), [*product(PLANS, KINDS)])
def test_what_callers_hear_is_never_shorter_than_a_backup_may_hold_their_call(
    plan: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most: dict[int, int] = {}
    for days, name in product(DAYS, WALKS):
        if plan == "none" and "take_back" in WALKS[name]:
            continue  # the panel's settings are in force then, and the file ends nothing
        begins = "day" if plan == "none" else plan
        with any_taken():
            try:
                device = Device(tmp_path / f"{days} {name}", kind, begins, days, monkeypatch)
            except MistakesFound:
                assert (days, plan, kind == "server") == (0, "hand", False), "it is not begun with"
                continue
            for step in (*WALKS[name], *(["end", "call"] if plan == "none" else [])):
                tried(device, step)
                assert device.untrue() == [], (name, days, step)
            holders = [len(device.holders(each.rid)) for each in device.told]
            most[days] = max(most.get(days, 0), *holders)
            device.close()
    if plan == "none" and kind != "server":
        assert most == {0: 0, 31: 0}
    else:
        unanswered = {} if plan == "hand" and kind != "server" else {0: int(plan != "hand")}
        assert most == {**unanswered, 31: 2}, "a second one with an answer, none without"


@pytest.mark.parametrize("kind", KINDS)
def test_the_walk_finds_a_call_that_a_second_medium_holds_unsaid(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same eyes: a device that asks nobody is caught."""
    for where in ("subjects.backup.begun_unsaid", "handlers.sftp.left_unsaid"):
        monkeypatch.setattr(f"appliance.keeper.{where}", lambda *_, **__: False)
    with any_taken():
        device = Device(tmp_path / "open", kind, "day", 0, monkeypatch)
        tried(device, *WALKS["two"])
        assert device.untrue()
        device.close()


def test_a_refusal_leaves_the_server_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Device(tmp_path / "box", "server", "week", 0, monkeypatch)
    with any_taken():
        tried(device, "bring 1", "call")
        with refuses("backup_left"):
            device.bring(2)
        with refuses("backup_left"):
            device.end()
        tried(device, "call")
        assert [len(device.holders(each.rid)) for each in device.told] == [1, 1]
    device.close()
