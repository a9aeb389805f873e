"""Make proofs of a line whose speakers are named, for each reader, and what is none."""

import hashlib
import json
from typing import TYPE_CHECKING, Any

from tests.vectors.office import RULE, made

if TYPE_CHECKING:
    from tests.vectors.proofs import Box

LIST: dict[str, Any] = {
    "salt": made("salt of speakers").hex(),
    "by": "Ewa Żółć",
    "day": 20_701,
    "people": [{"name": "Anna Nowak", "day": 20_690}, {"name": "Jörg Müller", "day": 20_700}],
}


def digest(whole: dict[str, Any]) -> str:
    """Return the digest of a list."""
    said = ["zgoda speakers v1", whole["salt"], f"{whole['day']} {whole['by']}"]
    said += [f"{one['day']} {one['name']}" for one in whole["people"]]
    return hashlib.sha256("".join(f"{line}\n" for line in said).encode()).hexdigest()


def named(whole: dict[str, Any], readable: str = "yes") -> dict[str, Any]:
    """Return what an annex says of a list."""
    return {"digest": digest(whole), "readable": readable, "whole": whole, "ended": None}


def of(box: "Box") -> dict[str, tuple[bytes, str | None]]:
    """Return proofs, and the fault of each."""
    sealed = {"count": 2, "day": LIST["day"], "digest": digest(LIST)}
    rule = json.dumps(RULE | {"speakers": sealed}, ensure_ascii=False, separators=(",", ":"))
    core = box.core(rule=rule)
    right, lost = named(LIST), named(LIST, "lost") | {"whole": None}
    end = {"seq": 12, "at": 1_790_090_000.5, "clock_ok": True}
    other = named(LIST | {"by": "Jan Nowak"})
    short = right | {"whole": LIST | {"people": LIST["people"][:1]}}

    def office(*lists: dict[str, Any]) -> bytes:
        return box.proof(core, box.annex(core, speakers=list(lists)))

    return {
        "speakers": (office(right), None),
        "speakers_lost": (office(lost), None),
        "speakers_ended": (office(right | {"ended": end}), None),
        "speakers_lost_ended": (office(lost | {"ended": end | {"clock_ok": False}}), None),
        "speakers_for_caller": (box.proof(core, box.for_caller(core)), None),
        "caller_speakers": (box.proof(core, box.for_caller(core, speakers=[right])), "reader"),
        "office_without_speakers": (box.proof(core, box.annex(core, speakers=None)), "reader"),
        "speakers_other": (office(other), "content"),
        "speakers_short": (office(short), "content"),
        "speakers_left_out": (office(), "content"),
        "speakers_said": (
            box.proof(box.core(), box.annex(box.core(), speakers=[right])),
            "content",
        ),
        "speakers_unread": (office(right | {"readable": "locked"}), "content"),
        "speakers_ended_ahead": (office(right | {"ended": end | {"seq": 13}}), "content"),
        "speakers_ended_nowhere": (office(right | {"ended": end | {"seq": 0}}), "content"),
        "speakers_ended_unsaid": (
            office({name: value for name, value in right.items() if name != "ended"}),
            "content",
        ),
    }
