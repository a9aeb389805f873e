"""A trial's data folder never gets a real line, and one of real lines no simulated one."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.commands.call import place
from appliance.config.kept import Seed
from appliance.config.mistakes import Place
from appliance.config.read import parse, trial_text
from appliance.config.settings import Part
from appliance.exchange.script.files import named_scene
from appliance.keeper.settings.draft import rewritten
from appliance.keeper.settings.offline import settings_without_keeper
from appliance.link.requests.settings import Changed
from appliance.model.kind import Kind, begun_as, is_strange, kind_kept, kind_of
from tests.keeper.boxes import KeeperBox, set_up
from tests.keeper.chips import BOOT
from tests.keeper.settings.changing import Office
from tests.prompts.short import short_trial

EXCHANGE = {"driver": "exchange"}
SIMULATED = {"hook": EXCHANGE, "audio": EXCHANGE, "prompt": EXCHANGE}
SOUND = {"driver": "sound", "card": "LineTap"}
MODEM = {"driver": "modem", "port": "/dev/ttyACM0"}
ISDN = {"driver": "isdn", "transport": "kernel", "mode": "bridge", "network": "a", "terminal": "b"}
REAL: dict[str, dict[str, Any]] = {
    "monitor": {
        "hook": {"driver": "monitor", "dialect": "lm1", "port": "/dev/ttyACM0"},
        "audio": SOUND,
        "prompt": SOUND,
    },
    "modem": {"hook": MODEM, "audio": {**MODEM, "holds_line": True}, "prompt": MODEM},
    "isdn": {"hook": ISDN, "audio": {"driver": "isdn"}, "prompt": {"driver": "isdn"}},
}
HOOK: Place = ("line", 0, "hook", "driver")


def with_devices(text: str, devices: dict[str, Any]) -> str:
    """Return the trial's settings with other devices."""
    for role, part in devices.items():
        said = ", ".join(f"{key} = {_value(value)}" for key, value in part.items())
        text = "\n".join(
            f"{role} = {{ {said} }}" if line.startswith(f"{role} =") else line
            for line in text.splitlines()
        )
    return f"{text}\n"


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'


def opened(data: Path, seed: str) -> Iterator[Office]:
    made = set_up(data, seed_text=seed)
    yield Office(made, made.log_in())
    made.keeper.close()


@pytest.fixture(params=REAL)
def real(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    """A box that began with a real line."""
    yield from opened(tmp_path / "data", with_devices(trial_text(), REAL[request.param]))


def give(office: Office, devices: dict[str, Any]) -> Changed:
    """Give the line other devices, and confirm whatever has to be."""
    values = office.values()
    values["line"][0] |= devices
    told = office.change(values)
    return office.change(values, *(s.code for s in told.statements)) if told.statements else told


def mistakes(changed: Changed) -> list[tuple[Place, str]]:
    return [(each.place, each.code) for each in changed.mistakes]


def simulated_call(box: KeeperBox) -> None:
    config = replace(short_trial(), vault=box.config.vault)
    place(config, box.folders, box.clock, named_scene("agrees"))
    box.keeper.take_up()


def begun_call(box: KeeperBox) -> None:
    ahead = next(box.folders.new.iterdir())
    ahead.write_bytes(b"\0")  # as the recorder's first write


@pytest.mark.parametrize("way", REAL)
def test_a_trials_folder_refuses_a_real_line(office: Office, way: str) -> None:
    assert office.show().kind == kind_kept(office.box.folders) == "trial"
    assert mistakes(give(office, REAL[way])) == [(HOOK, "trial_stays")]
    assert office.show().version == 0
    assert give(office, {"hook": {"driver": "exchange", "modem": "conexant"}}).mistakes == ()


def test_a_real_lines_folder_refuses_the_exchange(real: Office) -> None:
    assert real.show().kind == kind_kept(real.box.folders) == "real"
    assert mistakes(give(real, SIMULATED)) == [(HOOK, "real_stays")]
    assert real.show().version == 0


def test_before_the_first_recording_a_fresh_box_may_be_either(fresh: Office) -> None:
    for devices in (REAL["monitor"], SIMULATED, REAL["isdn"], SIMULATED):
        assert give(fresh, devices).mistakes == ()
        assert fresh.show().kind == kind_kept(fresh.box.folders) == ""


def test_the_first_recording_decides(fresh: Office) -> None:
    simulated_call(fresh.box)
    assert mistakes(give(fresh, REAL["monitor"])) == [(HOOK, "trial_stays")]
    assert fresh.show().kind == kind_kept(fresh.box.folders) == "trial"


def test_a_call_that_is_still_being_recorded_decides_too(fresh: Office) -> None:
    begun_call(fresh.box)
    assert mistakes(give(fresh, REAL["monitor"])) == [(HOOK, "trial_stays")]


def test_what_was_recorded_on_a_real_line_decides(fresh: Office) -> None:
    assert give(fresh, REAL["monitor"]).mistakes == ()
    simulated_call(fresh.box)  # whatever it was: the line in force is real
    assert mistakes(give(fresh, SIMULATED)) == [(HOOK, "real_stays")]
    assert fresh.show().kind == "real"


def test_no_way_round_leads_to_a_real_line(fresh: Office) -> None:
    """An earlier version, the settings as text, a file for the keeper, a lost mark."""
    assert give(fresh, REAL["monitor"]).mistakes == ()
    wired = fresh.show().version
    text = fresh.text()
    assert give(fresh, SIMULATED).mistakes == ()
    simulated_call(fresh.box)
    assert mistakes(fresh.back(wired)) == [(HOOK, "trial_stays")]
    assert mistakes(fresh.write(text)) == [(HOOK, "trial_stays")]
    box = fresh.box
    for lost in (b"", b"real\n", b"trial", b"\xff" * 100, None):
        box.keeper.close()
        box.folders.kind.unlink() if lost is None else box.folders.kind.write_bytes(lost)
        with settings_without_keeper(box.folders, box.seed, box.clock, boot=BOOT) as book:
            found = book.checked(text).mistakes
        assert [(each.place, each.code) for each in found] == [(HOOK, "trial_stays")]
        box.restart()
        assert kind_kept(box.folders) == "trial"
        assert box.folders.kind.read_bytes() == b"trial\n"


def test_a_restart_decides_nothing_new(office: Office) -> None:
    office.box.restart()
    token = office.box.log_in()
    assert Office(office.box, token).show().kind == "trial"


LINES = {"simulated": SIMULATED, **REAL}


@pytest.mark.parametrize(("first", "second"), [*itertools.product(LINES, repeat=2)])
def test_simulated_and_real_lines_are_never_on_one_box(
    fresh: Office, first: str, second: str
) -> None:
    values = fresh.values()
    hall = {**values["line"][0], "name": "Hall", **LINES[second]}
    values["line"][0] |= LINES[first]
    values["line"].append(hall)
    found = mistakes(fresh.change(values))
    wanted = [
        (("line", index, "hook", "driver"), "simulated_beside")
        for index, name in enumerate((first, second))
        if name == "simulated" and {first, second} != {"simulated"}
    ]
    assert [each for each in found if each[1] == "simulated_beside"] == wanted


@pytest.mark.parametrize("first", [SIMULATED, REAL["monitor"]], ids=["trial", "real"])
@pytest.mark.parametrize("role", ["hook", "audio", "prompt"])
def test_half_a_simulated_line_is_no_second_mistake(
    fresh: Office, role: str, first: dict[str, Any]
) -> None:
    assert give(fresh, first).mistakes == ()
    begun_call(fresh.box)  # from now on the folder is of the line's kind
    other = REAL["monitor"] if first is SIMULATED else SIMULATED
    found = mistakes(give(fresh, {**first, role: other[role]}))
    assert {code for _, code in found} == {"half_simulated"}


KINDS: tuple[Kind, ...] = ("", "trial", "real")


def test_what_a_kind_refuses() -> None:
    config = parse(trial_text())
    (simulated,) = config.lines
    (wired,) = parse(with_devices(trial_text(), REAL["modem"])).lines
    none = replace(simulated, hook=Part(""), audio=Part(""), prompt=Part(""))
    refused = {
        (kind, name): is_strange(line, kind)
        for kind in KINDS
        for name, line in (("simulated", simulated), ("wired", wired), ("none", none))
    }
    assert {each for each, no in refused.items() if no} == {
        ("trial", "wired"),
        ("real", "simulated"),
    }
    assert [line.real for line in (simulated, wired, none)] == [False, True, False]
    assert kind_of(replace(config, lines=(none,))) == kind_of(replace(config, lines=())) == ""
    assert (begun_as(config), begun_as(replace(config, fresh=True))) == ("trial", "")


def test_settings_are_taken_into_a_new_folder(office: Office, tmp_path: Path) -> None:
    """What ``zgoda settings take`` prints begins a folder in which a real line may be chosen."""
    simulated_call(office.box)
    now = office.show()
    taken = rewritten(now.text, {"fresh": True, **now.values})
    assert Seed("taken", taken).config() == replace(office.box.seed.config(), fresh=True)
    for other in opened(tmp_path / "other", taken):
        assert other.show().kind == ""
        assert give(other, REAL["monitor"]).mistakes == ()
