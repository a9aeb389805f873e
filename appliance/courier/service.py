"""Build the courier: ask the keeper for errands, carry them out, tell how they went."""

import logging
import ssl
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from appliance import memory
from appliance.config.folders import Folders
from appliance.courier import stamps
from appliance.courier.carrier import Carrier, Steps
from appliance.courier.connection import CONNECT_SECONDS, MOST_ADDRESSES, NAME_SECONDS
from appliance.courier.mail import SECONDS, send
from appliance.courier.stamps import Stamps
from appliance.courier.update import LONGEST, Updates
from appliance.errors import LinkError, Refused
from appliance.link import notify
from appliance.link.client import Client
from appliance.link.requests.processes.errands import Errand, Letter, TakeErrand, TellErrand
from appliance.link.watchdog import Watchdog
from appliance.threads import NamedThread

PAUSE_SECONDS = 10.0
"""Between two questions to the keeper."""

ANSWER_SECONDS = 20.0
"""The keeper's answer may take; it syncs an entry of the audit before."""

LONGEST_MAIL = 2 * ANSWER_SECONDS + NAME_SECONDS + MOST_ADDRESSES * CONNECT_SECONDS + SECONDS

LONGEST_ROUND = max(LONGEST_MAIL, 2 * ANSWER_SECONDS + max(LONGEST, stamps.LONGEST))
"""Seconds from one question to the next, at worst; the keep-alives allow for it. A round does one
thing at most."""

LAST_SECONDS = 5.0
"""For a step of a backup at the end; the rest is the keeper's to see."""

_log = logging.getLogger(__name__)


class HasErrands(Protocol):
    """What has errands of its own kind."""

    carried: bool
    """Whether the last round did one."""

    def go_round(self) -> bool:
        """Do the next one; return False if none is wanted."""


class Courier:
    """The courier; it keeps nothing between two errands."""

    def __init__(
        self,
        keeper: Client,
        mail: Callable[[Letter], str],
        others: Sequence[HasErrands] = (),
        carrier: Carrier | None = None,
    ) -> None:
        """Prepare.

        Args:
            keeper: the keeper.
            mail: sends a mail; returns empty or why it did not go out.
            others: have errands of their own, for which the courier has time after mail.
            carrier: carries backups in a thread of its own, which has to go round, too.
        """
        self._keeper, self._mail, self._others, self._carrier = keeper, mail, others, carrier
        self._rounds = self._seen = self._carried = 0
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
            wanted = [errand.wanted]
            for other in self._others:
                wanted.append(other.go_round())
                if other.carried:
                    return True
        except (LinkError, Refused) as error:
            if not self._away:
                _log.warning("No errands: %s", error)
            self._away = True
            return True
        return any(wanted)

    def problem(self) -> str:
        """Say whether it stands still; minutes lie between two calls."""
        seen, self._seen = self._seen, self._rounds
        still = seen == self._seen
        if self._carrier is not None:
            seen, self._carried = self._carried, self._carrier.rounds
            still = still or seen == self._carried
        return "it stands still" if still else ""

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


def over_sftp() -> Steps:
    """Make what speaks SFTP; without backups nobody pays for it."""
    from appliance.courier.session import SftpSession  # noqa: PLC0415 - asyncssh takes 17 MB

    return SftpSession()


def serve(folders: Folders, stop: threading.Event) -> None:
    """Run the courier until ``stop`` is set, or nothing is set up any more.

    Args:
        folders: where the keeper answers.
        stop: ends it in order.
    """
    folders.courier_run.mkdir(mode=0o700, parents=True, exist_ok=True)
    keeper = Client(folders.keeper_socket, ANSWER_SECONDS, uid=folders.keeper_uid)
    updates = Updates(keeper, ssl.create_default_context, stop.wait)
    carrier = Carrier(
        Client(folders.keeper_socket, ANSWER_SECONDS, uid=folders.keeper_uid), over_sftp
    )
    others: list[HasErrands] = [Stamps(keeper, ssl.create_default_context), updates]
    courier = Courier(keeper, over_smtp, others, carrier)
    memory.tell(folders.courier_run)
    notify.ready()
    Watchdog(courier.problem).start(stop)
    ended = threading.Event()
    carrying = NamedThread(carrier.run, "sftp", (ended,))
    carrying.start()
    while courier.go_round() and not stop.wait(PAUSE_SECONDS):
        pass
    ended.set()
    carrying.join(LAST_SECONDS)
    notify.stopping()
