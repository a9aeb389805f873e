"""Keep the list of numbers that are never recorded, and lend it to the recorder.

It lies in the keyring, where nobody without the root can change or remove it.
"""

import threading
from collections.abc import Callable

from msgspec import structs

from appliance.config.folders import Folders
from appliance.config.numbering import possible_e164, without_trunk
from appliance.errors import LinkError, Refused
from appliance.keeper.people.sessions import Caller
from appliance.keeper.recordings.exempt_words import ExemptWords
from appliance.link.handlers import handles
from appliance.link.requests import exempt as ask
from appliance.model.limits import LONGEST_NUMBER
from appliance.vault.disk import Disk, failure
from appliance.vault.opening.content import KeyringContent
from appliance.vault.opening.keyring import Change, Keyring
from appliance.vault.opening.refill import announce
from appliance.vault.tags import tag

MOST = 10_000
"""Numbers; beyond that one call in 6,700 would go unrecorded by a chance likeness of tags."""


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
        words: ExemptWords | None = None,
    ) -> None:
        """Begin.

        Args:
            keyring: holds the list, and the key that makes the tags.
            folders: the pool there tells the recorder how many numbers are listed.
            country: of numbers written without a country code.
            renew: changes the keyring so that older copies no longer open; raises VaultError.
            lend: gives the recorder the list; raises LinkError.
            disk: writes the pool.
            words: keeps the numbers as a privacy officer reads them; None keeps tags alone.
        """
        self._keyring = keyring
        self._folders = folders
        self._country = country
        self._renew = renew
        self._lend = lend
        self._disk = disk or Disk()
        self._words = words
        self._lock = threading.Lock()
        self._owed = False

    def follow(self, country: str) -> None:
        """Take another country for numbers without a code."""
        self._country = country

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
        whole = self._whole(operation.number)
        new = tag(self._keyring.content.list_key, whole)
        with self._lock:
            already = new in self._tags
            if not already:
                if len(self._tags) >= MOST:
                    raise Refused("list_full", most=MOST)
                self._add(new)
            if self._words is not None:  # also for a number of which there was only a tag
                self._words.write(whole, new, who.operator)
            return structs.replace(self._state(self._tags, new), already=already)

    @handles(ask.RemoveExempt)
    def remove(self, operation: ask.RemoveExempt, who: Caller) -> ask.ExemptState:
        """Take a number off the list, and lend the list at once."""
        old = self._tag(operation.number)
        with self._lock:
            if old not in self._tags:
                raise Refused("number_not_listed")

            case = self._words.case_of(old) if self._words is not None else ""

            def without(draft: KeyringContent) -> None:
                draft.exempt = tuple(one for one in draft.exempt if one != old)
                draft.cases.pop(case, None)

            # Under a new root: an older keyring, which lists it, must not open any more.
            self._renew(without, who.actor)
            self._announce(len(self._tags))
            self._lend_now()
            if self._words is not None:
                self._words.drop(old)
            return self._state(self._tags, old)

    @handles(ask.ListExempt)
    def listed(self, operation: ask.ListExempt, who: Caller) -> ask.ExemptPage:
        """List the numbers that can be shown, a page of them."""
        tags = self._tags
        shown = [] if self._words is None else self._words.read(set(tags))
        if any(one.readable == "locked" for one in shown):
            raise Refused("locked")
        readable = [one for one in shown if one.readable == "yes"]
        hits = [one for one in readable if self._fits(one.number, operation.text)]
        if operation.order == "newest":
            hits.sort(key=lambda one: -one.at)
        else:
            hits.sort(key=lambda one: one.number)
        per_page = min(max(operation.per_page, 1), 200)
        pages = max(1, -(-len(hits) // per_page))
        page = min(max(operation.page, 1), pages)
        return ask.ExemptPage(
            numbers=tuple(
                ask.ExemptNumber(one.number, one.author, one.at)
                for one in hits[(page - 1) * per_page : page * per_page]
            ),
            total=len(hits),
            page=page,
            pages=pages,
            hidden=len(set(tags)) - len(readable),
        )

    def _fits(self, number: str, text: str) -> bool:
        """Say whether a number is the one that is typed, or holds its digits."""
        text = text.strip()[:LONGEST_NUMBER]
        if not text or possible_e164(text, self._country) == number:
            return True
        digits = "".join(one for one in text if one.isascii() and one.isdigit())
        return bool(digits) and without_trunk(digits) in number

    def lend_if_owed(self) -> None:
        """Lend the list to a recorder that was absent before; call it now and then."""
        with self._lock:
            if self._owed:
                self._lend_now()

    def _state(self, tags: tuple[int, ...], asked: int | None = None) -> ask.ExemptState:
        return ask.ExemptState(len(set(tags)), asked in tags, lent=not self._owed)

    def _tag(self, number: str) -> int:
        """Return a number's tag; raise Refused if it is no telephone number."""
        return tag(self._keyring.content.list_key, self._whole(number))

    def _whole(self, number: str) -> str:
        fits = len(number) <= LONGEST_NUMBER
        whole = possible_e164(number, self._country) if fits else None
        if whole is None:
            raise Refused("no_number")
        return whole

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
