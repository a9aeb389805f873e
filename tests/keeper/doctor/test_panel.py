"""The doctor on the way to the panel."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.clock import DAY
from appliance.config import haproxy
from appliance.config.certificate import OWN_DAYS, make_certificate
from appliance.config.settings import Panel
from appliance.keeper.doctor.panel import examine_panel
from tests.clocks import ManualClock
from tests.network.proxies import NOW


@pytest.fixture
def panel(tmp_path: Path) -> Panel:
    made = Panel(
        "192.168.1.20",
        names=("zgoda.lan",),
        certificate=str(tmp_path / "panel.pem"),
        key=str(tmp_path / "panel.key"),
    )
    make_certificate(made, NOW)
    return made


def found(panel: Panel, now: float = NOW) -> dict[str, str]:
    return {each.id: each.text for each in examine_panel(panel, ManualClock(now))}


def test_loopback_is_in_order() -> None:
    assert set(found(Panel())) == {"panel.loopback"}


def test_what_does_not_start_fails() -> None:
    assert "Name a certificate" in found(Panel("192.168.1.20"))["panel.refused"]
    nameless = Panel("::", certificate="/a.pem", key="/a.key")
    assert "Write the names" in found(nameless)["panel.refused"]


def test_tls_with_a_certificate_of_our_own(panel: Panel) -> None:
    told = found(panel)
    assert set(told) == {"panel.tls", "panel.own"}


@pytest.mark.parametrize(
    ("days", "id"),
    [
        (0, "panel.tls"),
        (OWN_DAYS - 32, "panel.tls"),
        (OWN_DAYS - 30, "panel.ends"),
        (OWN_DAYS - 2, "panel.ends"),
        (OWN_DAYS, "panel.ended"),
    ],
)
def test_the_end_of_a_certificate_is_told_in_time(panel: Panel, days: int, id: str) -> None:
    told = found(panel, NOW + days * DAY)
    assert set(told) == {id, "panel.own"}
    assert "2028-12-" in told[id] or "2029-0" in told[id]


def test_a_name_that_the_certificate_lacks_is_told(panel: Panel) -> None:
    told = found(replace(panel, names=("zgoda.lan", "other.lan")))
    assert "does not hold other.lan" in told["panel.names"]


def test_a_key_that_others_can_read_is_told(panel: Panel) -> None:
    Path(panel.key).chmod(0o640)
    assert panel.key in found(panel)["panel.open_key"]


@pytest.mark.parametrize("part", ["certificate", "key"])
def test_a_missing_file_is_told(panel: Panel, part: str) -> None:
    Path(getattr(panel, part)).unlink()
    assert "is missing" in found(panel)["panel.refused"]


def test_a_missing_haproxy_is_told(
    panel: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(haproxy, "FOLDERS", str(tmp_path))
    assert "apt install haproxy" in found(panel)["panel.no_proxy"]
