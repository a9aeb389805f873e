"""Two worlds that differ in a silence give the caller the same where days are stamped, too.

The stamp before the call is that of both worlds. From then on each world has its own: those behind
the call are over heads that count what is silenced, and nothing of them may reach a caller.
"""

from pathlib import Path

import pytest

from appliance.vault.proof import read_proof
from tests.promises.test_p11_each_reader_gets_what_is_theirs import leaves, story
from tests.promises.worlds.one_world import World
from tests.promises.worlds.two_worlds import two_worlds
from tests.vault.audit.stamped import StampAuthority
from tests.web.conftest import set_up_box


def stamps_of(world: World, reader: str) -> set[tuple[bool, bool]]:
    """Say whether a signed file has a stamp before each recording's call, and one behind it."""
    raw = world.officer.send(f"/calls/{world.rid}/proof", recipient=reader).data
    evidence = read_proof(raw).annex.evidence
    return {(one.stamp_before is not None, one.stamp_behind is not None) for one in evidence}


@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", range(100, 103))
def test_stamps_tell_a_caller_nothing_of_what_is_silenced(
    tmp_path: Path, authority: StampAuthority, seed: int
) -> None:
    box, acts = set_up_box(tmp_path), [*story(seed), "day"]
    with two_worlds(box, tmp_path, acts, authority) as (silenced, plain):
        for world in (silenced, plain):
            assert stamps_of(world, "caller") == {(True, False)}
            assert stamps_of(world, "office") == {(True, True)}, "of this world's own"
        for (way, told), (_, other) in zip(
            *(leaves(one, "page") for one in (silenced, plain)), strict=True
        ):
            assert told == other, (way, acts)
