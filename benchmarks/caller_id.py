"""Caller ID under every condition."""

from collections.abc import Iterator

from appliance.model.audio import FRAME, AudioFrame, Sound
from appliance.model.events import CallerId
from appliance.recorder.hearing import Hearing
from appliance.signals.tones import BELL_202, V23, FskStandard
from benchmarks.callerid_data import CONDITIONS, CidCondition, message, sent
from benchmarks.row import Row

MESSAGES = 100
_TARGETS = {
    "SNR 10 dB": "≥ 98/100",
    "SNR 8 dB": "≥ 75/97",
    "-45 dBm0": "100/100",
    "50 Hz hum at -13 dBm0": "≥ 87/87",
}
_PEERS = {
    "SNR 12 dB": "98/100, 99/100, 99/100",
    "SNR 10 dB": "65/91, 98/100, 93/99",
    "SNR 8 dB": "7/40, 75/97, 60/99",
    "SNR 6 dB": "0/1, 14/58, 3/50",
    "SNR 4 dB": "",
    "-30 dBm0": "30/2, 100/100, 100/100",
    "-36 dBm0": "0/0, 100/100, 100/100",
    "-45 dBm0": "0/0, 100/100, 100/100",
    "50 Hz hum at -13 dBm0": "0/0, 1/87, 76/97",
}


def heard(sound: Sound) -> list[CallerId]:
    """Return the caller IDs that are heard while on-hook."""
    hearing = Hearing("bench", "PL", ("both",))
    hearing.hook_changed(off_hook=False)
    return [
        event
        for start in range(0, sound.size, FRAME)
        for event in hearing.hear(
            AudioFrame("bench", start, sound[None, start : start + FRAME], ("both",))
        )
        if isinstance(event, CallerId)
    ]


def exact(condition: CidCondition, standard: FskStandard) -> tuple[int, int]:
    """Return how many messages were read exactly, and how many wrongly."""
    right = wrong = 0
    for index in range(MESSAGES):
        said, body = message(index)
        found = heard(sent(condition, body, standard, index))
        if [(one.number, one.name) for one in found] == [(said.number, said.name)]:
            right += 1
        elif found:
            wrong += 1
    return right, wrong


def rows() -> Iterator[Row]:
    """Measure."""
    false = 0
    for condition in CONDITIONS:
        counts = [exact(condition, standard) for standard in (V23, BELL_202)]
        false += sum(wrong for _, wrong in counts)
        peers = _PEERS.get(condition.name, "100/100, 100/100, 100/100")
        yield Row(
            f"caller ID MDMF, V.23/Bell 202 of {MESSAGES}: {condition.name}",
            "/".join(str(right) for right, _ in counts),
            _TARGETS.get(condition.name, ""),
            ""
            if condition.name == "SNR 4 dB"
            else f"published: spandsp, multimon-ng, minimodem {peers}",
        )
    yield Row("caller ID read wrongly in all of these", str(false), "0")
    right = sum(
        [one.number for one in heard(sent(CONDITIONS[0], body, V23, index))] == [said.number]
        for index in range(MESSAGES)
        for said, body in (message(index, "sdmf"),)
    )
    yield Row(f"caller ID SDMF, V.23 of {MESSAGES}: clean", str(right), "100")
