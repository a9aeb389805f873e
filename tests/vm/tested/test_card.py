"""A pulled card's holders are named, whether they have it open or only mapped."""

import mmap
import os
from pathlib import Path

from tests.vm.far.card import holders


def test_a_process_that_holds_a_node_is_named(tmp_path: Path) -> None:
    open_, mapped, below = tmp_path / "pcmC0D0p", tmp_path / "pcmC0D0c", f"{tmp_path}/"
    for path in (open_, mapped):
        path.write_bytes(bytes(mmap.PAGESIZE))
    assert holders(below) == []
    with open_.open("rb"), mapped.open("r+b") as file:
        held = mmap.mmap(file.fileno(), mmap.PAGESIZE)
    assert [each.split(f"({os.getpid()}) ")[1] for each in holders(below)] == [str(mapped)]
    with open_.open("rb"):
        mapped.unlink()
        told = [each.split(f"({os.getpid()}) ")[1] for each in holders(below)]
    assert told == [f"{mapped} (deleted)", str(open_)]
    held.close()
    assert holders(below) == []
