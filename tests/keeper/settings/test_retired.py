"""A setting of earlier versions: read, without effect, told, and never written anew."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.config.kept import in_force
from appliance.config.mistakes import Place
from appliance.config.read import trial_text
from appliance.config.settings import Panel
from appliance.link.requests.doctor import Examine
from appliance.link.requests.settings import Changed, GetPanelPart, ShowVersion
from tests.keeper.boxes import KeeperBox, set_up
from tests.keeper.settings.changing import Office, plain

LINE = "allow_unencrypted = true"
PLACE: Place = ("panel", "allow_unencrypted")
TLS = {"certificate": "/etc/zgoda/tls/box.pem", "key": "/etc/zgoda/tls/box.key"}


def old_box(data: Path, host: str) -> KeeperBox:
    """Set up a box whose configuration an earlier version took."""
    panel = f'\n[panel]\nhost = "{host}"\n{LINE}\n'
    return set_up(data, seed_text=f"{trial_text()}\n[vault]\npool_ahead = 16\n{panel}")


@pytest.fixture
def open_box(tmp_path: Path) -> Iterator[KeeperBox]:
    """A box whose panel was open to its network in clear."""
    made = old_box(tmp_path / "data", "192.168.1.20")
    yield made
    made.keeper.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Somebody whose panel listens on loopback, with the same word in its settings."""
    made = old_box(tmp_path / "loopback", "127.0.0.1")
    yield Office(made, made.log_in())
    made.keeper.close()


def told(office: Office) -> set[str]:
    return {each.id for each in office.box.ask(Examine(), office.token).found}


def mistakes(changed: Changed) -> list[tuple[Place, str]]:
    return [(each.place, each.code) for each in changed.mistakes]


def secured(values: dict[str, Any]) -> dict[str, Any]:
    """Return values with a certificate in place of the former word."""
    del values["panel"]["allow_unencrypted"]
    values["panel"] |= TLS
    return values


def test_recorder_and_keeper_go_on_and_the_doctor_says_what_the_panel_lacks(
    open_box: KeeperBox,
) -> None:
    office = Office(open_box, open_box.log_in())
    assert in_force(open_box.folders, open_box.seed).config.panel == Panel("192.168.1.20")
    assert open_box.ask(GetPanelPart()).host == "192.168.1.20"
    assert office.show().problem == ()
    assert {"configuration.retired", "panel.refused"} <= told(office)


def test_a_certificate_in_its_place_mends_it_and_the_old_version_can_be_read(
    open_box: KeeperBox,
) -> None:
    office = Office(open_box, open_box.log_in())
    assert office.change(secured(office.values())).version == 2
    assert "configuration.retired" not in told(office)
    assert LINE in open_box.ask(ShowVersion(1), office.token).text
    shown = open_box.ask(ShowVersion(2), office.token)
    assert PLACE in {each.place for each in shown.differences}
    open_box.restart()
    again = Office(open_box, open_box.log_in())
    assert LINE in open_box.ask(ShowVersion(1), again.token).text
    assert (PLACE, "retired") in mistakes(again.back(1))
    assert again.show().version == 2


def test_other_settings_can_be_changed_while_it_stands_there(office: Office) -> None:
    assert office.pause(5).version == 2
    assert plain(office.text())["panel"]["allow_unencrypted"] is True
    assert told(office) & {"configuration.retired", "panel.loopback"} == {
        "configuration.retired",
        "panel.loopback",
    }


@pytest.mark.parametrize("value", [True, False, "yes"])
def test_nobody_writes_it_anew(office: Office, value: object) -> None:
    assert office.change(secured(office.values())).version == 2
    values = office.values()
    values["panel"]["allow_unencrypted"] = value
    assert mistakes(office.change(values)) == [(PLACE, "retired")]
    assert mistakes(office.write(office.text().replace("[panel]", f"[panel]\n{LINE}"))) == [
        (PLACE, "retired")
    ]
    assert office.show().version == 2
