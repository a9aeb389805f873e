"""Record calls that a fault or a change of party splits, with the recorder's own writer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from msgspec import structs

from appliance.clock import DAY, day_of
from appliance.config.folders import Folders
from appliance.model.audio import RATE, Sound
from appliance.model.records import CallMeta, RecordingMark
from appliance.recorder.recording.tape import TapeStretch
from appliance.recorder.recording.writer import EndFile, Opened, Opening, Report, Writer
from appliance.signals.pcm import through_alaw
from appliance.vault.format import Ticket
from appliance.vault.pool import Pool, PoolKey
from appliance.vault.seal import SealedFile, SealingKeys
from tests.keeper.office import START, speech
from tests.samples import ORIGIN, RECEIPT, RULE
from tests.vaults import FailingDisk

CALL = "c0ffee00c0ffee00"


@dataclass
class SplitCall:
    """One call on a line of a box; ``record`` may be called several times."""

    folders: Folders
    parts: Callable[[str], Sequence[str]] = lambda rid: (rid,)
    """Returns all recordings of a recording's call, as the keyring has them."""

    call: str = CALL
    started_at: float = START
    channels: int = 1
    disk: FailingDisk = field(default_factory=FailingDisk)
    reports: list[Report] = field(default_factory=list)
    sounds: list[tuple[float, Sound]] = field(default_factory=list)

    def record(
        self,
        at: float,
        seconds: float,
        *,
        purposes: tuple[tuple[str, int], ...] = (("training", 90),),
        fails_at: float | None = None,
        withdrawn: tuple[str, ...] = (),
        ended: str = "hung_up",
        channels: int = 0,
        day: int = 0,
    ) -> None:
        """Record from ``at`` seconds behind the off-hook; a write may fail once meanwhile.

        Args:
            at: when the first sample comes.
            seconds: of sound.
            purposes: each with the days that it keeps the recording.
            fails_at: seconds of sound after which a sync fails.
            withdrawn: purposes that the caller takes back at the end.
            ended: the reason.
            channels: other than the call's.
            day: days after the call's first one: past midnight.
        """
        channels = channels or self.channels
        pool = Pool(self.folders.pool, self.folders.new)
        keys = SealingKeys(pool.vault_id, pool.reading_key, ORIGIN)

        def create(key: PoolKey, ticket: Ticket, count: int) -> SealedFile:
            return SealedFile.create(self.folders.new, keys, key, ticket, count, disk=self.disk)

        writer = Writer("line", pool.take_key, create, _never, _never, self.reports.append)
        today = day_of(self.started_at) + day
        days = {purpose: today + kept for purpose, kept in purposes}
        longest = max(days.values())
        meta = CallMeta(
            call=self.call,
            line="Reception",
            direction="incoming",
            started_at=self.started_at,
            clock_ok=True,
            recording_at_ms=round(at * 1000),
            number="+48221234567",
            name="Anna Żółć",
            sides=("far", "near") if channels == 2 else ("both",),
            purposes=tuple(days),
            due_days=days,
        )
        ticket = Ticket(longest, self.call, True, "b00710", 100 + day * DAY, longest - today)
        receipt = structs.replace(RECEIPT, purposes=tuple(days))
        writer.order(Opening(meta, receipt, RULE, ticket, channels))
        sound = speech(seconds, channels, seed=len(self.sounds))
        self.sounds.append((at, through_alaw(sound)))
        for begin in range(0, sound.shape[1], RATE // 4):
            writer.settle()
            if fails_at is not None and begin >= fails_at * RATE:
                self.disk.fail("sync", once=True)
                fails_at = None
            assert writer.sound(TapeStretch(begin, sound[:, begin : begin + RATE // 4].copy()))
        if withdrawn:
            writer.order(RecordingMark(kind="withdrawn", sample=begin, purposes=withdrawn))
        writer.order(EndFile(ended))
        writer.close()
        self.disk.mend()

    @property
    def rids(self) -> list[str]:
        """Return the call's recordings that are on the disk and that the keeper knows."""
        opened = [one.rid for one in self.reports if isinstance(one, Opened)]
        return list(self.parts(opened[0]))

    def sound(self) -> Sound:
        """Return what a listener should hear: silence between the recordings."""
        begin = self.sounds[0][0]
        ends = [round((at - begin) * RATE) + sound.shape[1] for at, sound in self.sounds]
        channels = max(sound.shape[0] for _, sound in self.sounds)
        whole: Sound = np.zeros((channels, max(ends)), np.int16)
        for end, (_, sound) in zip(ends, self.sounds, strict=True):
            whole[:, end - sound.shape[1] : end] = sound
        return whole


def _never(_: object) -> None:
    raise AssertionError("nobody withdrew")
