"""Judge a tap's wiring by our own words and by the network's dial tone."""

import numpy as np
import pytest

from appliance.hearing.stream import LineDetectors
from appliance.hearing.tap import TapWatch
from appliance.model.audio import FRAME, AudioFrame, Sides
from appliance.model.events import DigitPressed, Event, KeyBegan, PromptMarked, ToneHeard
from appliance.model.terms import Grade, Side, Tone
from appliance.signals.dtmf.detector import key_wave
from appliance.signals.pcm import Wave, to_sound
from tests.signals.sounds import babble, noise, pair, quiet, sine

CHANNELS: Sides = ("far", "near")
KEY = DigitPressed(9000, "1", Side.FAR, Grade.A, 100, -10.0, 2.0, 0.9)


def after_a_question(current: float, level_db: float) -> DigitPressed:
    """Return a far key as it counts after words whose current is so much of the voltage."""
    watch = TapWatch("Reception", ("voltage", "current"))
    chance = np.random.default_rng(1)
    for n in range(50):
        wave = chance.normal(0, 2000, FRAME)
        sound = np.stack((to_sound(wave), to_sound(current * wave)))
        frame = AudioFrame("Reception", n * FRAME, sound, ("voltage", "current"), to_sound(wave))
        watch.checked(frame, [])
    (_, key) = watch.checked(frame, [PromptMarked(8000, 1000, level_db, 0.0), KEY])
    assert isinstance(key, DigitPressed)
    return key


@pytest.mark.parametrize("level_db", [-5.0, 0.0, 5.0])
def test_words_from_the_network_show_a_tap_that_is_turned_round(level_db: float) -> None:
    key = after_a_question(0.8, level_db)
    assert (key.side, key.grade) == (Side.UNSURE, Grade.NONE)


@pytest.mark.parametrize("level_db", [-5.0, 0.0, 5.0])
def test_words_from_the_box_show_one_that_is_right(level_db: float) -> None:
    assert after_a_question(-0.8, level_db) == KEY


@pytest.mark.parametrize("level_db", [-60.0, -18.6, 12.9])
def test_words_that_were_not_there_show_nothing(level_db: float) -> None:
    assert after_a_question(0.8, level_db) == KEY


def on_channels(
    far: Wave,
    near: Wave,
    country: str = "PL",
    watch: TapWatch | None = None,
    *,
    to_dial: bool = True,
) -> list[Event]:
    """Return what an office that has lifted hears on two channels, as far as it is trusted."""
    watch = watch or TapWatch("Reception", CHANNELS)
    hearing = LineDetectors("Reception", country, CHANNELS)
    hearing.hook_changed(off_hook=True)
    size = max(far.size, near.size) // FRAME * FRAME
    channels = [np.pad(wave, (0, max(0, size - wave.size)))[:size] for wave in (far, near)]
    sound = np.stack(
        [to_sound(wave + noise(size / 8000, -65, n)) for n, wave in enumerate(channels)]
    )
    return [
        event
        for start in range(0, size, FRAME)
        for frame in [AudioFrame("Reception", start, sound[:, start : start + FRAME], CHANNELS)]
        for event in watch.checked(frame, hearing.events_in(frame), to_dial=to_dial)
    ]


def side_of_key(events: list[Event]) -> tuple[Side, Grade]:
    (began,) = [event for event in events if isinstance(event, KeyBegan)]
    (key,) = [event for event in events if isinstance(event, DigitPressed)]
    assert began.side is key.side
    return key.side, key.grade


def dial_tone_and_key(tone: Wave) -> tuple[Wave, Wave]:
    """Return a channel with the dial tone and then a key, and one that leaks 20 dB of it."""
    wave = np.concatenate((quiet(0.5), tone, quiet(0.5), key_wave("1", 120), quiet(0.3)))
    return wave, wave / 10


TONES = {"PL": sine(425, 2.0, -12), "GB": pair(350, 440, 2.0, -15)}


@pytest.mark.parametrize("country", TONES)
def test_a_dial_tone_on_the_offices_channel_shows_that_both_are_exchanged(
    country: str, caplog: pytest.LogCaptureFixture
) -> None:
    wrong, leaked = dial_tone_and_key(TONES[country])
    assert side_of_key(on_channels(leaked, wrong, country)) == (Side.UNSURE, Grade.NONE)
    assert "channels are wired the wrong way round" in caplog.text


@pytest.mark.parametrize("country", TONES)
def test_a_dial_tone_from_the_network_shows_that_they_are_right(country: str) -> None:
    right, leaked = dial_tone_and_key(TONES[country])
    assert side_of_key(on_channels(right, leaked, country)) == (Side.FAR, Grade.A)


def test_somebody_who_speaks_into_the_dial_tone_exchanges_nothing() -> None:
    right, leaked = dial_tone_and_key(TONES["PL"])
    voice = np.concatenate((quiet(0.5), babble(2.0, -10), quiet(right.size / 8000 - 2.5)))
    near = leaked[: voice.size] + voice[: leaked.size]
    assert side_of_key(on_channels(right, near)) == (Side.FAR, Grade.A)


@pytest.mark.parametrize("hum_dbm0", [-20.0, -13.0])
def test_hum_on_one_channel_hides_no_dial_tone(hum_dbm0: float) -> None:
    wrong, leaked = dial_tone_and_key(TONES["PL"])
    hum = sine(50, wrong.size / 8000, hum_dbm0)
    assert side_of_key(on_channels(leaked + hum, wrong)) == (Side.UNSURE, Grade.NONE)


def test_a_dial_tone_that_is_as_loud_on_both_shows_nothing() -> None:
    tone = np.concatenate((quiet(0.5), TONES["PL"], quiet(1.0)))
    key = np.concatenate((quiet(3.0), key_wave("1", 120), quiet(0.38)))
    assert side_of_key(on_channels(np.pad(tone, (0, key.size - tone.size)) + key, tone)) == (
        Side.FAR,
        Grade.A,
    )


def test_channels_that_were_put_right_count_again_from_the_next_dial_tone_on() -> None:
    watch = TapWatch("Reception", CHANNELS)
    tone, leaked = dial_tone_and_key(TONES["PL"])
    assert side_of_key(on_channels(leaked, tone, watch=watch))[0] is Side.UNSURE
    assert side_of_key(on_channels(tone, leaked, watch=watch)) == (Side.FAR, Grade.A)


def test_a_dial_tone_in_a_call_is_the_offices_own_and_puts_nothing_right() -> None:
    """It hums, or lets a caller hear its own exchange's."""
    watch = TapWatch("Reception", CHANNELS)
    tone, leaked = dial_tone_and_key(TONES["PL"])
    assert side_of_key(on_channels(leaked, tone, watch=watch))[0] is Side.UNSURE
    assert side_of_key(on_channels(tone, leaked, watch=watch, to_dial=False))[0] is Side.UNSURE


def test_a_dial_tone_in_a_call_exchanges_nothing() -> None:
    tone, leaked = dial_tone_and_key(TONES["PL"])
    assert side_of_key(on_channels(leaked, tone, to_dial=False))[0] is Side.NEAR


@pytest.mark.parametrize("tone", set(Tone) - {Tone.DIAL})
def test_a_tone_that_an_office_may_make_itself_shows_nothing(tone: Tone) -> None:
    """Its own exchange lets a caller hear it ring, and its machines answer."""
    watch = TapWatch("Reception", CHANNELS)
    sound = np.stack((np.zeros(FRAME, np.int16), np.full(FRAME, 4000, np.int16)))
    sound[1, ::2] *= -1
    for n in range(60):
        frame = AudioFrame("Reception", n * FRAME, sound, CHANNELS)
        watch.checked(frame, [])
    assert watch.checked(frame, [ToneHeard(0, tone), KEY], to_dial=True)[1] == KEY
    assert watch.checked(frame, [ToneHeard(0, Tone.DIAL), KEY], to_dial=True)[1] != KEY


def test_one_mixed_channel_has_no_wiring_to_watch() -> None:
    watch = TapWatch("Reception", ("both",))
    frame = AudioFrame("Reception", 0, np.zeros((1, FRAME), np.int16), ("both",))
    assert watch.checked(frame, [ToneHeard(0, Tone.DIAL), KEY])[1] == KEY
