"""``[front]``: the pins of lamps and button."""

from collections.abc import Callable

from appliance.config.read import parse, trial

Mistakes = Callable[[str], list[tuple[str, str]]]


def test_front_has_pins_of_its_own(good: str) -> None:
    front = parse(good + "[front]\nred = 24\n").front
    assert front is not None
    assert (front.green, front.amber, front.red, front.button) == (17, 27, 24, 23)


def test_without_the_section_the_pins_are_left_alone() -> None:
    assert trial().front is None


def test_mistakes_are_told_together(good: str, mistakes: Mistakes) -> None:
    told = mistakes(good + "[front]\ngreen = 3\namber = 28\nred = 23\nbutton = 23\nblue = 4\n")

    assert told == [
        ("front.green", "range"),
        ("front.amber", "range"),
        ("front.red", "again"),
        ("front.button", "again"),
        ("front.blue", "unknown"),
    ]


def test_a_pin_that_a_default_has_is_told_where_it_stands(good: str, mistakes: Mistakes) -> None:
    assert mistakes(good + "[front]\nbutton = 27\n") == [("front.button", "again")]


def test_a_misspelt_section_is_told(good: str, mistakes: Mistakes) -> None:
    assert mistakes(good + "[fronts]\nred = 24\n") == [("fronts", "unknown_near")]
