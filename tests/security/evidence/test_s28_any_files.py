"""Any files of a drawn history, in any order: honest ones pass, contradictions do not."""

import random
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from appliance.vault.proof import read_proof
from tests.security.evidence.histories import History, Kept
from tests.security.evidence.test_s28_one_story_of_one_device import codes, verify

CHOICES = 40
"""Of files, in each history."""

WIDTH = {"between", "between_and_head", "until", "until_head", "not_placed"}
"""What is said of the time of each recording, and not judged."""


def words(files: Sequence[Kept], *, log: Kept | None, roots: Path | None) -> list[Path | str]:
    """Return the words of the command, in the order of the files."""
    found: list[Path | str] = []
    for one in files:
        found += ["--head"] if one.kind == "head" else []
        found.append(one.path)
    if log is not None:
        found += ["--audit", log.path]
    if roots is not None:
        found += ["--authority", roots]
    return found


def judged(*given: Path | str) -> tuple[int, dict[str, Any], set[str]]:
    """Run the command; return its exit code, its answer, and the codes of what it found."""
    code, answer = verify(*given)
    assert (code == 0) is (answer["outcome"] == "whole")
    found = codes(answer) if "evidence" in answer else set()
    assert code == 0 or not found & WIDTH, "a width is said and not judged"
    return code, answer, found


def fits(one: Kept, other: Kept, fork: int) -> bool:
    """Say whether two files can be of one log."""
    return one.branch == other.branch or min(one.rests_on, other.rests_on) <= fork


class Choice:
    """Some files of a history, in an order."""

    def __init__(self, told: History, draw: random.Random) -> None:
        """Draw them: one that is read at least, perhaps heads, a log, an authority."""
        self._told = told
        read = [one for one in told.kept if one.kind in {"proof", "certificate"}]
        heads = [one for one in told.kept if one.kind == "head"]
        logs = [one for one in told.kept if one.kind == "log"]
        self.files = draw.sample(read, draw.randint(1, min(4, len(read))))
        self.files += draw.sample(
            heads, draw.choice([0, 0, 1, min(2, len(heads))][: len(heads) + 2])
        )
        draw.shuffle(self.files)
        self.log = draw.choice(logs) if draw.random() < 0.5 else None
        self.roots = told.roots if draw.random() < 0.5 else None

    @property
    def everything(self) -> list[Kept]:
        """Return the files and the log."""
        return [*self.files, *([self.log] if self.log is not None else [])]

    @property
    def words(self) -> list[Path | str]:
        """Return the words of the command."""
        return words(self.files, log=self.log, roots=self.roots)

    @property
    def is_one_story(self) -> bool:
        """Say whether all is of one log, by a clock that nobody put back."""
        pairs = combinations(self.everything, 2)
        return not any(one.doubtful for one in self.everything) and all(
            fits(one, other, self._told.fork) for one, other in pairs
        )

    @property
    def is_answered(self) -> bool:
        """Say whether the log given has all that the files name."""
        log = self.log
        return log is None or all(one.answered_by <= log.rests_on for one in self.files)

    @property
    def is_cut_off(self) -> bool:
        """Say whether the log given ends before something that a file names, or is another's."""
        log, fork = self.log, self._told.fork
        if log is None:
            return False
        return any(
            one.rests_on > log.rests_on or (one.branch != log.branch and one.rests_on > fork)
            for one in self.files
        )


def test_any_files_in_any_order_are_told_as_they_are(told: History) -> None:
    draw, seen = random.Random(told.seed), set[str]()
    assert any(one.kind == "log" for one in told.kept)
    for _ in range(CHOICES):
        one = Choice(told, draw)
        code, answer, found = judged(*one.words)
        context = (answer["outcome"], found, one.words)
        seen.add(answer["outcome"])
        if one.is_cut_off:
            assert code == 1, context
        elif one.is_one_story and one.is_answered:
            assert code == 0, context
        if code == 0:
            believed(told, one, found, answer)
        elif not any(kept.doubtful for kept in one.everything):
            assert answer["outcome"] != "stamp", "it is the authority's"
        again = [*one.files]
        draw.shuffle(again)
        assert judged(*words(again, log=one.log, roots=one.roots))[::2] == (code, found), context
        more(told, one, code, draw)
    assert "whole" in seen


def believed(told: History, one: Choice, found: set[str], answer: dict[str, Any]) -> None:
    """Check what is said of files that do not contradict each other."""
    heads = [kept for kept in one.files if kept.kind == "head"]
    proofs = [kept for kept in one.files if kept.kind == "proof"]
    first = answer["evidence"][0]["code"]
    assert (first == "no_witness") is not bool(found & {"witness", "witness_some", "witness_stamp"})
    assert heads or not found & {"witness", "witness_some"}, "nobody outside kept a head"
    assert one.roots is not None or "witness_stamp" not in found, "anybody can use a name"
    assert bool(found & WIDTH) is bool(proofs)
    if "witness" in found:
        for kept in one.files:
            assert any(fits(kept, head, told.fork) for head in heads), (kept, heads)


def more(told: History, one: Choice, code: int, draw: random.Random) -> None:
    """Add one more file: what contradicts itself goes on to."""
    rest = [kept for kept in told.kept if kept.kind in {"proof", "certificate"}]
    rest = [kept for kept in rest if kept not in one.files]
    if code == 1 and rest:
        files = [*one.files, draw.choice(rest)]
        assert judged(*words(files, log=one.log, roots=one.roots))[0] == 1


def test_a_call_behind_a_clock_that_was_put_back_is_no_honest_one(told: History) -> None:
    for one in told.kept:
        if one.kind == "proof" and one.doubtful:
            read = read_proof(one.path.read_bytes())
            late = {each.core.recording for each in read.recordings} & told.late_calls
            code, answer, _ = judged(one.path)
            assert (code, answer["outcome"]) == ((1, "order") if late else (0, "whole"))
