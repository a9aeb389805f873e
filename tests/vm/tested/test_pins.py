"""Read lamps and press a button where a folder stands for gpio-sim."""

from pathlib import Path

import pytest

from tests.vm.far.pins import BUTTON, LAMPS, Pins, Span
from tests.vm.test_pins import blinks, steady


@pytest.fixture
def chip(tmp_path: Path) -> Path:
    folder = tmp_path / "gpio-sim.0" / "gpiochip0"
    for pin in (*LAMPS.values(), BUTTON):
        (folder / f"sim_gpio{pin}").mkdir(parents=True)
        (folder / f"sim_gpio{pin}" / "value").write_text("0\n", "ascii")
        (folder / f"sim_gpio{pin}" / "pull").write_text("pull-up\n", "ascii")
    return folder


def test_a_lamp_is_lit_where_its_pin_is_high(chip: Path, tmp_path: Path) -> None:
    (chip / "sim_gpio22" / "value").write_text("1\n", "ascii")

    assert Pins(tmp_path).lamps() == {"green": False, "amber": False, "red": True}


def test_a_press_ends_with_the_button_released(chip: Path, tmp_path: Path) -> None:
    Pins(tmp_path).press(seconds=0.0)

    assert (chip / f"sim_gpio{BUTTON}" / "pull").read_text("ascii") == "pull-up"


def test_a_lamp_that_does_not_change_was_steady(chip: Path, tmp_path: Path) -> None:
    seen = Pins(tmp_path).watch(0.0)

    assert steady(seen["green"], False)
    assert not steady(seen["green"], True)


def test_blinking_is_every_half_second_and_nothing_else() -> None:
    def spans(*seconds: float) -> list[Span]:
        return [Span(number % 2 == 0, each) for number, each in enumerate(seconds)]

    assert blinks(spans(0.1, 0.5, 0.52, 0.49, 0.3))
    assert not blinks(spans(0.1, 0.5, 0.2, 0.5, 0.3))
    assert not blinks(spans(0.1, 0.5, 0.3))
