"""Make certificates of erasures from the audit; nothing else is kept for them."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from appliance.errors import Refused
from appliance.keeper.audit.entries import ERASING_ALL, ERASURE, OF_ALL
from appliance.keeper.audit.search import EntryQuery, spanning
from appliance.keeper.erasure.handed_out import CopyOf, was_exported
from appliance.keeper.erasure.media import OnMedia
from appliance.keeper.erasure.order import NOTHING_RECORDED
from appliance.link.requests.calls import ErasureCertificate
from appliance.link.requests.papers.certificates import CertificateList, ListCertificates
from appliance.model.proof import ProofReader
from appliance.model.sentences.faults import DeviceFault
from appliance.vault.audit.entries import AuditEntry
from appliance.vault.opening.eraser import Level

REMAINS: Mapping[Level, tuple[str, ...]] = {
    "E0": ("flash_may_keep_root",),  # flash memory may keep an overwritten file
    "E1": ("flash_may_keep_root_under_board",),  # of use only with this very board
    "E2": (),
}
"""Level -> ids of the sentences on what may remain, for the certificate."""

Search = Callable[[EntryQuery, int, int], tuple[Sequence[AuditEntry], int, int, int]]
"""Returns a page of entries, their number, the page, and that of pages."""

State = Literal["erasing", "erased", "failed"]

_STATES: Mapping[str, State] = {
    "erasing": "erasing",
    "erased": "erased",
    "erase_failed": "failed",
    "erasing_all": "erasing",
    "erased_all": "erased",
}

_BEGUN = frozenset({"erasing", ERASING_ALL})


class KeptCertificates:
    """Certificates of a recording's last erasure, made when asked for."""

    def __init__(
        self,
        entries_of: Callable[[str], Iterable[AuditEntry]],
        now: Callable[[], tuple[Level, int]],
        keys: Callable[[], Container[str]],
        copy_of: CopyOf,
        media: OnMedia = lambda sealed, erased: (),
        controller: Callable[[], str] = str,
        search: Search | None = None,
    ) -> None:
        """Take what they are made from.

        Args:
            entries_of: returns a recording's audit entries, oldest first.
            now: returns the eraser's level and the keyring's generation.
            keys: returns the recordings whose keys are in the keyring.
            copy_of: returns what the ledger has of a copy.
            media: returns what other media may still hold.
            controller: returns the controller who issues them.
            search: finds entries of the audit; without it no list can be made.
        """
        self._entries_of = entries_of
        self._now = now
        self._keys = keys
        self._copy_of = copy_of
        self._media = media
        self._controller = controller
        self._search = search
        self._faults: dict[str, tuple[DeviceFault, ...]] = {}

    def remember(self, made: Iterable[ErasureCertificate]) -> None:
        """Keep why erasures failed in this run; the audit does not say."""
        for one in made:
            if one.state == "failed":
                self._faults[one.recording] = one.faults
            else:
                self._faults.pop(one.recording, None)

    def of(self, recording: str) -> ErasureCertificate | None:
        """Return the certificate of a recording's last erasure; None if there was none."""
        last, ground, actor, sealed_at, sealed = None, "", "", 0.0, 0
        all_begun = False
        entries = list(self._entries_of(recording))
        for entry in entries:
            all_begun = all_begun or entry.type == ERASING_ALL
            if entry.type in ERASURE or (all_begun and entry.type in OF_ALL):
                last = entry
                ground = entry.detail or "" if entry.type in _BEGUN else ground
                actor = entry.actor if entry.type in _BEGUN else actor
            if entry.type == "sealed" and entry.rid == recording:
                sealed_at, sealed = entry.t, entry.seq
        if last is None or (last.type in _BEGUN and recording in self._keys()):
            return None
        if ground == NOTHING_RECORDED:  # nobody was recorded, so nothing was erased for anybody
            return None
        level, generation = self._level(last)
        media = self._media(sealed, last.seq)
        # For whoever asked for the erasure: what a silence covers is not told.
        exported = was_exported({recording: entries}, ProofReader.CALLER, self._copy_of)
        remains = REMAINS[level] + media + (("exports",) if exported else ())
        return ErasureCertificate(
            recording=recording,
            state=_STATES[last.type],
            ground=ground,
            level=level,
            generation=generation,
            at=last.t,
            remains=remains,
            seq=0 if last.type in _BEGUN else last.seq,
            faults=self._faults.get(recording, ()),
            sealed_at=sealed_at,
            actor=actor,
            controller=self._controller(),
        )

    def listed(self, asked: ListCertificates) -> CertificateList:
        """Return a page of certificates, by the day of the order; raises Refused.

        A recording that was kept in the end, since it was held meanwhile, has none.
        """
        if self._search is None:
            raise Refused("no_log")
        oldest = asked.order == "oldest"
        wanted = spanning(["erasing"], asked.actor, asked.since, asked.until, oldest_first=oldest)
        wanted = replace(wanted, without=NOTHING_RECORDED)
        found, total, page, pages = self._search(wanted, asked.page, min(asked.per_page, 100))
        rids = dict.fromkeys(entry.rid for entry in found if entry.rid)
        made = tuple(one for one in map(self.of, rids) if one is not None)
        return CertificateList(made, total, page, pages)

    def _level(self, last: AuditEntry) -> tuple[Level, int]:
        """Return the level and generation that an entry names, or those of now."""
        if last.type in _BEGUN or last.detail is None:
            return self._now()
        word, _, generation = last.detail.partition(".")
        level = next((known for known in REMAINS if known == word.upper()), None)
        return (level, int(generation)) if level and generation.isdigit() else self._now()
