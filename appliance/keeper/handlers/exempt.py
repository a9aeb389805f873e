"""Keep the list of numbers that are never recorded, and lend it to the recorder.

It lies in the keyring, where nobody without the root can change or remove it.
"""

import threading
from collections.abc import Callable

from appliance.config.folders import Folders
from appliance.config.numbering import possible_e164
from appliance.errors import LinkError, Refused
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.requests import exempt as ask
from appliance.vault.disk import Disk, failure
from appliance.vault.opening.content import KeyringContent
from appliance.vault.opening.keyring import Change, Keyring
from appliance.vault.opening.refill import announce
from appliance.vault.tags import tag

MOST = 10_000
"""Numbers; beyond that one call in 6,700 would go unrecorded by a chance likeness of tags."""

LONGEST_NUMBER = 60
"""Characters of a number as typed."""


class ExemptNumbers:
    """The list of exempt numbers in the keyring. Safe between threads; works locked."""

    def __init__(
        self,
        keyring: Keyring,
        folders: Folders,
        country: str,
        renew: Callable[[Change, str], None],
        lend: Callable[[], None],
        disk: Disk | None = None,
    ) -> None:
        """Begin.

        Args:
            keyring: holds the list, and the key that makes the tags.
            folders: the pool there tells the recorder how many numbers are listed.
            country: of numbers written without a country code.
            renew: changes the keyring so that older copies no longer open; raises VaultError.
            lend: gives the recorder the list; raises LinkError.
            disk: writes the pool.
        """
        self._keyring = keyring
        self._folders = folders
        self.country = country
        self._renew = renew
        self._lend = lend
        self._disk = disk or Disk()
        self._lock = threading.Lock()
        self._owed = False

    @handles(ask.CountExempt)
    def count(self, operation: ask.CountExempt, who: Caller) -> ask.ExemptState:
        """Return the number of entries."""
        return self._state(self._tags)

    @handles(ask.IsExempt)
    def is_listed(self, operation: ask.IsExempt, who: Caller) -> ask.ExemptState:
        """Say whether a number is listed."""
        return self._state(self._tags, self._tag(operation.number))

    @handles(ask.AddExempt)
    def add(self, operation: ask.AddExempt, who: Caller) -> ask.ExemptState:
        """Put a number on the list, and lend the list at once."""
        new = self._tag(operation.number)
        with self._lock:
            if new not in self._tags:
                if len(self._tags) >= MOST:
                    raise Refused("invalid", f"The list holds {MOST} numbers already.")
                self._add(new)
            return self._state(self._tags, new)

    @handles(ask.RemoveExempt)
    def remove(self, operation: ask.RemoveExempt, who: Caller) -> ask.ExemptState:
        """Take a number off the list, and lend the list at once."""
        old = self._tag(operation.number)
        with self._lock:
            if old not in self._tags:
                raise Refused("not_found", "This number is not on the list.")

            def without(draft: KeyringContent) -> None:
                draft.exempt = tuple(one for one in draft.exempt if one != old)

            # Under a new root: an older keyring, which lists it, must not open any more.
            self._renew(without, who.actor)
            self._announce(len(self._tags))
            self._lend_now()
            return self._state(self._tags, old)

    def lend_if_owed(self) -> None:
        """Lend the list to a recorder that was absent before; call it now and then."""
        with self._lock:
            if self._owed:
                self._lend_now()

    def _state(self, tags: tuple[int, ...], asked: int | None = None) -> ask.ExemptState:
        return ask.ExemptState(len(set(tags)), asked in tags, lent=not self._owed)

    def _tag(self, number: str) -> int:
        """Return a number's tag; raise Refused (``invalid``) if it is no telephone number."""
        whole = possible_e164(number[:LONGEST_NUMBER], self.country)
        if whole is None:
            raise Refused("invalid", "That is not a telephone number.")
        return tag(self._keyring.content.list_key, whole)

    @property
    def _tags(self) -> tuple[int, ...]:
        return self._keyring.content.exempt

    def _add(self, new: int) -> None:
        """Put a tag on the list; the recorder learns that there is a list before it grows."""
        with self._keyring.still():  # a refill would write the present count
            # Sorted, so that it does not show which came last.
            fresh = tuple(sorted({*self._tags, new}))
            self._announce(len(fresh))
            with self._keyring.changing() as draft:
                draft.exempt = fresh
        self._lend_now()

    def _announce(self, count: int) -> None:
        try:
            announce(self._keyring, self._folders, count, disk=self._disk)
        except OSError as error:
            raise failure(error, "The pool") from error

    def _lend_now(self) -> None:
        try:
            self._lend()
            self._owed = False
        except (LinkError, Refused):
            self._owed = True  # the recorder gets it on its return, or at the next chore
