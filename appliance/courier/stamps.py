"""Post a request for a time stamp, and hand the keeper what comes back."""

import logging
import ssl
from collections.abc import Callable
from http import HTTPStatus

from appliance.config.validators import web_address
from appliance.courier.connection import CONNECT_SECONDS, MOST_ADDRESSES, NAME_SECONDS
from appliance.courier.https import FetchFailed, asked
from appliance.errors import LinkError
from appliance.link.client import Client
from appliance.link.requests.processes.stamps import (
    StampErrand,
    TakeStampErrand,
    TellStampErrand,
)
from appliance.model.outside.stamps import ANSWER_KIND, MOST_ANSWER, QUERY_KIND
from appliance.model.outside.update import Place

SECONDS = 30.0
"""For one request and its answer."""

ANSWER_SECONDS = 20.0
"""The keeper's answer may take."""

LONGEST = 2 * ANSWER_SECONDS + NAME_SECONDS + MOST_ADDRESSES * CONNECT_SECONDS + SECONDS
"""Seconds of one round at worst."""

_log = logging.getLogger(__name__)


class Stamps:
    """The courier's part in time stamps."""

    def __init__(
        self, keeper: Client, context: Callable[[], ssl.SSLContext], seconds: float = SECONDS
    ) -> None:
        """Prepare.

        Args:
            keeper: the keeper.
            context: returns what checks a server's certificate and name.
            seconds: for one request and its answer.
        """
        self._keeper, self._context, self._seconds = keeper, context, seconds
        self.carried = False

    def go_round(self) -> bool:
        """Post the next request; return False if none is wanted. Raises LinkError, Refused."""
        errand = self._keeper.call(TakeStampErrand())
        self.carried = bool(errand.address)
        if errand.address:
            code, answer = "odd", b""
            try:
                code, answer = "", self._post(errand)
            except FetchFailed as error:
                code = error.code
            except LinkError:
                raise
            except Exception as error:
                _log.error("A request for a stamp failed: %s", type(error).__name__)
            self._keeper.call(TellStampErrand(errand.number, code), upload=answer)
        return errand.wanted

    def _post(self, errand: StampErrand) -> bytes:
        """Return the authority's answer; raises FetchFailed."""
        place = web_address(errand.address)
        if place is None:
            raise FetchFailed("odd")
        context = self._context() if place.over_tls else None
        there = Place(place.host, place.port, place.path)
        kinds = {"Content-Type": QUERY_KIND, "Accept": ANSWER_KIND}
        with asked(there, kinds, context, self._seconds, errand.query) as answer:
            if answer.status == HTTPStatus.OK and answer.kind != ANSWER_KIND:
                raise FetchFailed("kind")
            return answer.whole(MOST_ANSWER, "large")
