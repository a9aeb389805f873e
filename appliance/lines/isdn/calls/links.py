"""Follow the numbering of each terminal's data link, so that a repeated frame counts once."""

from collections import deque

from appliance.lines.isdn import lapd
from appliance.lines.isdn.lapd import SIGNALLING, Control, LapdFrame, Modulo

_WINDOW = 7
"""Frames that may be under way at once: one on a basic access, seven on a primary rate (Q.921,
5.9.5). A frame that is the same as one of the last so many, its number too, is a repetition."""

_Sent = tuple[int, int]  # N(S), and a hash of the message: it may hold what nobody is to keep


class Links:
    """The data links for signalling between the network and each terminal."""

    def __init__(self) -> None:
        """Begin with links of modulo 128 on which nothing was sent."""
        self._modulo: dict[int, Modulo] = {}
        self._newest: dict[tuple[int, bool], deque[_Sent]] = {}

    def decode(self, data: bytes) -> LapdFrame | None:
        """Return a frame, its numbers read as its link counts them."""
        tei = data[1] >> 1 if len(data) > 1 else 0
        return lapd.decode(data, self._modulo.get(tei, 128))

    def follow(self, frame: LapdFrame, *, from_network: bool) -> bool:
        """Take note of a frame; return whether it brings a message for the first time."""
        if frame.sapi != SIGNALLING:
            return False
        if frame.control in {Control.SABME, Control.SABM}:
            self._reset(frame)
        elif frame.control is Control.I:
            return self._is_new(frame, (frame.tei, from_network))
        return frame.control is Control.UI

    def _reset(self, frame: LapdFrame) -> None:
        self._modulo[frame.tei] = 8 if frame.control is Control.SABM else 128
        for from_network in (True, False):
            self._newest.pop((frame.tei, from_network), None)

    def _is_new(self, frame: LapdFrame, sender: tuple[int, bool]) -> bool:
        """Say whether a frame is none of the last ones.

        Its number alone does not tell: where the SABME of a link was lost, new messages have the
        numbers of old ones.
        """
        window = min(_WINDOW, self._modulo.get(frame.tei, 128) // 2 - 1)
        newest = self._newest.setdefault(sender, deque(maxlen=window))
        sent = frame.sent, hash(frame.information)
        if sent in newest:
            return False
        newest.append(sent)
        return True
