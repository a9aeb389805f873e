"""Meet the recorder's signing key of each boot, and attest the recordings that it signed.

The recorder needs no keeper to sign. A key that the keeper meets goes into audit and keyring, so
that a recording is attested at take-up, locked, in this boot or a later one. What was taken up
before is attested once its key is met, as long as that boot lasts.
"""

import contextlib
import threading
from pathlib import Path

from appliance.errors import FileFormatError
from appliance.keeper.audit.entries import ATTESTED
from appliance.keeper.audit.known import known_recordings
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.model.sentences.faults import noted
from appliance.vault.disk import open_ordinary
from appliance.vault.format import HEADER_BYTES, parse_header
from appliance.vault.opening.digest import digest
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.verdicts import AuditFacts
from appliance.vault.origin import fingerprint, is_key, is_signed

MOST_ORIGINS = 64
"""Keys kept: one a boot. What older ones signed is on record in the audit."""


class Origins:
    """The recorder's signing keys that this box has met. Threads may share it."""

    def __init__(self, recordings: Path, keyring: Keyring, audit: AuditLog, boot: str) -> None:
        """Begin.

        Args:
            recordings: the folder of the sealed files.
            keyring: open.
            audit: open.
            boot: this boot's id, six hex digits.
        """
        self._recordings = recordings
        self._keyring = keyring
        self._audit = audit
        self._boot = boot
        self._lock = threading.Lock()
        self._waiting: dict[str, str] | None = None  # recording -> key; None: not looked for yet

    def knows(self, name: str | None) -> bool:
        """Say whether this box has met a key, by its fingerprint."""
        return name in self._keyring.content.origins

    def signer(self, path: Path) -> str | None:
        """Return the fingerprint of the key that signed a file; None if the signature is void.

        Raises:
            OSError: the file cannot be read.
        """
        try:
            with open_ordinary(path) as file:
                raw = file.read(HEADER_BYTES)
            public = parse_header(raw).origin
        except FileFormatError:
            return None
        return fingerprint(public) if is_signed(raw) else None

    def wait(self, rid: str, name: str) -> None:
        """Attest a sealed recording once its key is met: at once if that has happened by now.

        Raises:
            VaultError: the audit could not be written.
        """
        with self._lock:
            if self.knows(name):
                self._attest([rid], name)
            elif self._waiting is not None:
                self._waiting[rid] = name

    def meet(self, public: bytes) -> None:
        """Put the key that the running recorder shows on record; attest what waits for it.

        Raises:
            FileFormatError: it is no key.
            VaultError: audit or keyring could not be written.
        """
        if not is_key(public):
            raise FileFormatError(
                noted(
                    "recording_unkept",
                    "The recorder has shown something else than its signing key.",
                )
            )
        name = fingerprint(public)
        with self._lock:
            if not self.knows(name):
                self._audit.append("origin", KEEPER, detail=f"boot_{self._boot}", origin=name)
                with self._keyring.changing() as draft:
                    kept = [*draft.origins.items(), (name, self._boot)]
                    draft.origins = dict(kept[-MOST_ORIGINS:])
            if self._waiting is None:
                self._waiting = self._unattested()
            waiting = [rid for rid, key in self._waiting.items() if key == name]
            self._attest(waiting, name)
            for rid in waiting:
                del self._waiting[rid]

    def _attest(self, rids: list[str], name: str) -> None:
        """Attest recordings that are still the sealed ones."""
        for rid in rids:
            facts = known_recordings(self._audit.of_recording(rid)).get(rid, AuditFacts())
            with contextlib.suppress(OSError, FileFormatError):  # gone, or no file: nothing to say
                found = digest(self._recordings / rid)
                if facts.origin is None and facts.sealed_sha256 == found.sha256:
                    self._audit.append(ATTESTED, KEEPER, rid, origin=name)

    def _unattested(self) -> dict[str, str]:
        """Return this boot's recordings that were sealed without an origin, with their signers."""
        entries = self._keyring.taken_up()
        of_this_boot = [rid for rid, entry in entries if entry.boot_id == self._boot]
        known = known_recordings(self._audit.entries()) if of_this_boot else {}
        waiting = {}
        for rid in of_this_boot:
            facts = known.get(rid, AuditFacts())
            if facts.sealed and facts.origin is None:
                with contextlib.suppress(OSError):
                    if name := self.signer(self._recordings / rid):
                        waiting[rid] = name
        return waiting
