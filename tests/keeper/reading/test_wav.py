"""Test that every range equals that of a real WAV file."""

import io
import wave

from hypothesis import given
from hypothesis import strategies as st

from appliance.keeper.reading.wav import HEADER, Wav


def real(channels: int, samples: int) -> bytes:
    body = bytes(n % 251 for n in range(channels * samples * 2))
    return Wav(channels, samples).header() + body


@given(
    channels=st.sampled_from([1, 2]),
    samples=st.integers(0, 300),
    start=st.integers(0, 1300),
    length=st.integers(0, 1300),
)
def test_every_range_is_that_of_the_real_file(
    channels: int, samples: int, start: int, length: int
) -> None:
    whole = real(channels, samples)
    span = Wav(channels, samples).span(start, length)
    block = 2 * channels
    read = whole[HEADER:][span.start * block : (span.start + span.count) * block]
    assert span.header + read[span.skip :][: span.length] == whole[start : start + length]
    assert span.start + span.count <= samples


def test_the_header_is_one_that_others_read() -> None:
    with wave.open(io.BytesIO(real(2, 80))) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (2, 2)
        assert (file.getframerate(), file.getnframes()) == (8000, 80)
