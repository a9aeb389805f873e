import numpy as np
import pytest
import soxr

from appliance.model.audio import RATE
from appliance.signals.goertzel import Floats
from appliance.signals.resample import DELAY_SECONDS, Resampler

RATES = [16000, 24000, 32000, 44100, 48000]


def band_limited(rate: int, seconds: float, top: float = 3400.0) -> Floats:
    """Return loud noise of the telephone band at any rate."""
    noise = np.random.default_rng(7).standard_normal(round(rate * seconds))
    bins, hertz = np.fft.rfft(noise), np.fft.rfftfreq(noise.size, 1 / rate)
    bins[(hertz < 100) | (hertz > top)] = 0
    sound = np.fft.irfft(bins, noise.size)
    loud: Floats = (3000 * sound / sound.std()).astype(np.float32)
    return loud


def in_blocks(resampler: Resampler, sound: Floats, block: int) -> Floats:
    pieces = [
        resampler.resample(sound[None, start : start + block])
        for start in range(0, sound.size, block)
    ]
    whole: Floats = np.concatenate(pieces, axis=1)[0]
    return whole


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("down", [True, False], ids=["to the line", "from the line"])
def test_it_is_what_a_resampler_for_files_makes_in_its_place(rate: int, down: bool) -> None:
    rates = (rate, RATE) if down else (RATE, rate)
    sound = band_limited(rates[0], 1.0)

    made = in_blocks(Resampler(*rates, 1), sound, rates[0] // 100)

    wanted = soxr.resample(sound, *rates, "VHQ")[: made.size]
    inside = slice(rates[1] // 50, -rates[1] // 50)
    assert (made - wanted)[inside].std() < 0.003 * wanted.std()


@pytest.mark.parametrize("rate", RATES)
def test_every_block_gives_as_much_after_a_first_delay(rate: int) -> None:
    resampler = Resampler(rate, RATE, 1)
    block = np.zeros((1, rate // 50), np.float32)

    counts = [resampler.resample(block).shape[1] for _ in range(20)]

    assert counts[0] == 160 - round(DELAY_SECONDS * RATE)
    assert set(counts[1:]) == {160}


def test_the_size_of_the_blocks_makes_no_difference() -> None:
    sound = band_limited(44100, 0.3)

    whole = in_blocks(Resampler(44100, RATE, 1), sound, sound.size)
    pieces = in_blocks(Resampler(44100, RATE, 1), sound, 37)

    assert pieces.size == whole.size
    assert np.abs(pieces - whole).max() < 0.5


@pytest.mark.parametrize("rate", RATES)
def test_what_lies_above_the_band_does_not_fold_back(rate: int) -> None:
    time = np.arange(rate) / rate
    for hertz in (4500, 5500, min(7600, rate // 2 - 300), rate // 2 - 200):
        tone = (10000 * np.sin(2 * np.pi * hertz * time)).astype(np.float32)
        folded = Resampler(rate, RATE, 1).resample(tone[None])[0][RATE // 10 : -RATE // 10]
        assert np.abs(folded).max() < 10, hertz


def test_channels_stay_apart() -> None:
    sound = np.stack((band_limited(48000, 0.2), np.zeros(9600, np.float32)))

    made = Resampler(48000, RATE, 2).resample(sound)

    assert made.shape == (2, 1576)
    assert np.abs(made[1]).max() == 0
    assert np.abs(made[0]).max() > 1000


def test_whole_numbers_go_in_as_well() -> None:
    made = Resampler(RATE, 48000, 1).resample(np.full((1, 800), 1000, np.int16))

    assert abs(made[0, 2400] - 1000) < 1
