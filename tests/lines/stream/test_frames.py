"""Cut what a card gives into frames and gaps, the machine's clock moved by hand."""

import numpy as np
import pytest

from appliance.lines.base import HookEvent
from appliance.lines.stream.clock import SoundClock
from appliance.lines.stream.frames import CapturedBlock, Frames
from appliance.lines.stream.output import Output
from appliance.model.audio import FRAME, RATE, AudioFrame
from appliance.model.events import Gap

CARD_RATE = 48000
BLOCK = CARD_RATE // 50
BLOCK_SECONDS = 0.02

Item = AudioFrame | Gap | HookEvent


def heard(count: int) -> CapturedBlock:
    """Return 20 ms, both channels of which tell which 20 ms they are."""
    sound = np.full((2, BLOCK), float(100 + count), np.float32)
    return CapturedBlock(np.stack((sound[0], -sound[1])), 0)


def taken(pause_at: int, pause: float) -> list[Item]:
    """Let two seconds be read of a card that gives nothing for a while."""
    frames = Frames("line", ("voltage", "current"), CARD_RATE, SoundClock(0.0), Output())
    items: list[Item] = []
    frames.begin(heard(0), 1.0, 0)
    for count in range(100):
        now = 1.0 + count * BLOCK_SECONDS + (pause if count >= pause_at else 0.0)
        frames.deliver_frames(heard(count), now, items.append)
    frames.finish(items.append)
    return items


def test_sound_that_was_lost_is_one_gap_between_frames_that_follow_each_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    items = taken(50, 0.3)
    (gap,) = [item for item in items if isinstance(item, Gap)]
    ms = gap.count * 1000 // RATE
    lost = f"line line: {ms} ms of sound were lost; the card ran dry 0 times"
    assert [record.getMessage() for record in caplog.records] == [lost]
    place = items[0].sample
    for item in items:
        assert item.sample == place
        place += item.count if isinstance(item, Gap) else FRAME

    # The part of a frame before it goes with it.
    assert 0.3 * RATE - 0.005 * RATE <= gap.count <= 0.3 * RATE + FRAME + 0.005 * RATE
    assert abs(place - items[0].sample - (2.0 + 0.3) * RATE) <= 2 * FRAME


def test_a_card_that_runs_dry_again_and_again_is_told_once_in_a_while(
    caplog: pytest.LogCaptureFixture,
) -> None:
    output = Output()
    frames = Frames("line", ("voltage", "current"), CARD_RATE, SoundClock(0.0), output)
    frames.begin(heard(0), 1.0, 0)
    for count in range(150):
        output.ran_dry()
        frames.deliver_frames(heard(count), 1.0 + count * BLOCK_SECONDS, lambda item: None)
    said = "line line: 0 ms of sound were lost; the card ran dry {} times"
    assert [one.getMessage() for one in caplog.records][:2] == [said.format(1), said.format(100)]


def test_what_is_read_after_a_gap_stands_where_it_sounded() -> None:
    items = taken(50, 0.3)
    after = items[items.index(next(item for item in items if isinstance(item, Gap))) + 1]
    assert isinstance(after, AudioFrame)
    count = float(np.median(after.sound[0])) - 100
    assert count > 50
    assert abs(after.sample - items[0].sample - count * FRAME - 0.3 * RATE) <= FRAME
    assert (after.sound[1] == -after.sound[0]).all()


def test_without_a_loss_there_is_no_gap() -> None:
    items = taken(50, 0.0)
    assert all(isinstance(item, AudioFrame) for item in items)
    assert len(items) >= 98
