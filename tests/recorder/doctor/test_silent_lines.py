"""Name each line whose lamp says that it asks nobody, by the words of the lamp's legend."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from msgspec import structs

from appliance.keeper.mail.words import ENGLISH
from appliance.model.lamps import Cause, Light, Sign, signs
from appliance.model.records import LineStatus
from appliance.model.sentences.lines import CAUSES, PASSING
from appliance.model.terms import Obstacle
from tests.model.lamps import EVERY_LINE
from tests.recorder.doctor.examining import Look, look_at

LINES = tuple(
    status
    for status in EVERY_LINE
    if status.state in {"idle", "unknown", "fault"}
    and not status.notice
    and not status.slow_sync_ms
)
"""A line that is called has the same obstacles as one that waits for its next caller."""


@pytest.fixture
def look(tmp_path: Path) -> Look:
    look = look_at(tmp_path)
    look.runs("idle")
    return look


def flash(status: LineStatus) -> Sign | None:
    """Return why the red lamp of a box with this line flashes; a slow disk is no line's."""
    found = [each for each in signs((status,)) if (each.lamp, each.light) == ("red", Light.WINK)]
    return found[0] if found and found[0].cause is not Cause.SLOW_DISK else None


def test_the_doctor_and_the_lamps_say_the_same_of_every_line(look: Look) -> None:
    running = look.running
    assert running is not None
    for status in LINES:
        look.running = replace(running, lines=(status,))
        told = [each for each in look.findings() if each.values.get("line") == "Reception"]
        loud = [each for each in told if each.level != "ok" and each.id.startswith("lines.")]
        why = flash(status)
        if why is None:
            assert not [each for each in loud if each.id != "lines.not_before"], status
            continue
        assert loud, status
        assert isinstance(why.cause, Obstacle | Cause)
        said = CAUSES[why.cause] % {"line": "Reception"}
        better = "lines.fault" in {each.id for each in loud}  # with what to look at
        assert better or said in {each.text for each in loud}, (status, loud)
        if why.cause not in PASSING | {Cause.NOT_AT_REST}:
            failing = [each.id.partition(".")[0] for each in loud if each.level == "fail"]
            assert failing, status
            assert set(failing) <= ENGLISH.subjects.keys(), "the mail names it"


def test_each_obstacle_of_a_line_alone_is_named_once(look: Look) -> None:
    running = look.running
    assert running is not None
    (status,) = running.lines
    for obstacle, state in product(Obstacle, ("idle", "fault")):
        now = structs.replace(status, obstacle=obstacle, state=state)
        look.running = replace(running, lines=(now,))
        texts = [each.text for each in look.findings() if each.values.get("line") == "Reception"]
        assert len(texts) == len(set(texts)), obstacle
