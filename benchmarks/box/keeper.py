"""Measure an hour's recording: play it from anywhere, hand it over."""

from appliance.keeper.reading.timeline import PlaceInCall
from appliance.keeper.reading.wav import Wav
from benchmarks.box.keeper_material import Vault, facts, long_recording, vault
from benchmarks.box.timing import median_ms, times_ms
from benchmarks.row import Row
from tests.proofs import proof_of

HOUR = 3600


def rows() -> list[Row]:
    """Measure everything; takes some seconds."""
    with vault() as made:
        made.reading.adopt(proof_of(made.reading_key))
        return _hour(made)


def _hour(made: Vault) -> list[Row]:
    rid = long_recording(made, HOUR)
    path = made.folders.recordings / rid
    size, known = path.stat().st_size / 1e6, facts(path)
    summary = made.reading.summary(rid)
    wav = Wav(summary.channels, summary.samples)
    places = iter(range(0, wav.total - 65_536, wav.total // 41))

    def play() -> None:
        """Open the recording afresh and play 64 KiB, four seconds, from another place each time."""
        made.reading.close_recordings([rid])
        span = wav.span(next(places), 65_536)
        made.reading.sound(rid, known, span.start, span.count)

    first = max(times_ms(play, 40))

    def export() -> None:
        number, last = (
            made.reading.begin_export([(rid, PlaceInCall(0, None), known)], "flac").export,
            False,
        )
        while not last:
            last, _ = made.reading.next_piece(number)

    exported = median_ms(export, 1) / 1000
    return [
        Row(
            "first audio anywhere in 1 h, worst of 40",
            f"{first:.1f} ms",
            "≤ 100 ms",
            met=first <= 100,
        ),
        Row("a recorded hour of one channel", f"{size:.1f} MB", "≤ 30 MB", met=size <= 30),
        Row("export of 1 h to FLAC", f"{exported:.1f} s"),
    ]
