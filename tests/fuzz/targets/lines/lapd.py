"""A frame of an ISDN line's data link, with TEI management in it.

An input is the frame's octets without its check sequence.
"""

from appliance.lines.isdn import lapd, tei
from appliance.lines.isdn.lapd import Modulo
from tests.fuzz.feeding import Target

_MODULI: tuple[Modulo, ...] = (8, 128)


def take(raw: bytes) -> None:
    """Read it as links of either modulo count, and write it again."""
    for modulo in _MODULI:
        frame = lapd.decode(raw, modulo)
        if frame is None:
            continue
        assert lapd.encode(frame, modulo) == raw
        assert 0 <= frame.sapi < 64
        assert 0 <= frame.tei < 128
        assert max(frame.sent, frame.received) < modulo
        managed = tei.decode(frame)
        if managed is not None:
            assert tei.decode(tei.encode(managed)) == managed


def seeds() -> dict[str, bytes]:
    """Return frames of every kind."""
    return {
        "information": bytes.fromhex("0081040608018107"),
        "broadcast": bytes.fromhex("02ff0308010505"),
        "supervisory": bytes.fromhex("0281010b"),
        "unnumbered": bytes.fromhex("02817f"),
        "modulo_8": bytes.fromhex("0081760801"),
        "assigned": bytes.fromhex("feff030f12340281"),
        "check": bytes.fromhex("fcff030f1234058083"),
        "empty": b"",
    }


TARGET = Target("lapd", take, (), seeds, longest=320)
"""Frames are refused by being None; N201 lets them have 260 octets of information (Q.921)."""
