"""Read what a voice modem sends: anything at all, in pieces, in each mode.

Each piece has a byte of length and one of what is asked before it and how time passes; 15 in its
lower half: the piece comes five times, longer than any line or report.
"""

import re

from appliance.lines.modem.callers import CallerReports
from appliance.lines.modem.formats import VOICE_FORMAT, read_format
from appliance.lines.modem.v253 import V253, Ask, CallerField, LineSound, Mode, Reply, command
from tests.fuzz.feeding import Target

_ASKED = (
    command("AT-TRV", r"-?\d{1,3}\.\d{1,2}", 0.35),
    command("AT+VSM=?", VOICE_FORMAT),
    command("ATI3", r"(?!AT).{1,80}"),
    Ask(b"AT+VRX\r", enters=Mode.RECORDING),
    Ask(b"AT+VTR\r", re.compile("x"), enters=Mode.DUPLEX),
    Ask(b"\x10!"),
)


def take(raw: bytes) -> None:
    """Let it come over a port, with commands asked between."""
    codec, callers, at, now = V253(), CallerReports(), 0, 0.0
    while at + 2 <= len(raw):
        length, act = raw[at], raw[at + 1]
        now += (act >> 4) / 10
        if codec.may_ask(now) and (act & 7) < len(_ASKED):
            codec.ask(_ASKED[act & 7], now)
        piece = raw[at + 2 : at + 2 + length] * (5 if act & 15 == 15 else 1)
        for item in codec.receive(piece, now):
            _use(item, callers, round(now * 8000))
        assert len(codec._line) <= 600
        assert len(codec._lines) <= 60
        at += 2 + length


def _use(item: object, callers: CallerReports, sample: int) -> None:
    if isinstance(item, CallerField):
        callers.take(item, sample)
    elif isinstance(item, LineSound):
        assert item.data
    elif isinstance(item, Reply):
        for line in item.lines:
            read_format(line)
    assert all(event.sample <= sample for event in callers.pass_time(sample))


def said(*pieces: tuple[bytes, int]) -> bytes:
    """Return pieces as an input has them."""
    return b"".join(bytes((len(raw), act)) + raw for raw, act in pieces)


def seeds() -> dict[str, bytes]:
    """Return a poll with a ring in it, a list of formats, sound, a report, and noise."""
    return {
        "poll": said((b"\r\n48.10\r\nRING\r\n\r\nOK\r\n", 0x10), (b"\r\n9.0", 0x30), (b"", 0xF0)),
        "formats": said((b'\r\n1,"UNSIGNED PCM",8,0,8000,0,0\r\n128,"ALAW"\r\nOK\r\n', 1)),
        "sound": said((b"\r\nCONNECT\r\n\x80\x10\x10\x10\x1a\x10d\x80", 3), (b"\x10\x03OK\r\n", 5)),
        "report": said((b"\x10XDATE=0825\r\nNMBR=221234567\r\n\x10.", 7), (b"", 0x97)),
        "message": said((b"MESG = 800a0208313233343536373899\r\nNMBR=P\r\n", 7), (b"", 0x97)),
        "endless": said((b"\x10X", 7), (b"NAME=" + b"x" * 250, 15), (b"\x10.", 7)),
        "noise": said((bytes(range(256))[:255], 4), (b"\x10" * 90, 0xF3), (b"A" * 90, 2)),
    }


TARGET = Target("v253", take, (), seeds, longest=512)
