"""Prove P11 for those outside: nothing that leaves tells a caller of a silenced matter.

Two worlds begin as one data folder. In both the office does the same; in one of them it also hands
a call to the police, silenced, holds it for them, listens, renews, asks for the silence's end. Then
everything that may reach a caller is taken in both worlds, by every way, and compared byte for
byte. Signatures and the hash of the audit's newest entry alone may differ.
"""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.keeper.doctor.silences import examine_silences
from appliance.link.registry import operations, tag
from tests.keeper.mail.mailed import Mailed, change
from tests.promises.worlds.one_world import LISTENER, WORDS, World
from tests.promises.worlds.two_worlds import (
    ACTS,
    SECRET_ACTS,
    TOLD,
    lift,
    lift_silently,
    two_worlds,
)
from tests.web.conftest import set_up_box
from tests.web.read_alike import page_of, proof_of, zip_of

STORIES = 12


def story(seed: int) -> list[str]:
    """Draw what happens: acts of both kinds, a silenced copy among them.

    In every second story the call is held silently at the end. In every third the rest of the call
    is found in between.
    """
    draw = random.Random(seed)
    acts = draw.choices([*TOLD, *SECRET_ACTS], k=ACTS)
    first = ("police", "police_among_others", "police_by_command", "police_soon")[seed % 4]
    acts.insert(draw.randrange(ACTS // 2), first)
    if seed % 3 == 0:
        acts.insert(draw.randrange(ACTS), "late")
    return [*acts, *(["lift", "silent_hold"] if seed % 2 else [])]


def parts_of(seed: int) -> int:
    """Draw how many recordings the call has."""
    return 1 + seed // 2 % 2


# -- what leaves -----------------------------------------------------------------------------------


SENT = {
    "calls.export": "hand-over, bulk, command, files",
    "proof.get": "proof, bulk, command, files",
    "proof.hear": "bulk: the words that the rule names, for everybody alike",
    "calls.get_certificate": "its file, by panel and by command",
    "erase_all.get_certificate": "tests/keeper/erasure/test_erase_all_certified.py",
    "calls.read_playback": "a listener's ear: tests/web/test_who_is_no_officer.py",
    "steps.next": "backups, which nothing outside opens; what a mail says is below",
}
"""Every operation by which bytes of a call leave the keeper, and where it is tried."""

OF_NO_CALL = {
    *("phone.sound", "prompts_in_use.sound"),
    *("words.hear", "words.hear_draft", "words.measure"),
}
"""The same, of prompts and of the demo phone."""

ERASES = ("page", "chosen", "command")
"""How an officer erases."""


def leaves(world: World, erases: str) -> Iterator[tuple[str, Any]]:
    """Yield everything that may reach a caller, each under the name of its way."""
    yield from seen(world)
    yield "show", world.run("show", world.rid, name=LISTENER)
    another = world.officer.get(f"/calls/{world.another}/proof?for=caller").text
    yield "sheet of another call", page_of(another)
    for kind in ("caller", "adviser"):
        yield from copies_for(kind, world)
    yield from mailed(world)
    yield from erased(world, erases)


def seen(world: World) -> Iterator[tuple[str, Any]]:
    """Yield what a listener sees, behind what they were refused: it may have left a trace."""
    rid = world.rid
    lena = world.panel.log_in(LISTENER)
    for purpose in ("legal_duty", "archive"):
        refused = lena.send(f"/calls/{rid}/listen", purpose=purpose)
        yield f"refused: {purpose}", (refused.status_code, page_of(refused.text))
    for path in (f"/calls/{rid}/proof?for=office", "/silences"):
        refused = lena.get(path)
        yield f"refused: {path}", (refused.status_code, page_of(refused.text))
    for path in (f"/calls/{rid}", "/calls", f"/calls/{rid}/proof", "/"):
        page = lena.get(path)
        yield f"a listener's {path}", (page.status_code, page_of(page.text))
    found = lena.find("/calls", text="221234567")
    yield "a listener's search", (found.status_code, page_of(found.text))
    yield "list", world.run("list", name=LISTENER)


def copies_for(kind: str, world: World) -> Iterator[tuple[str, Any]]:
    """Yield each form of a copy that somebody outside may get."""
    rid, officer = world.rid, world.officer
    yield f"sheet for {kind}", page_of(officer.get(f"/calls/{rid}/proof?for={kind}").text)
    taken = officer.send(f"/calls/{rid}/proof", recipient=kind)
    yield f"proof for {kind}", (taken.headers["Content-Disposition"], proof_of(taken.data))
    named = {"recipient": kind, "words": "Anna Nowak"}
    for way, path, more in (
        ("hand-over", f"/calls/{rid}/hand-over", {}),
        ("bulk", "/calls/chosen/hand-over", {"chosen": world.chosen()}),
    ):
        handed = officer.send(path, **named, **more)
        told = handed.headers["Content-Disposition"], zip_of(handed.data)
        yield f"{way} for {kind}", told
    sound, proof = world.files / f"{kind}.wav", world.files / f"{kind}.proof.jsonl"
    said = world.run("export", rid, "--for", kind, "--out", str(sound))
    yield f"command for {kind}", said.replace(str(world.files), "")
    yield f"files for {kind}", (sound.read_bytes(), proof_of(proof.read_bytes()))
    for file in (sound, proof):
        file.unlink()


def nothing_leaves(world: World, kind: str) -> None:
    """Try each way by which a copy, a proof or a sheet leaves for somebody: none does."""
    rid, officer, named = world.rid, world.officer, {"recipient": kind, "words": "Anna Nowak"}
    out = world.files / f"{kind}.wav"
    for answer in (
        officer.get(f"/calls/{rid}/proof?for={kind}"),
        officer.send(f"/calls/{rid}/proof", recipient=kind),
        officer.send(f"/calls/{rid}/hand-over", **named),
        officer.send("/calls/chosen/hand-over", **named, chosen=world.chosen()),
        officer.send("/calls/chosen/hand-over", **named, chosen=world.chosen(world.another)),
    ):
        assert answer.status_code >= 400, answer.text
        assert answer.mimetype == "text/html"
    for words in (("export", "--for", kind), ("export",), ("proof", "--for", kind)):
        world.run(words[0], rid, *words[1:], "--out", str(out), code=1)
        assert not out.exists()
        assert not out.with_name(f"{kind}.proof.jsonl").exists()


def mailed(world: World) -> Iterator[tuple[str, Any]]:
    """Yield the mail of a day; its signed head is of the whole audit.

    It asks for somebody where a silence is due, and says of what in one line alone.
    """
    box = world.panel.box
    assert box.keeper.box is not None
    counted = box.keeper.box.records.recordings.silences.counted()
    due = [finding.id for finding in examine_silences(counted)]
    change(box)
    mail = Mailed(box)
    mail.deliver()  # of the trial
    mail.see("disk.full", *due)
    letter = mail.deliver()
    text = re.sub(r"^\{.*?\}$", "", letter.text, flags=re.M | re.S)
    lines = [line for line in text.split("\n") if "silence" not in line]
    assert len(text.split("\n")) - len(lines) == len(due)
    yield "mail", (letter.subject, lines)


def erase(world: World, erases: str) -> tuple[int, Any]:
    """Order the erasure of the call; return whether it was refused, and what is told."""
    why = {"ground": "consent_withdrawn", "reason": "Asked by letter.", "sure": "yes"}
    if erases == "command":
        words = ("erase", world.rid, "--ground", why["ground"], "--reason", why["reason"])
        held = world.silent or world.held
        return held, world.run(*words, code=int(held))
    path = f"/calls/{world.rid}/erase"
    if erases == "chosen":
        path, why["chosen"] = "/calls/chosen/erase", world.chosen()
    answer = world.officer.send(path, **why)
    return answer.status_code == 409, page_of(answer.text).replace(why.get("chosen", "?"), "")


def erased(world: World, erases: str) -> Iterator[tuple[str, Any]]:
    """Yield the certificate of the call's erasure, or the refusal while the office holds it.

    What a silent hold keeps cannot be certified: whoever asks for its erasure waits for an answer.
    """
    rid, officer = world.rid, world.officer
    if world.silent:
        assert erase(world, erases)[0]
        lift_silently(world)
    yield f"erasure by {erases}", erase(world, erases)
    if world.held:
        lift(world)
        erase(world, erases)
    page = officer.get(f"/calls/{rid}/certificate").text
    found = re.search(r"<article.*?</article>", page, re.DOTALL)
    assert found is not None
    yield "certificate", page_of(found[0])
    yield "certificate, by command", world.run("certificate", rid)
    yield from certified(world)


def certified(world: World) -> Iterator[tuple[str, Any]]:
    """Yield what is signed of the erasure, as the person concerned gets it."""
    rid, officer = world.rid, world.officer
    assert world.panel.box.keeper.box is not None
    for _ in range(2):
        world.panel.box.clock.advance(40)
        world.panel.box.keeper.box.records.tick()
    page = officer.get(f"/calls/{rid}/certificate").text
    found = re.search(r"<article.*?</article>", page, re.DOTALL)
    assert found is not None
    assert "not signed" not in page
    yield "signed certificate", page_of(found[0])
    taken = officer.get(f"/calls/{rid}/certificate/caller.jsonl").data
    first, line, rest = taken.split(b"\n")
    said = json.loads(line.rpartition(b',"sig":')[0] + b"}")
    drawn = said.pop("id"), said["erased"].pop("hash")
    assert all(re.fullmatch(r"[0-9a-f]{16,64}", one) for one in drawn)
    yield "its file", (len(taken), first, said, rest)
    out = world.files / "erased.certificate.jsonl"
    told = world.run("certificate", rid, "--out", str(out))
    yield "its file, by command", (told.replace(str(world.files), ""), out.read_bytes() == taken)
    out.unlink()


# -- two worlds ------------------------------------------------------------------------------------


def test_every_way_in_which_bytes_leave_the_keeper_is_tried() -> None:
    sent = {tag(kind) for kind in operations() if kind.sends_file or kind.sends_bytes}
    assert sent == SENT.keys() | OF_NO_CALL


@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", range(STORIES))
def test_two_worlds_that_differ_in_a_silence_give_the_caller_the_same(
    tmp_path: Path, seed: int
) -> None:
    box = set_up_box(tmp_path)
    acts = story(seed)
    with two_worlds(box, tmp_path, acts, parts=parts_of(seed)) as (silenced, plain):
        assert silenced.silent or not seed % 2
        office = silenced.officer.get(f"/calls/{silenced.rid}/proof?for=office").text
        assert "KMP" in office, "the office itself is told"
        erases = ERASES[seed % len(ERASES)]
        ways = zip(leaves(silenced, erases), leaves(plain, erases), strict=True)
        for (way, told), (_, other) in ways:
            assert told == other, (way, acts)
            assert not [word for word in WORDS if word in repr(told)], (way, acts)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", [1, 3])
def test_a_call_that_a_silence_keeps_past_its_date_is_gone(tmp_path: Path, seed: int) -> None:
    box = set_up_box(tmp_path)
    acts = [*story(seed), "past_the_date"]
    with two_worlds(box, tmp_path, acts) as (silenced, plain):
        assert silenced.silent
        assert silenced.officer.get(f"/calls/{silenced.rid}").status_code == 200
        assert plain.officer.get(f"/calls/{plain.rid}").status_code == 303, "to its certificate"
        for world in (silenced, plain):
            world.run("show", world.rid, name=LISTENER, code=1)
            for kind in ("caller", "adviser"):
                nothing_leaves(world, kind)
        ways = zip(
            (*seen(silenced), *mailed(silenced)), (*seen(plain), *mailed(plain)), strict=True
        )
        for (way, told), (_, other) in ways:
            assert told == other, (way, acts)
            assert not [word for word in WORDS if word in repr(told)], (way, acts)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", range(1, STORIES, 2))
def test_a_part_that_a_silence_keeps_past_its_date_is_in_nothing_that_leaves(
    tmp_path: Path, seed: int
) -> None:
    box = set_up_box(tmp_path)
    acts = [*story(seed), "past_a_date"]
    with two_worlds(box, tmp_path, acts, parts=2) as (silenced, plain):
        first = silenced.parts[0]
        assert silenced.officer.get(f"/calls/{first}").status_code == 200
        assert plain.officer.get(f"/calls/{first}").status_code == 303, "to its certificate"
        for (way, told), (_, other) in zip(parts_leave(silenced), parts_leave(plain), strict=True):
            assert told == other, (way, acts)
            assert not [word for word in WORDS if word in repr(told)], (way, acts)


def parts_leave(world: World) -> Iterator[tuple[str, Any]]:
    """Yield what may reach a caller of a call of which a part is gone."""
    yield from seen(world)
    for kind in ("caller", "adviser"):
        yield from copies_for(kind, world)
    yield from mailed(world)
