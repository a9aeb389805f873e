"""A vouch is for one line: its number and what it hears by, whatever it is called."""

from dataclasses import replace

import pytest

from appliance.config.read import parse
from appliance.config.settings import Line
from appliance.keeper.recordings.speakers.vouches import ENDED, line_digest
from tests.config.offices import REAL
from tests.keeper.boxes import KeeperBox
from tests.keeper.recordings.speakers.asked import LINE, add, shown, told, vouch
from tests.keeper.settings.changing import Office


def lines(text: str) -> tuple[Line, ...]:
    return parse(text).lines


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("22 123 45 67", "22 123 45 99"),
        ("usb-a", "usb-b"),
        ('"LineTap"', '"OtherTap"'),
        ("/dev/ttyACM0", "/dev/ttyACM1"),
    ],
)
def test_another_number_or_device_is_another_line(old: str, new: str) -> None:
    before = [line_digest(line) for line in lines(REAL)]
    after = [line_digest(line) for line in lines(REAL.replace(old, new))]
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "Reception"', 'name = "Empfang"'),
        ("22 123 45 67", "+48221234567"),
        ("rate = 44100, ", ""),
        ('choices = { "1" =', 'choices = { "3" ='),
        ('language = "en"\nhook', 'language = "pl"\nhook'),
    ],
)
def test_what_is_said_and_how_well_is_heard_is_the_same_line(old: str, new: str) -> None:
    assert old in REAL
    before = [line_digest(line) for line in lines(REAL)]
    assert [line_digest(line) for line in lines(REAL.replace(old, new))] == before


def test_no_two_lines_are_one() -> None:
    both = [line_digest(line) for line in lines(REAL)]
    assert len(set(both)) == len(both)


@pytest.mark.parametrize("way", ["swapped", "taken over", "number", "reordered", "added"])
def test_a_name_that_another_line_had_vouches_for_nobody(
    box: KeeperBox, token: str, way: str
) -> None:
    office = Office(box, token)
    values = office.values()
    values["line"].append(values["line"][0] | {"name": "Lager", "number": "+493012345678"})
    assert office.change(values).mistakes == ()
    add(box, token, "Anna")
    vouch(box, token)
    one, other = values["line"]
    match way:
        case "swapped":
            one["name"], other["name"] = other["name"], one["name"]
        case "taken over":
            values["line"] = [other | {"name": LINE}]
        case "number":
            one["number"], other["number"] = other["number"], "+493012345679"
        case "reordered":
            values["line"] = [other, one]
        case "added":
            values["line"].append(one | {"name": "Keller", "number": "+493012345679"})
    assert office.change(values).mistakes == ()
    assert told(box) == ({LINE: 1} if way in {"reordered", "added"} else {})


@pytest.mark.parametrize("way", ["swapped", "number", "driver", "reordered", "words"])
def test_lines_that_changed_while_the_keeper_was_away(box: KeeperBox, token: str, way: str) -> None:
    """What a line was stands beside what was vouched for: no memory is needed to see it change."""
    (one,) = box.config.lines
    two = replace(one, name="Lager", number="+493012345678")
    box.config = replace(box.config, lines=(one, two))
    box.restart()
    token = box.log_in()
    add(box, token, "Anna")
    vouch(box, token)
    hook = replace(one.hook, driver="null")
    lines = {
        "swapped": (replace(one, name=two.name), replace(two, name=one.name)),
        "number": (replace(one, number="+493012345679"), two),
        "driver": (replace(one, hook=hook), two),
        "reordered": (two, one),
        "words": (replace(one, records_from="2026-01-01"), two),
    }
    box.config = replace(box.config, lines=lines[way])
    box.restart()
    stays = way in {"reordered", "words"}
    assert told(box) == ({LINE: 1} if stays else {})
    assert shown(box, box.log_in()).state == ("vouched" if stays else "open")
    assert box.acts().count(ENDED) == (0 if stays else 1)
