"""Make caller ID messages under every condition, from a seed."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from appliance.model.audio import FRAME, RATE, Sound
from appliance.signals.caller_id.fsk import message_bits, modulate_bits
from appliance.signals.caller_id.messages import (
    SDMF,
    Absent,
    CallerIdMessage,
    build_mdmf,
    with_checksum,
)
from appliance.signals.dtmf.detector import key_wave
from appliance.signals.pcm import Wave, rms_of, sine_peak, to_sound
from appliance.signals.tones import CALL_WAITING, FskStandard

FIRST = ("Anna", "Jan", "Maria", "Piotr", "Zofia", "Adam", "Ewa", "Karl")
Form = Literal["mdmf", "sdmf"]
Kind = Absent | Literal["number", "damaged"]
LAST = ("Nowak", "Kowalska", "Lis", "Mazur", "Wilk", "Sikora", "Baran")


@dataclass(frozen=True, slots=True)
class CidCondition:
    """The condition under which a message is sent."""

    name: str
    dbm0: float = -13.0
    snr_db: float | None = None
    noise_dbm0: float = -70.0
    tilt_db: float = 0.0  # space against mark
    hum_dbm0: float | None = None
    place: Literal["alone", "before", "rings", "after", "waiting"] = "alone"

    @property
    def off_hook(self) -> bool:
        """Say whether a call is under way during the message."""
        return self.place == "waiting"


CLEAN = CidCondition("clean")
CONDITIONS = (
    CLEAN,
    CidCondition("SNR 15 dB", snr_db=15),
    CidCondition("SNR 12 dB", snr_db=12),
    CidCondition("SNR 10 dB", snr_db=10),
    CidCondition("SNR 8 dB", snr_db=8),
    CidCondition("SNR 6 dB", snr_db=6),
    CidCondition("SNR 4 dB", snr_db=4),
    CidCondition("-3 dBm0", dbm0=-3),
    CidCondition("-25 dBm0", dbm0=-25),
    CidCondition("-30 dBm0", dbm0=-30, noise_dbm0=-60),
    CidCondition("-36 dBm0", dbm0=-36),
    CidCondition("-45 dBm0", dbm0=-45),
    CidCondition("tilt -6 dB", tilt_db=-6),
    CidCondition("50 Hz hum at -13 dBm0", hum_dbm0=-13),
    CidCondition("the same hum, message at -20 dBm0", dbm0=-20, hum_dbm0=-13),
    CidCondition("the same hum, message at -23 dBm0", dbm0=-23, hum_dbm0=-13),
    CidCondition("before the first ring, after its alert", place="before"),
    CidCondition("between two rings", place="rings"),
    CidCondition("after the rings", place="after"),
    CidCondition("of a call that waits", place="waiting"),
)


def build_sdmf(message: CallerIdMessage) -> bytes:
    """Build a single data message: time and number, or the letter for a missing one."""
    letter = b"P" if message.number_absent is Absent.WITHHELD else b"O"
    number = message.number.encode() if message.number else letter
    body = (message.when or "01010000").encode() + number
    return with_checksum(bytes((SDMF, len(body))) + body)


def message(index: int, form: Form = "mdmf") -> tuple[CallerIdMessage, bytes]:
    """Return the ``index``-th message, its content and its form on the wire."""
    chance = np.random.default_rng(index)
    number = f"4822{int(chance.integers(0, 10_000_000)):07d}"
    when = _when(chance)
    if form == "sdmf":
        said = CallerIdMessage(number=number, when=when)
        return said, build_sdmf(said)
    name = f"{FIRST[index % len(FIRST)]} {LAST[index % len(LAST)]}"
    said = CallerIdMessage(number=number, name=name, when=when)
    return said, build_mdmf(said)


def made(index: int, form: Form, kind: Kind) -> tuple[CallerIdMessage, bytes]:
    """Return the ``index``-th message of a kind, its content and its form on the wire.

    It has a number, or says why there is none; or one bit of its content or checksum is wrong.
    """
    if isinstance(kind, Absent):
        when = _when(np.random.default_rng(index))
        name_absent = kind if form == "mdmf" else None
        said = CallerIdMessage(number_absent=kind, name_absent=name_absent, when=when)
        return said, (build_mdmf if form == "mdmf" else build_sdmf)(said)
    said, body = message(index, form)
    return said, body if kind == "number" else _damaged(body, index)


def _when(chance: np.random.Generator) -> str:
    return f"{int(chance.integers(1, 13)):02d}{int(chance.integers(1, 29)):02d}1530"


def _damaged(body: bytes, seed: int) -> bytes:
    chance = np.random.default_rng(seed)
    at, bit = int(chance.integers(2, len(body))), int(chance.integers(0, 8))
    return body[:at] + bytes([body[at] ^ 1 << bit]) + body[at + 1 :]


def sent(condition: CidCondition, body: bytes, standard: FskStandard, seed: int) -> Sound:
    """Return a message on a line, in whole frames, with half a second either side."""
    chance = np.random.default_rng(seed)
    bits = message_bits(body, seizure=0, marks=80) if condition.off_hook else message_bits(body)
    fsk = modulate_bits(bits, standard, dbm0=condition.dbm0, tilt_db=condition.tilt_db)
    lead = np.zeros(RATE // 2 + int(chance.integers(0, FRAME)))
    wave = np.concatenate((lead, *_around(condition, fsk), np.zeros(RATE // 2)))
    wave = np.concatenate((wave, np.zeros(-wave.size % FRAME)))
    noise = condition.noise_dbm0
    if condition.snr_db is not None:
        noise = condition.dbm0 - condition.snr_db
    wave += chance.normal(0, rms_of(noise), wave.size)
    if condition.hum_dbm0 is not None:
        turns = 2 * np.pi * 50 / RATE * np.arange(wave.size)
        wave += sine_peak(condition.hum_dbm0) * np.sin(turns + float(chance.uniform(0, 6)))
    return to_sound(wave)


def _around(condition: CidCondition, fsk: Wave) -> list[Wave]:
    """Return the sound before a message, the message, and the sound after it."""
    turns = 2 * np.pi / RATE * np.arange(RATE)
    ring = sine_peak(3.0) * np.sin(25 * turns)
    count = RATE // 10
    alert = sine_peak(-20.0) * np.sum([np.sin(f * turns[:count]) for f in CALL_WAITING], axis=0)
    match condition.place:
        case "before":
            return [alert, np.zeros(count), fsk, np.zeros(RATE // 2), ring]
        case "rings":
            return [ring, np.zeros(RATE * 7 // 10), fsk, np.zeros(RATE), ring]
        case "after":
            return [ring, np.zeros(4 * RATE), ring, np.zeros(RATE * 6 // 10), fsk]
        case "waiting":
            acknowledged = key_wave("D", 65, dbm0=-12)
            return [alert, np.zeros(count), acknowledged, np.zeros(count), fsk]
        case _:
            return [fsk]
