"""Say what stands in the way of a grade, for each kind of line."""

from dataclasses import replace

import pytest
from msgspec import structs

from appliance.config.read import trial
from appliance.config.settings import Line, LineKind, Part
from appliance.model.audio import Sides
from appliance.model.findings import find
from appliance.recorder.calibration.grading import grade
from appliance.recorder.doctor.grade import CalibrationWorth, asks_for_consent, in_the_way
from appliance.recorder.watch.verdicts import check_found, condition_found
from appliance.signals.condition import ChannelCondition
from appliance.signals.round_trip import RoundTrip
from tests.signals.side.test_fingerprint import WHOLE

SOUND = Part("sound", {"card": "LineTap"})
STEREO = Part("sound", {"card": "LineTap", "sides": "voltage/current"})
MODEM = Part("modem", {"port": "/dev/serial/by-id/usb-x"})
TAP = Part("isdn", {"transport": "l1oip", "mode": "tap"})
BRIDGE = Part("isdn", {"transport": "l1oip", "mode": "bridge"})

WELL = ChannelCondition(
    dbm0=-60.0,
    headroom_db=50.0,
    hum_dbm0=-99.0,
    hum_hz=0,
    hum_percent=0.0,
    offset_percent=0.0,
    clipped=0,
)


def line(audio: Part = SOUND, hook: Part | None = None, prompt: Part | None = None) -> Line:
    first = trial().lines[0]
    return replace(first, hook=hook or audio, audio=audio, prompt=prompt or audio)


def ids(of: Line, earned: CalibrationWorth, *measured: str) -> list[str]:
    spoils = [find(each, line="Reception") for each in measured]
    return [each.id for each in in_the_way(of, earned, spoils)]


def test_nothing_stands_in_the_way_only_of_sound_that_was_measured() -> None:
    of = line(STEREO)
    assert [each.id for each in in_the_way(of, CalibrationWorth("A"), heard=False)] == [
        "grade.by_devices"
    ]


@pytest.mark.parametrize(
    ("of", "earned", "told"),
    [
        (line(STEREO), CalibrationWorth("A"), ["grade.best"]),
        (line(STEREO), CalibrationWorth("A", turned=True), ["grade.turned"]),
        (line(BRIDGE), CalibrationWorth("A"), ["grade.best"]),
        (line(TAP), CalibrationWorth("A"), ["grade.cannot_speak"]),
        (line(), CalibrationWorth(), ["grade.one_signal", "grade.not_calibrated"]),
        (line(), CalibrationWorth("B", True), ["grade.enrolled", "grade.one_signal"]),
        (line(MODEM), CalibrationWorth(), ["grade.modem_alone", "grade.not_calibrated"]),
        (line(SOUND, hook=MODEM), CalibrationWorth(), ["grade.one_signal", "grade.not_calibrated"]),
    ],
)
def test_devices_and_calibration_say_what_is_missing(
    of: Line, earned: CalibrationWorth, told: list[str]
) -> None:
    assert ids(of, earned) == told


def test_a_calibration_that_lacks_something_says_what_in_numbers() -> None:
    verdict = grade(structs.replace(WHOLE, far=WHOLE.far[:1]), "Reception")
    found = in_the_way(line(), CalibrationWorth("none", True, verdict.lacks))
    assert "Reception: calibration calls from outside, 1 of 3; each with 4 keys or more." in [
        each.text for each in found
    ]
    assert "grade.not_calibrated" not in {each.id for each in found}


def test_a_modem_alone_is_never_a_whatever_it_earned() -> None:
    assert "grade.best" not in ids(line(MODEM), CalibrationWorth("B", True))
    assert "grade.modem_alone" in ids(line(MODEM), CalibrationWorth("B", True))


def test_what_is_wrong_with_the_sound_spoils_any_grade() -> None:
    assert ids(line(STEREO), CalibrationWorth("A"), "sound.alike") == ["sound.alike"]
    spoilt = ids(line(), CalibrationWorth("B", True), "sound.alike")
    assert spoilt == ["grade.one_signal", "sound.alike"]


def test_only_a_phone_line_that_asks_for_consent_needs_a_grade() -> None:
    config = trial()
    first = config.lines[0]
    assert asks_for_consent(config, first)
    assert not asks_for_consent(config, replace(first, purposes=()))
    assert not asks_for_consent(config, replace(first, kind=LineKind.FAX))


BOTH: Sides = ("both",)
TWO: Sides = ("voltage", "current")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"dbm0": -99.0}, ["sound.nothing"]),
        ({"clipped": 7}, []),
        ({"clipped": 8}, ["sound.clips"]),
        ({"hum_dbm0": -41.0, "hum_hz": 50}, []),
        ({"hum_dbm0": -28.0, "hum_hz": 60}, ["sound.hums"]),
        ({"offset_percent": -2.5}, ["sound.offset"]),
        ({"offset_percent": 1.9}, []),
    ],
)
def test_figures_become_findings(changes: dict[str, float], told: list[str]) -> None:
    measured = replace(WELL, **changes)  # type: ignore[arg-type] # figures of the table
    found = condition_found(line(), BOTH, (measured,), alike=False)
    assert [each.id for each in found] == told
    both = condition_found(line(STEREO), TWO, (WELL, measured), alike=False)
    assert [each.values["channel"] for each in both] == ["current"] * len(told)


def test_one_signal_on_two_channels_is_told_where_two_are_wanted() -> None:
    assert [each.id for each in condition_found(line(STEREO), TWO, (WELL, WELL), alike=True)] == [
        "sound.alike"
    ]


def test_a_digital_line_may_be_silent() -> None:
    sides: Sides = ("far", "near")
    silent = replace(WELL, dbm0=-99.0)
    assert condition_found(line(BRIDGE), sides, (silent, silent), alike=False) == ()


def test_before_a_second_was_heard_nothing_is_found() -> None:
    assert condition_found(line(), BOTH, (), alike=False) == ()


def trip(*dbm0: float, pilot: tuple[float, ...] = (-12.0,) * 4) -> RoundTrip:
    return RoundTrip(640, dbm0, pilot, disturbed=False)


@pytest.mark.parametrize(
    ("came", "expected_db", "told"),
    [
        (trip(-30.0, -10.0, -30.0, -20.0), 0.0, ["sound.tones_back"]),
        (trip(-30.0, -10.5, -30.2, -20.4), 0.0, ["sound.tones_back"]),
        (trip(-30.0, -14.0, -30.0, -21.0), 0.0, ["sound.controls_gain"]),
        (trip(-30.0, -10.0, -33.0, -20.0), 0.0, ["sound.controls_gain"]),
        (
            trip(-30.0, -10.0, -30.0, -20.0, pilot=(-12.0, -16.0, -12.0, -13.0)),
            0.0,
            ["sound.controls_gain"],
        ),
        (trip(-38.0, -18.0, -38.0, -28.0), 0.0, ["sound.tones_back", "sound.speaks_off"]),
        (trip(-38.0, -18.0, -38.0, -28.0), -6.0, ["sound.tones_back"]),
    ],
)
def test_what_came_back_becomes_findings(
    came: RoundTrip, expected_db: float, told: list[str]
) -> None:
    assert [each.id for each in check_found("Reception", came, expected_db)] == told
