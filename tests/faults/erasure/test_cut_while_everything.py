"""Cut the power at each operation of an erasure of everything: each time it is resumed."""

from pathlib import Path

import pytest

from appliance.keeper.records import Records
from tests.keeper.erasure.cuts import cut_and_start_again, decided

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]


def test_cut_at_each_operation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Records, "unlock", lambda records, reading_key: None)
    box, disk = decided(tmp_path / "data")
    number = 0
    while True:
        number += 1
        cut = cut_and_start_again(monkeypatch, box, disk, number)
        if not cut:
            break
    print(f"everything erased: {number - 1} states tried, 0 lost, {number - 1} resumed")
    assert number > 40
