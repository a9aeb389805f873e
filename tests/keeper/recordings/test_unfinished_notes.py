"""A note that a power cut left unfinished goes; one that is being written stays."""

from pathlib import Path

from tests.keeper.office import make_office


def test_what_is_unfinished_at_two_take_ups_is_removed(tmp_path: Path) -> None:
    office = make_office(tmp_path / "data")
    left = office.folders.notes / ".0123456789abcdef"
    left.write_bytes(b"")
    office.records.take_up()
    assert left.exists(), "it may be finished any moment"
    another = office.folders.notes / ".fedcba9876543210"
    another.write_bytes(b"{")
    office.records.take_up()
    assert not left.exists()
    assert another.exists()
    office.close()
