"""Record calls with the recorder's own writer, and remember what was said."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from msgspec import structs

from appliance.clock import Clock, day_of
from appliance.config.folders import Folders
from appliance.model.audio import Sound
from appliance.model.records import RecordingMark
from appliance.recorder.line import build
from appliance.recorder.recording.tape import BLOCK, TapeStretch
from appliance.recorder.recording.writer import EndFile, Opened, Opening, Report, WithdrawOrder
from appliance.signals.pcm import through_alaw
from appliance.vault.disk import Disk
from appliance.vault.format import Ticket
from appliance.vault.origin import OriginKey
from appliance.vault.pool import Pool
from appliance.vault.seal import SealedFile
from appliance.vault.timed_disk import SlowSyncs
from tests.samples import META, RECEIPT, RULE


class SickDisk(Disk):
    """A disk that fails once, or for good."""

    def __init__(self) -> None:
        self.once = self.dead = False

    def write(self, fd: int, data: bytes | bytearray, offset: int) -> None:
        """Write, or fail with nothing written."""
        if self.once or self.dead:
            self.once = False
            raise OSError(5, "Input/output error")
        super().write(fd, data, offset)


@dataclass
class Part:
    """One file of a call, and the sound in it."""

    rid: str
    sound: list[Sound] = field(default_factory=list)
    final: bool = False  # it ends with FINAL


class Recorder:
    """The recorder's half of the vault, in one boot."""

    def __init__(self, folders: Folders, clock: Clock, boot: str) -> None:
        self.origin = OriginKey.new()
        self._folders = folders
        self._clock = clock
        self._boot = boot
        self.pool = Pool(folders.pool, folders.new)

    def begin(self, kept: dict[str, int], channels: int, seed: int) -> "RunningCall":
        """Begin to record a call: purpose -> days that it is kept for."""
        today = day_of(self._clock.now())
        call = secrets.token_hex(8)
        days = {purpose: today + length for purpose, length in kept.items()}
        meta = structs.replace(
            META,
            call=call,
            started_at=round(self._clock.now() - 21, 3),
            sides=("far", "near")[:channels] if channels == 2 else ("both",),
            purposes=tuple(kept),
            due_days=days,
        )
        uptime, longest = int(self._clock.monotonic()), max(kept.values())
        ticket = Ticket(max(days.values()), call, True, self._boot, uptime, longest)
        opening = Opening(meta, RECEIPT, RULE, ticket, channels)
        return RunningCall(self._writer, opening, seed)

    def _writer(
        self, create: Callable[[SealedFile], None], report: Callable[[Report], None]
    ) -> Any:
        shared = SimpleNamespace(
            folders=self._folders,
            pool=self.pool,
            origin=self.origin,
            clock=self._clock,
            syncs=SlowSyncs(self._clock.monotonic),
        )
        line = SimpleNamespace(name="Reception")
        writer = build._writer(cast(Any, shared), cast(Any, line), report)
        real = writer._create

        def made(*asked: Any) -> SealedFile:
            file = real(*asked)
            create(file)
            return file

        writer._create = made
        return writer


class RunningCall:
    """A call that is being recorded."""

    def __init__(self, writer: Callable[..., Any], opening: Opening, seed: int) -> None:
        self.parts: list[Part] = []
        self.reports: list[Report] = []
        self.ended: dict[str, int] = {}
        """Purpose that the caller ended -> the part in which that was."""
        self.paused = False
        self.purposes = opening.meta.purposes
        self.id = opening.meta.call
        self.channels = opening.channels
        self._disk = SickDisk()
        self._noise = np.random.default_rng(seed)
        self._at = 0
        self._writer = writer(self._made, self.reports.append)
        self._writer.order(opening)
        self._writer.settle()
        assert isinstance(self.reports[0], Opened), self.reports

    def _made(self, file: SealedFile) -> None:
        file._disk = self._disk
        self.parts.append(Part(file.rid))

    @property
    def _block(self) -> int:
        return BLOCK // self.channels

    def speak(self, blocks: int) -> None:
        """Say so many whole blocks; each is one frame."""
        for _ in range(blocks):
            shape = (self.channels, self._block)
            sound = self._noise.integers(-8000, 8000, shape, dtype=np.int16)
            heard = through_alaw(sound)
            self._writer.sound(TapeStretch(self._at, sound))
            self._writer.settle()
            # Only now: the block may have gone into another file.
            self._fill(self.parts[-1], self._at)
            self.parts[-1].sound.append(heard)
            self._at += self._block

    def _fill(self, part: Part, until: int) -> None:
        """Put silence where a part has none of the sound: positions count from the call's begin."""
        missing = until - sum(sound.shape[1] for sound in part.sound)
        if missing:
            part.sound.append(np.zeros((self.channels, missing), np.int16))

    def pause(self) -> None:
        """Say nothing for a block's time, between two marks."""
        self._mark("pause")
        self._at += self._block
        self._mark("resume")

    def end_purpose(self) -> None:
        """Let the caller withdraw one of several purposes."""
        purpose = next(one for one in self.purposes if one not in self.ended)
        self.ended[purpose] = len(self.parts) - 1
        self._order(RecordingMark(kind="withdrawn", sample=self._at, purposes=(purpose,)))

    def stumble(self) -> None:
        """Let the disk fail once: the call goes on in another file."""
        self._disk.once = True
        before = len(self.parts)
        self.speak(1)
        assert len(self.parts) == before + 1

    def hang_up(self) -> None:
        """End in order."""
        self._order(EndFile("hung_up"))
        self.parts[-1].final = True
        self.close()

    def cut(self) -> None:
        """End as a recorder does that is killed, or loses its disk: without a last frame."""
        self._disk.dead = True
        self._order(EndFile("hung_up"))
        self.close()

    def withdraw(self) -> None:
        """Let the caller change their mind about all of it."""
        self._order(WithdrawOrder())
        self.close()

    def close(self) -> None:
        """End the writer's thread."""
        self._writer.close()

    def _mark(self, kind: Any) -> None:
        self._order(RecordingMark(kind=kind, sample=self._at))

    def _order(self, order: Any) -> None:
        self._writer.order(order)
        self._writer.settle()
