"""Marks stand at the time of the sound at which they are, in order, each with its name."""

import re
from html import unescape

import pytest
from msgspec import structs

from appliance.model.audio import RATE
from appliance.model.records import RecordingMark
from tests.keeper.split_calls import SplitCall
from tests.web.conftest import Panel
from web.sound_marks import KINDS
from web.words.words import MARKS

ROW = re.compile(
    r'<li data-mark="(\w+)"><button[^>]* data-seek="([\d.]+)"[^>]*>[\d:]+</button> '
    r"<span[^>]*>(.*?)</span></li>",
    re.DOTALL,
)


def marks(panel: Panel, rid: str, name: str = "Lena Listener") -> list[tuple[str, float, str]]:
    page = panel.log_in(name).get(f"/calls/{rid}")
    assert page.status_code == 200
    rows = ROW.findall(page.text)
    return [(kind, float(at), unescape(said)) for kind, at, said in rows]


def mark(kind: str, seconds: float, lasts: float = 0.0, **said: tuple[str, ...]) -> RecordingMark:
    plain = RecordingMark(kind="pause", sample=round(seconds * RATE), samples=round(lasts * RATE))
    return structs.replace(plain, kind=kind, **said)


def test_every_kind_of_mark_has_a_drawing_and_a_name() -> None:
    assert set(KINDS) == set(MARKS)


def test_marks_come_in_the_order_of_the_sound_whatever_their_kind(panel: Panel) -> None:
    made = (
        mark("resume", 12.5),
        mark("pause", 8.25),
        mark("withdrawn", 17.0, purposes=("quality",)),
        mark("blank", 3.0, 0.18),
    )
    rid = panel.record(seconds=20, marks=made, ended="far_changed")
    assert marks(panel, rid) == [
        (
            "consent",
            0.0,
            "The caller agreed with key 1, 1.8 s before the recording began: "
            "szkolenia naszych pracowników, service quality checks",
        ),
        ("key", 3.0, "A key was made silent (0.2 s)"),
        ("pause", 8.25, "Recording paused"),
        ("pause", 12.5, "Recording went on"),
        ("withdrawn", 17.0, "Recording for a purpose ended: service quality checks"),
        ("party", 20.0, "Recording stopped: another party came on the line"),
    ]


def test_a_key_that_was_held_is_one_mark_and_two_keys_are_two(panel: Panel) -> None:
    held = (mark("blank", 1.0, 3.0), mark("blank", 4.0, 3.0), mark("blank", 1.0, 6.5))
    two = (mark("blank", 12.0, 0.2), mark("blank", 12.15, 0.2), mark("pause", 12.2))
    found = marks(panel, panel.record(seconds=20, marks=(*held, *two)))
    assert [at for kind, at, _ in found if kind == "key"] == [1.0, 12.0, 12.15]
    assert [at for kind, at, _ in found if kind == "pause"] == [12.2]
    assert "(6.5 s)" in found[1][2]


def test_each_recording_of_a_call_has_its_own_consent_on_the_time_of_the_call(
    panel: Panel,
) -> None:
    """Of three recordings one goes on after a fault: nobody was asked again for it."""
    call = SplitCall(panel.box.folders, started_at=panel.box.clock.now() - 60)
    call.record(16.0, 3.0, fails_at=1.5, ended="far_changed")
    call.record(27.4, 2.0)
    panel.box.keeper.take_up()
    found = marks(panel, call.rids[0])
    assert [(kind, at) for kind, at, _ in found] == [
        ("consent", 0.0),
        ("party", pytest.approx(3.0)),
        ("gap", pytest.approx(3.0)),
        ("consent", 11.4),
    ]
    assert "1.8 s before" in found[0][2]
    assert "13.2 s before" in found[3][2]  # the stand-in's receipt names one key
    assert found[2][2] == "Not recorded (8.4 s)"


def test_who_may_not_see_a_call_sees_no_mark(panel: Panel) -> None:
    rid = panel.record()
    for name in ("Otto Operator", "Adam Admin"):
        page = panel.log_in(name).get(f"/calls/{rid}")
        assert page.status_code == 403
        assert "data-mark" not in page.text
    assert len(marks(panel, rid, "Pola Officer")) == 2


@pytest.mark.parametrize("language", ["pl", "de"])
def test_marks_are_named_in_the_readers_language(panel: Panel, language: str) -> None:
    rid = panel.record()
    page = panel.log_in("Lena Listener").get(f"/calls/{rid}", Accept_Language=language).text
    assert {"pl": "1,8\u00a0s przed początkiem", "de": "1,8\u00a0s vor Beginn"}[language] in page
