"""Look at an update's description, or fetch a part of it, and hand it to the keeper.

The courier keeps nothing: each piece is handed over before the next one is read. It reads no more
than the keeper asked for, at a rate that leaves room for others.
"""

import logging
import re
import ssl
import time
from collections.abc import Callable

from appliance.courier.connection import CONNECT_SECONDS, MOST_ADDRESSES, NAME_SECONDS
from appliance.courier.https import FetchFailed, ServerAnswer, asked
from appliance.errors import FileFormatError, LinkError, Refused
from appliance.link.client import Client
from appliance.link.requests.processes.update import PIECE, BringPiece, Fetch, TakeFetch, TellFetch
from appliance.model.outside.update import (
    MOST_DESCRIBED,
    Description,
    OtherModel,
    Place,
    is_tag,
    place_of,
    read_description,
)

SECONDS = 60.0
"""For one look, or one part of a fetch."""

RATE = 2 * 2**20
"""Bytes a second at most, so that an office's line stays usable."""

ANSWER_SECONDS = 20.0
"""The keeper's answer may take."""

LONGEST = 4 * ANSWER_SECONDS + NAME_SECONDS + MOST_ADDRESSES * CONNECT_SECONDS + SECONDS
"""Seconds of one round at worst."""

_PART = re.compile(r"bytes ([0-9]{1,12})-([0-9]{1,12})/([0-9]{1,12})")

_log = logging.getLogger(__name__)

Wait = Callable[[float], bool]


class Updates:
    """The courier's part in updates."""

    def __init__(
        self,
        keeper: Client,
        context: Callable[[], ssl.SSLContext],
        wait: Wait,
        seconds: float = SECONDS,
    ) -> None:
        """Prepare.

        Args:
            keeper: the keeper.
            context: returns what checks a server's certificate and name.
            wait: waits for so many seconds; returns True, at once, when the courier is to end.
            seconds: for one look, or one part of a fetch.
        """
        self._keeper, self._context = keeper, context
        self._wait, self._seconds = wait, seconds
        self.carried = False

    def go_round(self) -> bool:
        """Do the next look or part; return False if none is wanted. Raises LinkError, Refused."""
        errand = self._keeper.call(TakeFetch())
        self.carried = bool(errand.address)
        if errand.address:
            code, seen = "odd", None
            try:
                code, seen = self._carry(errand)
            except LinkError:
                raise
            except Refused:  # it has put down itself why it takes no more
                code = "full"
            except Exception as error:
                _log.error("A fetch failed: %s", type(error).__name__)
            self._keeper.call(TellFetch(errand.number, code, seen))
        return errand.wanted

    def _carry(self, errand: Fetch) -> tuple[str, Description | None]:
        place = place_of(errand.address)
        if place is None:
            return "odd", None
        try:
            if errand.size:
                self._fetch(errand, place)
                return "", None
            return "", self._look(place)
        except FetchFailed as error:
            return error.code, None
        except OtherModel:
            return "other_model", None
        except FileFormatError:
            return "description", None

    def _look(self, place: Place) -> Description:
        with asked(place, {}, self._context(), self._seconds) as answer:
            return read_description(answer.whole(MOST_DESCRIBED, "description"))

    def _fetch(self, errand: Fetch, place: Place) -> None:
        headers = {"Range": f"bytes={errand.start}-{errand.end - 1}"}
        if errand.tag:
            headers["If-Range"] = errand.tag
        with asked(place, headers, self._context(), self._seconds) as answer:
            tag = _checked(errand, answer)
            self._hand_over(errand, answer, tag)

    def _hand_over(self, errand: Fetch, answer: ServerAnswer, tag: str) -> None:
        """Pass on what comes, and what came before something went wrong."""
        at, held, began = errand.start, bytearray(), time.monotonic()
        try:
            while missing := errand.end - at - len(held):
                piece = answer.read(min(PIECE - len(held), missing))
                if not piece:
                    raise FetchFailed("closed")
                held += piece
                if len(held) == PIECE:
                    at, held = self._give(errand, at, held, tag), bytearray()
                    due = began + (at - errand.start) / RATE
                    if self._wait(max(0.0, due - time.monotonic())):
                        return
        finally:
            if held:
                self._give(errand, at, held, tag)

    def _give(self, errand: Fetch, at: int, held: bytearray, tag: str) -> int:
        """Hand bytes to the keeper; return where the next ones begin."""
        self._keeper.call(BringPiece(errand.number, at, tag), upload=bytes(held))
        return at + len(held)


def _checked(errand: Fetch, answer: ServerAnswer) -> str:
    """Return the server's word for the file; raise FetchFailed for what nobody asked for."""
    tag = answer.tag if is_tag(answer.tag) else ""
    if errand.tag and tag != errand.tag:
        raise FetchFailed("changed")
    if answer.status == 200:
        if errand.start:
            raise FetchFailed("no_range")
        if answer.length is not None and answer.length != errand.size:
            raise FetchFailed("size")
        return tag
    found = _PART.fullmatch(answer.part)
    if found is None:
        raise FetchFailed("odd")
    first, last, size = map(int, found.groups())
    if size != errand.size:
        raise FetchFailed("size")
    if (first, last) != (errand.start, errand.end - 1):
        raise FetchFailed("odd")
    return tag
