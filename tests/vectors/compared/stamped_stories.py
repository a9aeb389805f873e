"""Make the stories of time stamps, beside proofs and over the head of an erasure's day.

An authority tells the time at which it stamps, so all of this happens on the day on which
``tests.vectors.stamps`` was run.
"""

import hashlib
import json
import time
from typing import Any

from appliance.clock import DAY
from tests.vectors import certificates, placed
from tests.vectors.audit import Log, keys_of, public
from tests.vectors.compared.erased_stories import ALONE, Erasure, erase, finished
from tests.vectors.compared.story import Story
from tests.vectors.office import RULE, made
from tests.vectors.placed import STAMPS, kept, token
from tests.vectors.proofs import META, OURS, written

KEYS = keys_of("stamped stories")
GONE = made("recording that is erased", 16).hex()
BELATED = 2 * 3600
"""So many seconds too late, or too early for its stamp, something is put on record."""


def told(name: str) -> Any:
    """Return what was kept when the stamps were made: the certificate, and the moment."""
    return json.loads(STAMPS.read_text("utf-8"))[name]


def device(later: float = 0, *, back: float = 0) -> tuple[Story, Erasure]:
    """Return a device that named a stamp, sealed two recordings and erased one on the same day.

    Args:
        later: so many seconds behind the stamp that it names it did the rest.
        back: so many seconds its clock was put back.
    """
    log, at = Log(), float(told("made")) - back
    day, before = (time.strftime("%Y-%m-%d", time.gmtime(at - ago)) for ago in (0, DAY))
    log.add(KEYS.one, day, "audit_key", key=public(KEYS.one), t=at)
    log.add(KEYS.one, day, "first_run", t=at)
    named = {"sha256": hashlib.sha256(token("before")).hexdigest(), "t": at}
    log.add(KEYS.one, day, "stamped", **named, detail=f"day.{before.replace('-', '')}")
    meta = META | {"started_at": at + 10, "after": placed.place(log, 3)}
    core = OURS.core(meta=written(meta), rule=written(RULE))
    file = {"frames": core["frames"], "sha256": core["sha256"], "origin": made("recorder").hex()}
    for rid in (core["recording"], GONE):
        log.add(KEYS.one, day, "sealed", rid=rid, **file, t=at + 60 + later)
    erased = erase(log, KEYS.one, day, GONE, at + 90 + later)
    size = len(log.lines)
    log.sign(KEYS.one, day, size)
    following = time.strftime("%Y-%m-%d", time.gmtime(at + DAY))
    log.add(KEYS.one, following, "audit_key", key=public(KEYS.two), t=at + DAY)
    story = Story(log, core, day, following, size, after=3, sealed=4)
    return story, Erasure(log, core, *erased)


def stamped(one: Story, behind: str) -> str:
    """Return a proof with the stamp that its recording names and one over the head behind it."""
    beside = one.beside | {"stamp_before": kept(token("before"))}
    return one.given(one.annex(evidence=[beside | {"stamp_behind": kept(token(behind))}]), KEYS)


def log_with(one: Story, raw: bytes) -> dict[str, str]:
    """Return the files of a log that has a stamp over the head of the day."""
    text = json.dumps(kept(raw), separators=(",", ":")) + "\n"
    return one.log.files() | {f"stamps/{one.day}.json": text}


def build(files: dict[str, Any], vector: Any) -> None:
    """Make all of them."""
    files["authority"] = told("roots")
    for step in (_honest, _strangers, _misdated, _erased, _erased_late):
        step(files, vector)


CONFIRMED = ("witness_stamp", "between", "stamp_after", "stamp_until", "stamp_qualified")
UNKNOWN = ("no_witness", "between", "stamp_unknown")
KNOWN = {"authorities": ["authority"]}


def _honest(files: dict[str, Any], vector: Any) -> None:
    one, _ = device()
    files["stamped proof"] = stamped(one, "story")
    files["log of the stamped proof"], files["head of the stamped proof"] = (
        one.log.files(),
        one.head,
    )
    mine, log = {"proofs": ["stamped proof"]}, {"log": "log of the stamped proof"}
    vector("stamped", "whole", *CONFIRMED, **mine, **KNOWN)
    vector("stamped_by_unknown", "whole", *UNKNOWN, **mine)
    acts = "entry_not_for_reader"
    head = {"heads": ["head of the stamped proof"]}
    every = ("witness", "witness_stamp", "between_and_head", acts, *CONFIRMED[2:])
    vector("stamped_with_all", "whole", *every, **mine, **log, **head, **KNOWN)


def _strangers(files: dict[str, Any], vector: Any) -> None:
    """Make a proof whose stamp is a stranger's, and one that stands beside another head."""
    one, _ = device()
    files["proof stamped by a stranger"] = stamped(one, "story_stranger")
    mine = {"proofs": ["proof stamped by a stranger"]}
    vector("stamped_by_a_stranger_unknown", "whole", *UNKNOWN, **mine)
    vector("stamped_by_a_stranger", "stamp", "stamp_stranger", **mine, **KNOWN)
    beside = one.beside | {"stamp_before": kept(token("before"))}
    other = one.annex(evidence=[beside | {"stamp_behind": kept(token("story_late"))}])
    files["proof with a stamp of another head"] = OURS.proof(one.core, other).decode()
    mine = {"proofs": ["proof with a stamp of another head"]}
    vector("stamp_of_another_head", "evidence", **mine, **KNOWN)
    late, _ = device(BELATED)
    files["head of another story"] = late.head
    both = {"proofs": ["stamped proof"], "heads": ["head of another story"]}
    two = ("two_heads_day", "two_heads_entry", "head_lacks")
    vector("stamped_with_another_head", "two_heads", *two, **both, **KNOWN)


def _misdated(files: dict[str, Any], vector: Any) -> None:
    """Make a call dated back before the stamp that it names, and one behind its head's stamp."""
    back, _ = device(back=BELATED)
    files["proof dated back before its stamp"] = stamped(back, "story_back")
    mine = {"proofs": ["proof dated back before its stamp"]}
    vector("stamp_younger_than_its_call", "order", "order_stamp_before", **mine, **KNOWN)
    vector("stamp_younger_unknown", "order", "order_stamp_before", **mine)
    late, _ = device(BELATED)
    files["proof later than its stamp"] = stamped(late, "story_late")
    mine = {"proofs": ["proof later than its stamp"]}
    vector("stamp_older_than_its_recording", "order", "order_stamp_behind", **mine, **KNOWN)


def _erased(files: dict[str, Any], vector: Any) -> None:
    """Make certificates whose log has the day's head stamped, by whom and over what ever."""
    one, gone = device()
    supplement = finished(gone.office, one.log, one.day)
    files["certificate of a stamped day"] = gone.file(supplement)
    files["certificate of a stamped day for caller"] = certificates.file(gone.caller).decode()
    files["log with a stamp"] = log_with(one, token("story"))
    files["log with a stamp of a stranger"] = log_with(one, token("story_stranger"))
    files["log with a stamp of another head"] = log_with(one, token("story_late"))
    files["log with a stamp that was cut"] = log_with(one, token("story")[:-1])
    confirmed = ("witness_stamp", "erased_clock", "erased_stamp", "stamp_qualified")
    for name in ("", "_for_caller"):
        mine = {"certificates": [f"certificate of a stamped day{name.replace('_', ' ')}"]}
        log = {"log": "log with a stamp"}
        vector(f"erased_stamped{name}", "whole", *confirmed, **mine, **log, **KNOWN)
        vector(f"erased_stamped{name}_unknown", "whole", *ALONE, "stamp_unknown", **mine, **log)
        vector(f"erased_stamped{name}_without_log", "whole", *ALONE, **mine, **KNOWN)
        other = {"log": "log with a stamp of a stranger"}
        code = "stamp_stranger_day"
        vector(f"erased_stamped{name}_by_a_stranger", "stamp", code, **mine, **other, **KNOWN)
        for how in ("of another head", "that was cut"):
            log = {"log": f"log with a stamp {how}"}
            vector(
                f"erased_stamp{name}_{how.replace(' ', '_')}",
                "whole",
                *ALONE,
                **mine,
                **log,
                **KNOWN,
            )


def _erased_late(files: dict[str, Any], vector: Any) -> None:
    """Make an erasure that is dated two hours behind the stamp over the head of its day."""
    one, gone = device(BELATED)
    files["certificate later than the stamp"] = gone.file(finished(gone.office, one.log, one.day))
    files["log of an erasure later than the stamp"] = log_with(one, token("story_late"))
    mine = {"certificates": ["certificate later than the stamp"]}
    vector("erased_later_alone", "whole", *ALONE, **mine, **KNOWN)
    log = {"log": "log of an erasure later than the stamp"}
    code = "order_stamp_erased"
    vector("erased_later_than_its_stamp", "order", code, **mine, **log, **KNOWN)
    vector("erased_later_unknown", "order", code, **mine, **log)
