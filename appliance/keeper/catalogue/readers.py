"""Open what people read by at the first login, and close it with the last logout."""

import contextlib
import threading
from collections.abc import Callable, Collection
from functools import partial

from appliance.errors import Refused
from appliance.keeper.catalogue.catalogue import Catalogue
from appliance.keeper.catalogue.fill import CatalogueFiller
from appliance.keeper.catalogue.unreadable import Unreadable
from appliance.keeper.chores import attempt
from appliance.keeper.foundation import Foundation
from appliance.keeper.people.prover import PasswordProof
from appliance.keeper.reading.pace import ListeningPace
from appliance.keeper.reading.playback import Playbacks
from appliance.keeper.reading.reading import Reading
from appliance.threads import NamedThread

AT_LOGIN = 200
"""Waiting calls that a login lists before it answers; it must not take longer."""

AT_ONCE = 50
"""Waiting calls that one ``catch_up`` lists."""


class Readers:
    """The reading child, what it plays, and the catalogue that it opens. Threads may share it."""

    def __init__(
        self,
        base: Foundation,
        on_death: Callable[[], None],
        listed: Callable[[Collection[bytes]], None],
    ) -> None:
        """Build them, locked.

        Args:
            base: of the records.
            on_death: called from a thread when the reading child dies.
            listed: told of the shards whose rows were read afresh.
        """
        keyring, folders, config = base.keyring, base.folders, base.around.config
        self.reading = Reading(folders.recordings, keyring, config.office.country, on_death)
        self.catalogue = Catalogue(folders.shelves, keyring, self.reading, base.disk, listed)
        self.unreadable = Unreadable(keyring)
        self.playbacks = Playbacks(self.reading, ListeningPace(base.around.clock))
        self._cataloguing = CatalogueFiller(
            self.catalogue, keyring, base.wrong_clock, self.unreadable
        )
        self._unlocking = threading.Lock()
        self._listing = threading.Lock()

    def unlock(self, proof: PasswordProof) -> None:
        """Let a proof's process become the reading child, unless there is one; open the catalogue.

        Raises:
            LinkError: it did not.
        """
        with self._unlocking:
            if self.reading.running and self.catalogue.unlocked:
                return
            self._cataloguing.try_all_again()
            try:
                self.reading.adopt(proof)
                self.catalogue.unlock()
            except BaseException:
                self.lock()
                raise
        if self.catch_up(AT_LOGIN) or self.catalogue.reading:
            NamedThread(partial(attempt, "catalogue", self.read_on), "catalogue").start()

    def read_on(self) -> None:
        """Read all that the list still lacks, until the box is locked: what a login begins."""
        with contextlib.suppress(Refused):  # locked
            while self.catalogue.read_on():
                pass
            while self.catch_up():
                pass

    def lock(self) -> None:
        """End the reading child and close the catalogue."""
        self.playbacks.close_all()
        self.reading.end()
        self.catalogue.lock()

    def catch_up(self, most: int | None = None) -> bool:
        """List waiting calls, so many at most or ``AT_ONCE``; say whether some still wait."""
        with self._listing:
            return self._cataloguing.catch_up(AT_ONCE if most is None else most)
