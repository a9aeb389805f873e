"""Voice formats: read from the modem's own list, never assumed; samples there and back."""

import numpy as np
import pytest

from appliance.lines.modem.formats import SampleCoding, VoiceFormat, choose_format, decode, encode
from appliance.signals.pcm import encode_alaw

CONTROLLER = [
    '0,"SIGNED PCM",8,0,8000,0,0',
    '1,"UNSIGNED PCM",8,0,8000,0,0',
    '129,"IMA ADPCM",4,0,8000,0,0',
    '140,"2 Bit ADPCM",2,0,8000,0,0',
]
HOST = [
    '1,"UNSIGNED PCM",8,0,(7200,8000,11025),0,0',
    '128,"8-BIT LINEAR",8,0,(7200,8000,11025),(0),(0)',
    '129,"16-BIT LINEAR",16,0,(7200,8000,11025),(0),(0)',
    '131,"ULAW",8,0,(8000),(0),(0)',
    '132,"ALAW",8,0,(8000),(0),(0)',
]
ORDER = ("unsigned", "alaw", "ulaw", "signed")


@pytest.mark.parametrize(
    ("lines", "preferred", "chosen"),
    [
        (CONTROLLER, ORDER, VoiceFormat(1, SampleCoding.UNSIGNED)),
        (CONTROLLER, ("signed",), VoiceFormat(0, SampleCoding.SIGNED)),
        (CONTROLLER, ("alaw",), None),
        (HOST, ("alaw", "unsigned"), VoiceFormat(132, SampleCoding.ALAW)),
        (HOST, ("ulaw",), VoiceFormat(131, SampleCoding.ULAW)),
        (['128,"8-BIT LINEAR",(8000)'], ORDER, VoiceFormat(128, SampleCoding.UNSIGNED)),
        (['5,"",8,0,8000,0,0'], ORDER, VoiceFormat(5, SampleCoding.ALAW)),
        (['4,"G.711 mu-law",8,0,8000'], ORDER, VoiceFormat(4, SampleCoding.ULAW)),
        (['1,"UNSIGNED PCM",8,0,7200,0,0'], ORDER, None),
        (['1,"UNSIGNED PCM",8,0,(7200-11025),0,0'], ORDER, VoiceFormat(1, SampleCoding.UNSIGNED)),
        (['130,"ADPCM",4,0,8000'], ORDER, None),
        (["nonsense", "", '999999,"ALAW"'], ORDER, None),
    ],
)
def test_the_best_format_that_a_list_offers_is_taken(
    lines: list[str], preferred: tuple[str, ...], chosen: VoiceFormat | None
) -> None:
    assert choose_format(lines, preferred) == chosen


@pytest.mark.parametrize("coding", [SampleCoding.ALAW, SampleCoding.ULAW])
def test_each_byte_of_the_laws_comes_back_as_itself(coding: SampleCoding) -> None:
    every = bytes(range(256))
    again = encode(coding, decode(coding, every))
    differing = [a for a, b in zip(every, again, strict=True) if a != b]
    assert differing in ([], [0x7F], [0xFF])  # µ-law has two zeros


@pytest.mark.parametrize("coding", [SampleCoding.UNSIGNED, SampleCoding.SIGNED])
def test_eight_bits_come_back_to_one_step(coding: SampleCoding) -> None:
    wave = np.arange(-32768, 32512, 64, dtype=np.int16)
    back = decode(coding, encode(coding, wave)).astype(int)
    assert np.abs(back - wave).max() <= 384


def test_the_noise_of_a_quiet_line_is_silence_and_no_far_voice() -> None:
    random = np.random.default_rng(5)
    flutter = bytes(random.choice([0x7F, 0x80], 8000).tolist())
    assert not decode(SampleCoding.UNSIGNED, flutter).any()
    signed = bytes(random.choice([0xFF, 0x00], 8000).tolist())
    assert not decode(SampleCoding.SIGNED, signed).any()
    assert decode(SampleCoding.UNSIGNED, flutter + b"\x81").any()
    assert decode(SampleCoding.UNSIGNED, flutter + b"\x7e").any()


def test_silence_is_the_byte_that_the_manuals_name() -> None:
    silence = np.zeros(3, np.int16)
    assert encode(SampleCoding.UNSIGNED, silence) == b"\x80\x80\x80"
    assert encode(SampleCoding.SIGNED, silence) == b"\0\0\0"
    assert encode(SampleCoding.ULAW, silence) in {b"\xff\xff\xff", b"\x7f\x7f\x7f"}


def test_the_laws_are_g711() -> None:
    assert decode(SampleCoding.ULAW, b"\x80\x00").tolist() == [32124, -32124]
    assert decode(SampleCoding.ULAW, b"\xf0\x70").tolist() == [120, -120]
    wave = np.arange(-32768, 32767, 77, dtype=np.int16)
    assert encode(SampleCoding.ALAW, wave) == encode_alaw(wave)


@pytest.mark.parametrize("coding", list(SampleCoding))
def test_nothing_clips_to_the_other_side(coding: SampleCoding) -> None:
    edges = np.array([-32768, -32767, 32766, 32767], np.int16)
    back = decode(coding, encode(coding, edges))
    assert (np.sign(back) == np.sign(edges)).all()
