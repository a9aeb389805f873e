"""Examine sound cards: what is plugged in, and whether it fits its line."""

from collections.abc import Iterator

from appliance.config.drivers.driver import DeviceKind
from appliance.config.drivers.known import devices
from appliance.config.settings import Config, Line
from appliance.errors import LineError
from appliance.lines.plugged.hardware import SoundCard
from appliance.model.findings import Finding, find
from appliance.model.sentences.faults import text_of
from appliance.recorder.doctor.tools import DoctorTools, RecorderState

LOWEST_RATE, HIGHEST_RATE = 16_000, 48_000


def examine_sound(
    config: Config, running: RecorderState | None, tools: DoctorTools
) -> Iterator[Finding]:
    """Look at every sound card, and at those that lines are to use.

    A line may also name a device of ALSA's own configuration, which only PortAudio knows; where
    the recorder runs, that the line is heard says the same.
    """
    cards = tools.hardware.sound_cards()
    for card in cards:
        yield find(
            "sound.card",
            card=card.id,
            name=card.name,
            capture=_count(card.capture, card.hears),
            playback=_count(card.playback, card.speaks),
            rates=_rates(card),
        )
    lines = [line for line in config.lines if _has_card(line)]
    if not cards and not lines:
        yield find("sound.none")
    if not lines:
        return
    named: set[str] = set()
    if not tools.pyaudio_installed():
        yield find("sound.no_pyaudio")
    elif running is None:
        yield _portaudio(tools, named)
    heard = _heard(running)
    for line in lines:
        yield from _of_line(tools, cards, line, named, heard=line.name in heard)


def _has_card(line: Line) -> bool:
    """Say whether a line names a sound card."""
    named = (each for role, part in line.parts.items() for each in devices(role, part))
    return any(kind is DeviceKind.CARD for _, kind, _ in named)


def _heard(running: RecorderState | None) -> set[str]:
    """Return the lines whose sound comes."""
    lines = running.lines if running is not None else ()
    return {line.line for line in lines if line.state not in {"fault", "unknown"}}


def _portaudio(tools: DoctorTools, named: set[str]) -> Finding:
    """Ask PortAudio, which opens every card for it: so never while lines use them."""
    try:
        devices = tools.ask_portaudio()
    except LineError as error:
        return find("sound.portaudio_failed", text_of(error).fault)
    named.update(devices)
    if not devices:
        return find("sound.portaudio_none")
    return find("sound.portaudio", devices=", ".join(devices))


def _of_line(
    tools: DoctorTools, cards: list[SoundCard], line: Line, named: set[str], *, heard: bool
) -> Iterator[Finding]:
    audio, prompt = line.audio.options.get("card"), line.prompt.options.get("card")
    if audio and prompt and audio != prompt:
        yield find("sound.two_clocks", line=line.name)
    for name in dict.fromkeys(each for each in (audio, prompt) if each):
        card = next((each for each in cards if name in each.answers), None)
        if card is None:
            known = heard or name in named
            yield find("sound.fits", **_about(name, line)) if known else _missing(cards, line, name)
            continue
        misfits = list(_misfits(card, line, hears=name == audio, speaks=name == prompt))
        users = tools.hardware.card_users(card)
        if users:
            misfits.append(find("sound.busy", card=name, line=line.name, program=", ".join(users)))
        if name == audio and tools.controls_gain(tools.hardware.root / "dev", card.number):
            misfits.append(find("sound.gain_on", **_about(name, line)))
        yield from misfits or [find("sound.fits", **_about(name, line))]


def _about(card: str, line: Line) -> dict[str, str]:
    return {"card": card, "line": line.name}


def _missing(cards: list[SoundCard], line: Line, name: str) -> Finding:
    there = ", ".join(card.id for card in cards)
    if not there:
        return find("sound.missing_all", card=name, line=line.name)
    return find("sound.missing", card=name, line=line.name, there=there)


def _misfits(card: SoundCard, line: Line, *, hears: bool, speaks: bool) -> Iterator[Finding]:
    """Say what of a card does not fit; what the kernel does not tell is no mistake."""
    about = _about(card.id, line)
    if hears and not card.hears:
        yield find("sound.deaf", **about)
    if speaks and not card.speaks:
        yield find("sound.mute", **about)
    stereo = line.audio.options.get("sides", "both") != "both"
    if hears and stereo and card.capture is not None and card.capture < 2:
        yield find("sound.mono", **about)
    if hears and card.rates and not _has_a_rate(card):
        yield find("sound.rates", **about)


def _has_a_rate(card: SoundCard) -> bool:
    if card.continuous:
        return min(card.rates) <= HIGHEST_RATE and max(card.rates) >= LOWEST_RATE
    return any(LOWEST_RATE <= rate <= HIGHEST_RATE for rate in card.rates)


def _count(channels: int | None, there: bool) -> str:
    return "0" if not there else "?" if channels is None else str(channels)


def _rates(card: SoundCard) -> str:
    if not card.rates:
        return "? Hz"
    if card.continuous:
        return f"{min(card.rates)}–{max(card.rates)} Hz"
    return ", ".join(map(str, card.rates)) + " Hz"
