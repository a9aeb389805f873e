"""Make vectors of files that contradict each other: ``python -m tests.vectors.stories``.

Each has proofs, certificates of erasure, heads that were kept outside, a log and the certificate of
a time-stamp authority, all well signed, since the office has every key. They are written from the
specification, always to the same bytes.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from appliance.clock import DAY
from tests.vectors import placed
from tests.vectors.audit import AT, BACK, FIRST, SECOND, Keys, Log, keys_of, public
from tests.vectors.compared import erased_stories, stamped_stories
from tests.vectors.compared.story import PERSON, Story
from tests.vectors.office import RULE, made
from tests.vectors.placed import Fields
from tests.vectors.proofs import META, NOTHING_OUTSIDE, OURS, written
from tests.vectors.unreal import UNREAL

VECTORS = Path(__file__).parent / "stories.json"

KINDS = ("proofs", "certificates", "heads", "authorities")
"""What a story may have several of, beside its log."""

KEYS, ITS_OWN = keys_of("stories"), keys_of("dated back")
RECORDER = made("recorder").hex()


def story(
    by: Keys = KEYS,
    day: str = FIRST,
    behind: tuple[str, ...] = (),
    size: int = 6,
    origin: str | None = RECORDER,
    later: float = 0,
    **meta: Any,
) -> Story:
    """Return what a device says at the beginning of the second day.

    Args:
        by: the keys of its log.
        day: of the recording.
        behind: types of the last entries of that day, where they are not the usual ones.
        size: entries of that day.
        origin: the recorder's key that the keeper has met; None: it met none.
        later: by so many seconds the entry of the recording is dated ahead.
        meta: what META says otherwise.
    """
    log = Log()
    log.add(by.one, day, "audit_key", key=public(by.one))
    log.add(by.one, day, "first_run")
    began = AT[day] - 60
    core = OURS.core(
        meta=written(META | {"started_at": began, "after": placed.place(log)} | meta),
        rule=written(RULE),
    )
    # Sealed at ``AT[day]``; 21 s before the recording and 18 s of sound make it end before that.
    file = {"rid": core["recording"], "frames": core["frames"], "sha256": core["sha256"]}
    file |= {"t": AT[day] + later, **({"origin": origin} if origin else {})}
    log.add(by.one, day, "sealed", **file)
    for type in (
        *("viewed", "logged_in", "logged_out")[: size - len(log.lines) - len(behind)],
        *behind,
    ):
        log.add(by.one, day, type)
    log.sign(by.one, day, size)
    told = Story(log, core, day, SECOND if day == FIRST else FIRST, size)
    log.add(by.one, told.second, "audit_key", key=public(by.two))
    return told


def listened_to(one: Story) -> Fields:
    """Put on record that somebody listened and was given a copy; return the annex behind it."""
    rid = one.core["recording"]
    at = AT[SECOND]
    said: dict[str, Any] = {"t": at, "actor": PERSON, "rid": rid}
    one.log.add(KEYS.two, SECOND, "played", **said, detail="for.training")
    one.log.add(KEYS.two, SECOND, "exported", **said, detail="to.caller")
    usual = OURS.annex(one.core)
    return one.annex(
        listened=[usual["listened"][0] | {"at": at}],
        copies=[usual["copies"][0] | {"at": at}],
        recipients=["caller"],
    )


def cut(log: Log, entries: int, *heads: str) -> dict[str, str]:
    """Return the files of a log that ends with an entry, with the heads of some days."""
    kept = replace(log, lines=log.lines[:entries], heads={day: log.heads[day] for day in heads})
    return kept.files()


def gone_on(log: Log, entries: int) -> dict[str, str]:
    """Return the files of a log that was cut off and written on, signed with the day's key."""
    other = Log(log.lines[:entries], {FIRST: log.heads[FIRST]}, placed.hashes(log)[entries - 1])
    for type in ("viewed", "logged_in", "logged_out", "viewed"):
        other.add(KEYS.two, SECOND, type)
    return other.files()


def build() -> dict[str, Any]:
    """Return all files by name, and each vector: which it has, and what must be said of them."""
    files: dict[str, str | dict[str, str]] = {}
    found: dict[str, dict[str, Any]] = {}

    def vector(name: str, outcome: str, *codes: str, **given: Any) -> None:
        said: dict[str, Any] = {kind: [] for kind in KINDS} | {"log": None} | given
        said |= {"outcome": outcome, "codes": sorted(codes)}
        found[name] = said

    for step in (_one_device, _clock, _ahead, _cut, _clone, _dated_back, _recording, _unreal):
        step(files, vector)
    erased_stories.build(files, vector)
    stamped_stories.build(files, vector)
    return {"fingerprint": OURS.fingerprint, "files": files, "vectors": found}


def _one_device(files: dict[str, Any], vector: Any) -> None:
    """Make what an honest office hands out, alone and with what others have of it."""
    one = story()
    files["first proof"] = one.given(one.annex(), KEYS)
    files["log of the first"] = one.log.files()
    annex = listened_to(one)
    files["second proof"] = one.given(annex, KEYS)
    files["log"], files["head"] = one.log.files(), one.head
    both, head, log = ["first proof", "second proof"], {"heads": ["head"]}, {"log": "log"}
    alone, tied = ("no_witness", "between"), ("witness", "between_and_head")
    vector("honest", "whole", *alone, proofs=["second proof"])
    vector("honest_with_head", "whole", *tied, proofs=["second proof"], **head)
    acts = "entry_not_for_reader"
    vector("honest_with_log", "whole", *alone, acts, proofs=["second proof"], **log)
    vector("honest_with_all", "whole", *tied, acts, proofs=both, **head, **log)
    older = {"log": "log of the first"}
    vector("honest_older_log", "whole", *alone, acts, proofs=["first proof"], **older)
    vector("older_log", "audit", "log_ends", proofs=["second proof"], **older)
    vector("honest_twice", "whole", *alone, proofs=both)
    other = replace(one.log, heads={})
    other.sign(KEYS.one, FIRST, one.size, tree=made("another tree").hex())
    files["head with another tree"] = placed.head(other)
    beside: dict[str, Any] = {"proofs": ["second proof"], "heads": ["head with another tree"]}
    vector("head_with_another_tree", "two_heads", "two_heads_day", "head_lacks", **beside)
    vector(
        "head_with_another_tree_with_log", "head", "head_other_log", "head_lacks", **beside, **log
    )


def _clock(files: dict[str, Any], vector: Any) -> None:
    """Make a call dated back by 183 days under a keeper whose log is true."""
    back = story(started_at=AT[BACK] - 60)
    files["proof of a clock put back"] = back.given(back.annex(), KEYS)
    files["log of a clock put back"], files["head of it"] = back.log.files(), back.head
    name = ["proof of a clock put back"]
    vector("clock_put_back", "order", "order_after", proofs=name)
    beside = {"heads": ["head of it"], "log": "log of a clock put back"}
    vector("clock_put_back_with_all", "order", "order_after", proofs=name, **beside)
    hidden = OURS.proof(back.core, back.annex(evidence=[NOTHING_OUTSIDE])).decode()
    files["proof without lines"] = hidden
    vector("clock_put_back_hidden", "order", "order_hidden", proofs=["proof without lines"])


def _ahead(files: dict[str, Any], vector: Any) -> None:
    """Make a recording that was put on record a day later than the head that contains it."""
    one = story(later=DAY)
    files["proof dated ahead"] = OURS.proof(one.core, one.annex()).decode()
    told = OURS.for_caller(one.core, copies=[], evidence=[placed.for_caller(one.beside)])
    files["proof dated ahead for caller"] = OURS.proof(one.core, told).decode()
    files["head behind it"] = one.head
    vector("sealed_ahead", "order", "order_ahead", proofs=["proof dated ahead"])
    caller = {"proofs": ["proof dated ahead for caller"]}
    vector("sealed_ahead_for_caller", "whole", "no_witness", "between", **caller)
    head = {"heads": ["head behind it"]}
    vector("sealed_ahead_for_caller_with_head", "order", "order_ahead", **caller, **head)


def _cut(files: dict[str, Any], vector: Any) -> None:
    """Make logs that were cut off behind a copy or a listening, and written on."""
    one = story()
    one.given(one.annex(), KEYS)
    listened_to(one)
    files["log cut at the annex"] = cut(one.log, 10, FIRST)
    files["log cut before the copy"] = cut(one.log, 9, FIRST)
    files["log cut within the day"] = cut(one.log, 6)
    files["log written on"] = gone_on(one.log, 8)
    proof = {"proofs": ["second proof"]}
    alone = ("no_witness", "between", "entry_not_for_reader")
    vector("cut_at_the_annex", "whole", *alone, "entry_newest", **proof, log="log cut at the annex")
    for name in ("cut before the copy", "cut within the day"):
        vector(f"log_{name.replace(' ', '_')}", "audit", "log_ends", **proof, log=f"log {name}")
    vector("log_written_on", "audit", "log_lacks", **proof, log="log written on")


def _clone(files: dict[str, Any], vector: Any) -> None:
    """Make a clone that goes on within the recording's day: another head of that day."""
    clone = story(behind=("viewed",))
    files["proof of the clone"] = clone.given(clone.annex(), KEYS)
    files["log of the clone"], files["head of the clone"] = clone.log.files(), clone.head
    theirs, both = ["proof of the clone"], ["first proof", "proof of the clone"]
    head = {"heads": ["head of the clone"]}
    vector("clone_alone", "whole", "no_witness", "between", proofs=theirs)
    vector("clone_with_its_head", "whole", "witness", "between_and_head", proofs=theirs, **head)
    two = ("two_heads_entry", "two_heads_day")
    vector("two_heads", "two_heads", *two, proofs=both)
    vector("head_of_the_clone", "two_heads", *two, "head_lacks", proofs=["second proof"], **head)
    vector(
        "log_of_the_clone", "audit", "log_lacks", proofs=["second proof"], log="log of the clone"
    )
    vector("heads_of_both", "two_heads", *two, proofs=theirs, heads=["head", "head of the clone"])


def _dated_back(files: dict[str, Any], vector: Any) -> None:
    """Make a vault that begins 183 days ago, with the box's key and a log of its own."""
    alone = ("no_witness", "between")
    for name, size in (("long", 6), ("short", 4)):
        other = story(ITS_OWN, BACK, size=size)
        files[f"{name} proof dated back"] = other.given(other.annex(), ITS_OWN)
        files[f"{name} log dated back"] = other.log.files()
        proof = {"proofs": [f"{name} proof dated back"]}
        log = {"log": f"{name} log dated back"}
        vector(f"dated_back_{name}", "whole", *alone, **proof)
        acts = "entry_not_for_reader"
        vector(f"dated_back_{name}_with_log", "whole", *alone, acts, **proof, **log)
        found = ("two_heads_entry", "order_heads") if name == "long" else ("head_untied", *alone)
        outcome = "two_heads" if name == "long" else "whole"
        vector(f"dated_back_{name}_with_head", outcome, *found, **proof, heads=["head"])
        found = ("log_lacks",) if name == "short" else (*found, "log_lacks")
        outcome = "audit" if name == "short" else outcome
        vector(f"dated_back_{name}_with_both", outcome, *found, **proof, **log, heads=["head"])


def _recording(files: dict[str, Any], vector: Any) -> None:
    """Make proofs that say of a recording what the log does not, and leave out its lines."""
    foreign = story(origin=None)
    kept = foreign.annex()["kept"][0]
    honest = foreign.annex(kept=[kept | {"attested": False}])
    files["proof of a foreign recorder"] = foreign.given(honest, KEYS)
    files["proof of a foreign recorder as ours"] = foreign.given(foreign.annex(), KEYS)
    files["log of a foreign recorder"] = foreign.log.files()
    acts = ("no_witness", "between", "entry_not_for_reader")
    name, log = "proof of a foreign recorder", {"log": "log of a foreign recorder"}
    vector("foreign_recorder", "whole", *acts, proofs=[name], **log)
    vector(
        "foreign_recorder_as_ours", "audit", "log_lacks_origin", proofs=[f"{name} as ours"], **log
    )
    lines = {"evidence": [NOTHING_OUTSIDE]}
    right = story(after=None)
    other = replace(right, core=right.core | {"sha256": made("another file").hex()})
    late = story(after=None, started_at=AT[FIRST] + 600)
    unplaced = ("no_witness", "not_placed")
    for name, one, found in (
        ("without_lines", right, ()),
        ("another_file", other, ("audit", "log_other_file")),
        ("sealed_before_its_end", late, ("order", "order_sealed")),
    ):
        files[name.replace("_", " ")] = one.given(one.annex(**lines), KEYS)
        files[f"log beside {name.replace('_', ' ')}"] = one.log.files()
        given = {"proofs": [name.replace("_", " ")]}
        vector(name, "whole", *unplaced, **given)
        said = found or ("whole", *unplaced, "entry_not_for_reader")
        vector(f"{name}_with_log", *said, **given, log=f"log beside {name.replace('_', ' ')}")


def _unreal(files: dict[str, Any], vector: Any) -> None:
    """Make lines that were no telephone lines beside an honest proof, head and log."""
    for name, (kind, heard) in UNREAL.items():
        one = story()
        core = one.core | {"recording": made(f"story of {name}", 16).hex()}
        core |= {"rule": written({**RULE, "heard": heard})}
        proof = OURS.proof(core, OURS.annex(core)).decode()
        files[f"proof of {name}"] = proof
        vector(name, kind, proofs=["second proof", f"proof of {name}"], heads=["head"], log="log")


def main() -> None:
    """Write the vectors."""
    VECTORS.write_text(json.dumps(build(), ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
