"""Choose the pins in code, without gpiozero's trying one factory after the other."""

import builtins
import sys
import types
from pathlib import Path
from typing import Any

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory

from appliance.errors import LineError
from appliance.lines.plugged.gpio import PinChip
from appliance.recorder.front.pins import choose_pins

HEADER = PinChip(Path("/dev/gpiochip4"), "pinctrl-rp1", 54)


def test_off_a_pi_the_pins_are_mock_ones_and_nothing_global_is_set(tmp_path: Path) -> None:
    factory = choose_pins(tmp_path, lambda: None)
    assert type(factory) is MockFactory
    gpiozero.LED(17, pin_factory=factory).close()
    assert gpiozero.Device.pin_factory is None


def test_on_a_pi_the_headers_chip_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = types.ModuleType("gpiozero.pins.lgpio")
    module.LGPIOFactory = lambda chip: ("lgpio", chip)
    monkeypatch.setitem(sys.modules, "gpiozero.pins.lgpio", module)
    monkeypatch.delenv("LG_WD", raising=False)
    monkeypatch.setenv("LG_WD", "")
    monkeypatch.delenv("LG_WD")
    assert choose_pins(tmp_path, lambda: HEADER) == ("lgpio", 4)
    assert sys.modules["os"].environ["LG_WD"] == str(tmp_path)


def test_pins_without_their_library_are_a_fault_not_a_mock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "gpiozero.pins.lgpio":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setenv("LG_WD", "/tmp")
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(LineError, match="need lgpio: pip install"):
        choose_pins(tmp_path, lambda: HEADER)


def test_pins_that_may_not_be_looked_at_are_a_fault(tmp_path: Path) -> None:
    def find() -> PinChip | None:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(LineError, match="group gpio"):
        choose_pins(tmp_path, find)
