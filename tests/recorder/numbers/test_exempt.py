"""Know the numbers that are never recorded, once their key was lent."""

from pathlib import Path

import pytest

from appliance.recorder.numbers.exempt import ExemptList
from appliance.vault.pool import Pool, PoolContent, store
from appliance.vault.tags import BITS, tag
from tests.vaults import BOX_KEY, SIGNER


def exempt_list(folder: Path, count: int | None) -> ExemptList:
    """Return the recorder's list, with a pool that tells so many numbers, or without one."""
    if count is not None:
        content = PoolContent(bytes(16), bytes(32), BOX_KEY, exempt=count)
        store(folder / "pool", content, SIGNER.sign)
    return ExemptList(Pool(folder / "pool", folder), "PL")


class TestExemptList:
    def test_the_pool_says_that_the_list_is_empty(self, tmp_path: Path) -> None:
        exempt = exempt_list(tmp_path, 0)
        assert exempt.known
        assert not exempt.listed("+48221234567")

    @pytest.mark.parametrize("count", [None, 1, 10_000])
    def test_before_the_key_is_lent_nothing_may_be_asked(
        self, tmp_path: Path, count: int | None
    ) -> None:
        exempt = exempt_list(tmp_path, count)
        assert not exempt.known
        exempt.lend(bytes(32), (tag(bytes(32), "+48221234567"),))
        assert exempt.known

    @pytest.mark.parametrize("spelling", ["+48221234567", "22 123 45 67", "0048 22 1234567"])
    def test_knows_a_number_in_any_spelling(self, tmp_path: Path, spelling: str) -> None:
        exempt = exempt_list(tmp_path, 1)
        exempt.lend(bytes(32), (tag(bytes(32), "+48221234567"),))
        assert exempt.listed(spelling)

    @pytest.mark.parametrize("other", ["+48221234568", "", "not a number", "112"])
    def test_knows_no_other(self, tmp_path: Path, other: str) -> None:
        exempt = exempt_list(tmp_path, 1)
        exempt.lend(bytes(32), (tag(bytes(32), "+48221234567"),))
        assert not exempt.listed(other)

    def test_a_tag_is_short(self) -> None:
        tags = {tag(bytes(32), f"+4822123{n:04d}") for n in range(500)}
        assert max(tags) < 2**BITS
        assert len(tags) > 490
