"""Make the vectors of what a proof carries of the audit: lines, paths and heads.

They are written from the specification, as ``tests.vectors.audit`` writes a log, to the same bytes
each time.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.vectors.audit import FIRST, SECOND, Keys, Log, keys_of, public, root
from tests.vectors.office import made

Fields = dict[str, Any]


STAMPS = Path(__file__).parent / "stamps.json"
"""Tokens, in base64; the certificate of the authority of most; the moment of their making."""


def the_log(name: str, core: Fields) -> Log:
    """Return a log of two days: a recording is sealed as entry 3 of 6 on the first."""
    log, of = Log(), keys_of(name)
    log.add(of.one, FIRST, "audit_key", key=public(of.one))
    log.add(of.one, FIRST, "first_run")
    file = {"rid": core["recording"], "frames": core["frames"], "sha256": core["sha256"]}
    log.add(of.one, FIRST, "sealed", **file)
    log.add(of.one, FIRST, "played", rid=core["recording"])
    log.add(of.one, FIRST, "sealed", **file | {"rid": made("other recording", 16).hex()})
    log.add(of.one, FIRST, "logged_out")
    log.sign(of.one, FIRST, 6)
    log.add(of.one, SECOND, "audit_key", key=public(of.two))
    log.add(of.two, SECOND, "viewed")
    log.sign(of.two, SECOND, 8)
    return log


def hashes(log: Log) -> list[str]:
    """Return the hashes of a log's entries."""
    return [json.loads(line)["hash"] for line in log.lines]


def path(log: Log, seq: int, size: int) -> list[str]:
    """Return the path of an entry by the words of RFC 6962, section 2.1.1."""

    def below(at: int, of: list[str]) -> list[str]:
        if len(of) == 1:
            return []
        half = 1
        while 2 * half < len(of):
            half *= 2
        if at < half:
            return [*below(at, of[:half]), root(of[half:])]
        return [*below(at - half, of[half:]), root(of[:half])]

    return below(seq - 1, hashes(log)[:size])


def line(log: Log, seq: int, size: int = 6) -> Fields:
    """Return an entry's line with its path; without one if there is no size."""
    return {"line": log.lines[seq - 1].rstrip("\n"), "path": path(log, seq, size) if size else []}


def head(log: Log, day: str = FIRST) -> str:
    """Return a head as its file has it."""
    return json.dumps(json.loads(log.heads[day]), separators=(",", ":"))


def seq_of(log: Log, day: str = FIRST) -> int:
    """Return the number of the entry that a head names."""
    seq: int = json.loads(log.heads[day])["seq"]
    return seq


def place(log: Log, seq: int = 1) -> Fields:
    """Return an entry as META names it."""
    return {"seq": seq, "hash": hashes(log)[seq - 1]}


def whole(log: Log) -> Fields:
    """Return what an annex carries for the recording."""
    return {
        "after": line(log, 1),
        "sealed": line(log, 3),
        "head": head(log),
        "stamp_before": None,
        "stamp_behind": None,
    }


def token(name: str) -> bytes:
    """Return a token that OpenSSL's authority signed once: see ``tests.vectors.stamps``."""
    return b64decode(json.loads(STAMPS.read_text("utf-8"))[name])


def kept(raw: bytes, *, qualified: bool = True) -> Fields:
    """Return a stamp as it is kept."""
    return {"token": b64encode(raw).decode(), "qualified": qualified}


def stamped_log(core: Fields, day: str = FIRST) -> Log:
    """Return a log of one day: entry 3 names a stamp, and a recording is sealed as entry 4."""
    log, of = Log(), keys_of("stamped log")
    log.add(of.one, day, "audit_key", key=public(of.one))
    log.add(of.one, day, "first_run")
    digest = hashlib.sha256(token("before")).hexdigest()
    log.add(of.one, day, "stamped", sha256=digest, detail="day.20260920")
    file = {"rid": core["recording"], "frames": core["frames"], "sha256": core["sha256"]}
    log.add(of.one, day, "sealed", **file)
    log.add(of.one, day, "played", rid=core["recording"])
    log.sign(of.one, day, 5)
    return log


def stamped(log: Log, day: str = FIRST, behind: str = "behind") -> Fields:
    """Return what an annex carries of such a log."""
    return {
        "after": line(log, 3, 5),
        "sealed": line(log, 4, 5),
        "head": head(log, day),
        "stamp_before": kept(token("before")),
        "stamp_behind": kept(token(behind)),
    }


def wrongly_stamped(log: Log) -> dict[str, Fields]:
    """Return, by its vector's name, the stamps that a reader must refuse beside a recording."""
    right, before, behind = stamped(log), token("before"), token("behind")
    nothing = {"head": None, "after": line(log, 3, 0), "sealed": line(log, 4, 0)}
    return {
        "stamp_cut": right | {"stamp_behind": kept(behind[:-1])},
        "stamp_doubled": right | {"stamp_behind": kept(behind + behind)},
        "stamp_before_cut": right | {"stamp_before": kept(before[:-1])},
        "stamp_before_doubled": right | {"stamp_before": kept(before + before)},
        "stamp_over_another_head": right | {"stamp_behind": kept(before)},
        "stamp_before_another": right | {"stamp_before": kept(behind)},
        "stamp_without_head": right | nothing,
        "stamp_alone": dict.fromkeys(right) | {"stamp_behind": right["stamp_behind"]},
    }


def for_caller(fields: Fields) -> Fields:
    """Return the same without the head, with paths of 40 nodes."""
    found = fields | {"head": None}
    for name in ("after", "sealed"):
        nodes = fields[name]["path"]
        more = [made(f"{name} {at}").hex() for at in range(len(nodes), 40)]
        found[name] = fields[name] | {"path": nodes + more}
    return found


def changed(log: Log, name: str, **change: Any) -> Fields:
    """Return the same with a line changed."""
    fields = whole(log)
    return fields | {name: fields[name] | change}


def of_another_day(log: Log, fields: Fields, size: int) -> Fields:
    """Return the same with paths in a tree of another size."""
    return fields | {"after": line(log, 1, size), "sealed": line(log, 3, size)}


def other_head(log: Log, name: str, sign: Callable[[Log, Keys], None]) -> Fields:
    """Return the same with another head of the first day."""
    sign(log, keys_of(name))
    return whole(log) | {"head": head(log)}


def wrong(core: Fields) -> dict[str, Fields]:
    """Return, by its vector's name, what a reader must refuse beside a recording."""
    log, theirs = the_log("log", core), the_log("other log", core)
    right, nothing = whole(log), dict.fromkeys(whole(log))
    sealed = right["sealed"]
    form_1 = json.loads(right["head"])
    del form_1["tree"]
    return {
        "path_of_another": changed(log, "sealed", path=path(log, 4, 6)),
        "path_of_another_before": changed(log, "after", path=path(log, 2, 6)),
        "path_short": changed(log, "sealed", path=sealed["path"][:-1]),
        "path_long": changed(log, "sealed", path=[*sealed["path"], sealed["path"][0]]),
        "path_swapped": changed(log, "sealed", path=sealed["path"][::-1]),
        "path_other_size": of_another_day(log, right, 5),
        "path_without_head": right | {"head": None},
        "head_of_another_log": right | {"head": head(theirs)},
        "head_of_another_day": of_another_day(log, right, 8) | {"head": head(log, SECOND)},
        "head_before": other_head(
            the_log("log", core), "log", lambda log, of: log.sign(of.one, FIRST, 2)
        ),
        "head_signed_by_stranger": other_head(
            the_log("log", core), "log", lambda log, of: log.sign(of.stranger, FIRST, 6)
        ),
        "head_other_tree_beside": other_head(
            the_log("log", core), "log", lambda log, of: log.sign(of.one, FIRST, 6, tree="ee" * 32)
        ),
        "head_altered_beside": right | {"head": right["head"].replace('"seq":6', '"seq":7')},
        "head_spaces": right | {"head": right["head"].replace('"seq":6', '"seq": 6')},
        "head_of_form_1_beside": right | {"head": json.dumps(form_1, separators=(",", ":"))},
        "head_alone": nothing | {"head": right["head"]},
        "sealed_of_another": right | {"sealed": line(log, 5)},
        "sealed_other_type": right | {"sealed": line(log, 4)},
        "sealed_of_another_log": right | {"sealed": line(theirs, 3)},
        "line_altered": changed(
            log, "sealed", line=sealed["line"].replace('"frames":', '"frames":1')
        ),
        "line_doubled": changed(log, "sealed", line=f"{sealed['line']}\n{sealed['line']}"),
        "after_another": right | {"after": line(log, 2)},
        "after_missing": right | {"after": None},
        "after_alone": nothing | {"after": line(log, 1, 0)},
        "stamp_unread": right | {"stamp_behind": kept(b"\0\0\0")},
        "stamp_before_unnamed": right | {"stamp_before": kept(token("before"))},
    }
