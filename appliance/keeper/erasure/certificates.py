"""Make certificates of erasures from the audit; nothing else is kept for them."""

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Literal

from appliance.keeper.audit.entries import ERASING_ALL, ERASURE, OF_ALL, AuditEntry
from appliance.link.requests.calls import Certificate
from appliance.vault.opening.eraser import Level

REMAINS: Mapping[Level, tuple[str, ...]] = {
    "E0": ("flash_may_keep_root",),  # flash memory may keep an overwritten file
    "E1": ("flash_may_keep_root_under_board",),  # of use only with this very board
    "E2": (),
}
"""Level -> ids of the sentences on what may remain, for the certificate."""

State = Literal["erasing", "erased", "failed"]

_STATES: Mapping[str, State] = {
    "erasing": "erasing",
    "erased": "erased",
    "erase_failed": "failed",
    "erasing_all": "erasing",
    "erased_all": "erased",
}

_BEGUN = frozenset({"erasing", ERASING_ALL})


class Certificates:
    """Certificates of a recording's last erasure, made when somebody asks."""

    def __init__(
        self,
        entries_of: Callable[[str], Iterable[AuditEntry]],
        now: Callable[[], tuple[Level, int]],
        keys: Callable[[], Container[str]],
        media: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        """Take what they are made from.

        Args:
            entries_of: returns a recording's audit entries, oldest first.
            now: returns the eraser's level and the keyring's generation.
            keys: returns the recordings whose keys are in the keyring.
            media: returns the ids of outside media that still hold a copy.
        """
        self._entries_of = entries_of
        self._now = now
        self._keys = keys
        self._media = media
        self._reasons: dict[str, str] = {}

    def remember(self, made: Iterable[Certificate]) -> None:
        """Keep why erasures failed, in the words of this run; the audit holds none."""
        for one in made:
            if one.state == "failed":
                self._reasons[one.recording] = one.reason
            else:
                self._reasons.pop(one.recording, None)

    def of(self, recording: str) -> Certificate | None:
        """Return the certificate of a recording's last erasure; None if there was none."""
        last, ground = None, ""
        exported = all_begun = False
        for entry in self._entries_of(recording):
            all_begun = all_begun or entry.type == ERASING_ALL
            if entry.type in ERASURE or (all_begun and entry.type in OF_ALL):
                last = entry
                ground = entry.detail or "" if entry.type in _BEGUN else ground
            exported = exported or entry.type == "exported"
        if last is None or (last.type in _BEGUN and recording in self._keys()):
            return None
        level, generation = self._level(last)
        remains = REMAINS[level] + self._media() + (("exports",) if exported else ())
        return Certificate(
            recording=recording,
            state=_STATES[last.type],
            ground=ground,
            level=level,
            generation=generation,
            at=last.t,
            remains=remains,
            seq=0 if last.type in _BEGUN else last.seq,
            reason=self._reasons.get(recording, ""),
        )

    def _level(self, last: AuditEntry) -> tuple[Level, int]:
        """Return the level and generation that an entry names, or those of now."""
        if last.type in _BEGUN or last.detail is None:
            return self._now()
        word, _, generation = last.detail.partition(".")
        level = next((known for known in REMAINS if known == word.upper()), None)
        return (level, int(generation)) if level and generation.isdigit() else self._now()
