"""Parts of a call lie one behind the other on its time, whatever their META says."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.keeper.reading.timeline import PlaceInCall, Timeline, TimelineRecording, lay_out
from appliance.model.audio import RATE
from appliance.vault.format import MOST_SAMPLES

A, B, C = "aa" * 16, "bb" * 16, "cc" * 16


def part(rid: str, at_ms: int, samples: int, before: str | None = None) -> TimelineRecording:
    return TimelineRecording(rid, PlaceInCall(at_ms, before), samples, 1)


def shape(line: Timeline) -> list[tuple[int, int, int]]:
    return [(one.begins, one.skip, one.samples) for one in line.parts]


def test_the_first_part_begins_the_call() -> None:
    line = lay_out([part(A, 8000, 800)])
    assert shape(line) == [(0, 0, 800)]
    assert (line.samples, line.gaps) == (800, ())


def test_a_gap_is_as_long_as_it_was() -> None:
    line = lay_out([part(A, 8000, RATE), part(B, 12_500, RATE)])
    assert shape(line) == [(0, 0, RATE), (round(4.5 * RATE), 0, RATE)]
    assert line.gaps == ((RATE, round(3.5 * RATE)),)


def test_a_continuation_leaves_out_what_the_part_before_has() -> None:
    line = lay_out([part(A, 8000, 800), part(B, 8000, 2000, A), part(C, 8000, 2400, B)])
    assert shape(line) == [(0, 0, 800), (800, 800, 1200), (2000, 2000, 400)]
    assert line.gaps == ()


def test_a_continuation_of_a_part_that_is_gone_stands_by_itself() -> None:
    assert shape(lay_out([part(B, 8000, 2000, A)])) == [(0, 0, 2000)]


def test_what_overlaps_or_lies_too_far_comes_right_behind() -> None:
    line = lay_out([part(A, 8000, 800), part(B, 0, 800), part(C, 2**31 - 1, 800)])
    assert shape(line) == [(0, 0, 800), (800, 0, 800), (1600, 0, 800)]


RECORDED = st.builds(
    TimelineRecording,
    st.sampled_from([A, B, C]),
    st.builds(
        PlaceInCall, st.integers(-(2**31), 2**31 - 1), st.sampled_from([None, A, B, C, "dd" * 16])
    ),
    st.integers(0, MOST_SAMPLES),
    st.integers(1, 2),
)


@given(st.lists(RECORDED, min_size=1, max_size=8, unique_by=lambda one: one.recording))
def test_no_meta_makes_a_call_that_cannot_be(recorded: list[TimelineRecording]) -> None:
    line = lay_out(recorded)
    end = 0
    for one, told in zip(line.parts, recorded, strict=True):
        assert one.begins >= end
        assert 0 <= one.skip <= told.samples
        assert 0 <= one.skip + one.samples <= told.samples
        end = one.end
    assert line.samples == end <= MOST_SAMPLES
    start, count = end // 3, end - end // 3
    pieces = list(line.stretches(start, count))
    assert sum(piece.count for piece in pieces) == count
    assert all(piece.count > 0 for piece in pieces)
    for piece in pieces:
        if piece.part is not None:
            last = piece.part.skip + piece.part.samples
            assert piece.part.skip <= piece.sample <= piece.sample + piece.count <= last
