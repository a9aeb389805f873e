"""Build the courier: ask the keeper for errands, carry them out, tell how they went."""

import logging
import ssl
import threading
from collections.abc import Callable, Sequence

from appliance import memory
from appliance.config.folders import Folders
from appliance.courier.connection import CONNECT_SECONDS, MOST_ADDRESSES, NAME_SECONDS
from appliance.courier.mail import SECONDS, send
from appliance.courier.update import LONGEST, Updates
from appliance.errors import LinkError, Refused
from appliance.link import notify
from appliance.link.client import Client
from appliance.link.requests.processes.errands import Errand, Letter, TakeErrand, TellErrand
from appliance.link.watchdog import Watchdog

PAUSE_SECONDS = 10.0
"""Between two questions to the keeper."""

ANSWER_SECONDS = 20.0
"""The keeper's answer may take; it syncs an entry of the audit before."""

LONGEST_MAIL = 2 * ANSWER_SECONDS + NAME_SECONDS + MOST_ADDRESSES * CONNECT_SECONDS + SECONDS

LONGEST_ROUND = max(LONGEST_MAIL, ANSWER_SECONDS + LONGEST)
"""Seconds from one question to the next, at worst; the keep-alives allow for it. A round does one
thing at most."""

_log = logging.getLogger(__name__)


class Courier:
    """The courier; it keeps nothing between two errands."""

    def __init__(
        self, keeper: Client, mail: Callable[[Letter], str], others: Sequence[Updates] = ()
    ) -> None:
        """Prepare.

        Args:
            keeper: the keeper.
            mail: sends a mail; returns empty or why it did not go out.
            others: have errands of their own, for which the courier has time after mail.
        """
        self._keeper, self._mail, self._others = keeper, mail, others
        self._rounds = self._seen = 0
        self._away = False

    def go_round(self) -> bool:
        """Do the next errand, if there is one; return False if no courier is wanted."""
        self._rounds += 1
        try:
            errand = self._keeper.call(TakeErrand())
            self._away = False
            if errand.letter is not None:
                self._carry(errand, errand.letter)
                return True
            wanted = [errand.wanted, *(other.go_round() for other in self._others)]
        except (LinkError, Refused) as error:
            if not self._away:
                _log.warning("No errands: %s", error)
            self._away = True
            return True
        return any(wanted)

    def problem(self) -> str:
        """Say whether it stands still; minutes lie between two calls."""
        seen, self._seen = self._seen, self._rounds
        return "it stands still" if seen == self._seen else ""

    def _carry(self, errand: Errand, letter: Letter) -> None:
        try:
            code = self._mail(letter)
        except Exception as error:
            _log.error("A mail failed: %s", type(error).__name__)
            code = "odd"
        self._keeper.call(TellErrand(errand.number, code))


def over_smtp(letter: Letter) -> str:
    """Send a mail, with the authorities that the system trusts now."""
    return send(letter, ssl.create_default_context())


def serve(folders: Folders, stop: threading.Event) -> None:
    """Run the courier until ``stop`` is set, or nothing is set up any more.

    Args:
        folders: where the keeper answers.
        stop: ends it in order.
    """
    folders.courier_run.mkdir(mode=0o700, parents=True, exist_ok=True)
    keeper = Client(folders.keeper_socket, ANSWER_SECONDS, uid=folders.keeper_uid)
    updates = Updates(keeper, ssl.create_default_context, stop.wait)
    courier = Courier(keeper, over_smtp, [updates])
    memory.tell(folders.courier_run)
    notify.ready()
    Watchdog(courier.problem).start(stop)
    while courier.go_round() and not stop.wait(PAUSE_SECONDS):
        pass
    notify.stopping()
