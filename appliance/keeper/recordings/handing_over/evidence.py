"""Find a recording's place in the audit: its entry, the one before the call, a head."""

import hashlib
from collections.abc import Callable

from msgspec import structs

from appliance.errors import FileFormatError
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.audit.stamps import kept_on, read_day_word
from appliance.model.proof import EntryPath, KeptStamp, ProvedRecording, WhatVouches
from appliance.vault.audit.entries import AuditEntry, decode
from appliance.vault.audit.evidence import CALLERS_NODES, SEALED, STAMPED, placed
from appliance.vault.audit.heads import Head
from appliance.vault.audit.stamps import read_stamp

_FILLING = b"zgoda nodes that mean nothing v1\n"


class AuditEvidence:
    """Looks into the audit. Threads may share it."""

    def __init__(self, audit: AuditLog, sign: Callable[[bytes], bytes]) -> None:
        """Take what it works with.

        Args:
            audit: has the entries and heads.
            sign: signs with the box key.
        """
        self._audit, self._sign = audit, sign

    def of(
        self, one: ProvedRecording, entries: list[AuditEntry], *, for_caller: bool
    ) -> WhatVouches:
        """Return what an annex carries for a recording; all None if the log does not hold it.

        Args:
            one: what the recording proves.
            entries: about it.
            for_caller: whether the annex is a caller's.
        """
        try:
            beside = self._beside(one, entries)
            placed(one.core, one.meta.after, beside, for_caller=False)
        except (FileFormatError, OSError):
            return WhatVouches()  # of a log that was damaged, as its own check says
        return self._for_caller(beside) if for_caller else beside

    def _for_caller(self, beside: WhatVouches) -> WhatVouches:
        """Return the same without the head, and with paths whose length tells nothing."""
        if beside.head is None:
            return beside
        after, sealed = (
            structs.replace(path, path=self._filled(path)) if path is not None else None
            for path in (beside.after, beside.sealed)
        )
        return WhatVouches(after=after, sealed=sealed, stamp_before=beside.stamp_before)

    def _filled(self, path: EntryPath) -> tuple[str, ...]:
        """Return a path with further nodes, always the same; nobody else can tell which count."""
        secret = self._sign(_FILLING + path.line.encode())
        more = (
            hashlib.sha256(secret + bytes([at])).hexdigest()
            for at in range(len(path.path), CALLERS_NODES)
        )
        return *path.path, *more

    def _beside(self, one: ProvedRecording, entries: list[AuditEntry]) -> WhatVouches:
        sha256, after = one.core.sha256, one.meta.after
        sealed = next((e for e in entries if (e.type, e.sha256) == (SEALED, sha256)), None)
        if sealed is None:
            return WhatVouches()
        head = self._audit.head_behind(sealed.seq)
        before = self._path(after.seq, head) if after is not None else None
        return WhatVouches(
            after=before,
            sealed=self._path(sealed.seq, head),
            head=head.text if head is not None else None,
            stamp_before=self._stamp_named(before) if before is not None else None,
            stamp_behind=self._stamp_over(head) if head is not None else None,
        )

    def _stamp_named(self, before: EntryPath) -> KeptStamp | None:
        """Return the stamp that an entry names; None if it names none, or its file is not that."""
        entry = decode(before.line.encode() + b"\n").entry
        day = read_day_word(entry.detail) if entry.type == STAMPED else None
        kept = self._kept(day) if day is not None else None
        return kept if kept is not None and read_stamp(kept).digest == entry.sha256 else None

    def _stamp_over(self, head: Head) -> KeptStamp | None:
        """Return the stamp over a head; None if there is none."""
        kept = self._kept(head.day)
        return kept if kept is not None and read_stamp(kept).is_over(head) else None

    def _kept(self, day: str) -> KeptStamp | None:
        try:
            return kept_on(self._audit.folder, day)
        except FileFormatError:
            return None  # damaged: the rest vouches without it

    def _path(self, seq: int, head: Head | None) -> EntryPath:
        tree = self._audit.tree
        path = tree.path(seq, head.seq) if head is not None else ()
        return EntryPath(line=tree.line(seq), path=path)
