"""Make the vectors of proofs with time stamps beside their recordings."""

from collections.abc import Callable
from typing import Any

from tests.vectors import placed
from tests.vectors.audit import FIRST, LATE, Log

Vectors = dict[str, tuple[bytes, str | None]]


def proofs(box: Any, written: Callable[[Any], str], meta: dict[str, Any]) -> Vectors:
    """Return them by name, with what a reader must say.

    Args:
        box: signs them.
        written: writes JSON as a box does.
        meta: of the recording.
    """

    def core_of(day: str) -> tuple[dict[str, Any], Log]:
        """Return a core that names the entry of a stamp, and the log that has it."""
        log = placed.stamped_log(box.core(), day)
        return box.core(meta=written(meta | {"after": placed.place(log, 3)})), log

    (core, log), (later, late_log) = core_of(FIRST), core_of(LATE)

    def beside(fields: dict[str, Any]) -> bytes:
        whole: bytes = box.proof(core, box.annex(core, evidence=[fields]))
        return whole

    def called(fields: dict[str, Any]) -> bytes:
        whole: bytes = box.proof(core, box.for_caller(core, evidence=[placed.for_caller(fields)]))
        return whole

    right, old = placed.stamped(log), placed.stamped(late_log, LATE, "early")
    early = box.proof(later, box.annex(later, evidence=[old]))
    found: Vectors = {
        "stamped": (beside(right), None),
        "stamped_by_a_stranger": (beside(placed.stamped(log, behind="stranger")), None),
        "stamped_for_caller": (called(right | {"stamp_behind": None}), None),
        "stamped_behind_for_caller": (called(right), "evidence"),
        "stamp_older_than_its_head": (early, "evidence"),
    }
    wrong = placed.wrongly_stamped(log)
    return found | {name: (beside(fields), "evidence") for name, fields in wrong.items()}
