"""Measure sealing: time for half a second of sound, and room for an hour of it."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from appliance.signals.pcm import encode_alaw, rms_of, to_sound
from appliance.vault.ahead import make
from appliance.vault.disk import Disk
from appliance.vault.format import AUDIO_BYTES, Ticket
from appliance.vault.opening.keys import new_secret, public_half, reading_key
from appliance.vault.pool import PoolKey
from appliance.vault.seal import SealedFile, SealingKeys
from benchmarks.row import Row
from tests.samples import META, ORIGIN, RECEIPT, RULE

FRAMES = 240  # two minutes of one channel
_RATE = 8000


class _Memory(Disk):
    """A disk that does not wait for the medium: only the sealing is left."""

    def sync(self, fd: int) -> None:
        """Do not wait."""

    def sync_all(self, fd: int) -> None:
        """Do not wait."""


def sealed(disk: Disk, folder: Path, channels: int) -> tuple[list[float], float]:
    """Seal two minutes; return the seconds each frame took, and bytes a second and channel."""
    secret = new_secret()
    ticket = Ticket(20_807, "00112233445566ff", clock_ok=True, boot_id="a1b2c3", uptime=77)
    key = PoolKey("ab" * 16, public_half(new_secret()))
    keys = SealingKeys(b"\x07" * 16, public_half(reading_key(secret)), ORIGIN)
    make(folder, [key.rid], disk)
    file = SealedFile.create(folder, keys, key, ticket, channels, disk=disk)
    file.begin(META, RECEIPT, RULE)
    noise = np.random.default_rng(1).normal(0, rms_of(-20), AUDIO_BYTES)
    codes = encode_alaw(to_sound(noise))
    step = AUDIO_BYTES // channels
    took = []
    for index in range(FRAMES):
        began = time.perf_counter()
        file.audio(index * step, codes)
        took.append(time.perf_counter() - began)
    file.close()
    size = sum(path.stat().st_size for path in folder.iterdir())
    return took, size / (FRAMES * step / _RATE) / channels


def rows() -> Iterator[Row]:
    """Measure on the disk that holds temporary files."""
    for name, disk in (("sealing alone", _Memory()), ("on this disk, fdatasync", Disk())):
        with TemporaryDirectory(prefix="zgoda-bench-", dir="/var/tmp") as place:
            took, _ = sealed(disk, Path(place), 1)
        worst = sorted(took)[int(len(took) * 0.99)]
        yield Row(
            f"seal 0.5 s of one channel: {name}",
            f"{statistics.median(took) * 1000:.2f} ms, 99th of 100 {worst * 1000:.2f} ms",
        )
    for channels in (1, 2):
        with TemporaryDirectory(prefix="zgoda-bench-") as place:
            _, rate = sealed(_Memory(), Path(place), channels)
        yield Row(
            f"storage for an hour and channel, {channels} channel{'s' * (channels - 1)}",
            f"{rate * 3600 / 1e6:.1f} MB",
            "≤ 30 MB",
            "published: FLAC 35 MB, WAV 58 MB",
            rate * 3600 / 1e6 <= 30,
        )
