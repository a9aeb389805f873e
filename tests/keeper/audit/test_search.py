"""The audit is searched by type, actor and time, and finds what a look at each entry finds."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import DAY
from appliance.keeper.audit.lines import months
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.audit.search import EntryQuery, spanning
from appliance.vault.audit.entries import AuditEntry
from tests.keeper.office import Office, make_office
from tests.model.refusals import refuses

TYPES = ("played", "viewed", "exported", "exempt_added")
ACTORS = ("0a0b0c0d", "0a0b0c0e", "keeper")


def busy(folder: Path) -> Iterator[Office]:
    """Make an office that has done something on each of 90 days."""
    made = make_office(folder / "data")
    turns = zip(range(90), itertools.cycle(TYPES), itertools.cycle(ACTORS), strict=False)
    for _, kind, actor in turns:
        made.clock.advance(DAY)
        made.audit.append(kind, actor, "ab" * 16)
    yield made
    made.close()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One for all tests, which read it."""
    yield from busy(tmp_path_factory.mktemp("office"))


@pytest.fixture
def changed(tmp_path: Path) -> Iterator[Office]:
    """One for a test that changes it."""
    yield from busy(tmp_path)


def every(log: AuditLog, wanted: EntryQuery) -> list[AuditEntry]:
    found, total, _, _ = log.search(wanted, 1, 200)
    assert len(found) == total
    return found


@pytest.mark.parametrize("types", [(), ("played",), ("played", "exported"), ("erased",)])
@pytest.mark.parametrize("actor", ["", "0a0b0c0d", "0a0b0c0"])
def test_a_search_finds_what_a_look_at_each_entry_finds(
    office: Office, types: tuple[str, ...], actor: str
) -> None:
    wanted = EntryQuery(frozenset(types), actor)
    expected = [
        entry
        for entry in office.audit.entries()
        if (not types or entry.type in types) and actor in {"", entry.actor}
    ]
    assert every(office.audit, wanted) == expected[::-1]
    oldest = EntryQuery(frozenset(types), actor, oldest_first=True)
    assert every(office.audit, oldest) == expected


def test_days_bound_a_search_and_pages_divide_it(office: Office) -> None:
    entries = list(office.audit.entries())
    since, before = entries[40].t, entries[140].t
    wanted = EntryQuery(since=since, before=before)
    expected = [entry for entry in entries if since <= entry.t < before]
    assert every(office.audit, wanted) == expected[::-1]
    got: list[AuditEntry] = []
    for number in (1, 2, 3, 4):
        found, total, page, pages = office.audit.search(wanted, number, 30)
        assert (total, page, pages) == (len(expected), number, -(-len(expected) // 30))
        got += found
    assert got == expected[::-1]
    assert office.audit.search(wanted, 999, 30)[2] == -(-len(expected) // 30)


def test_a_line_that_was_changed_is_not_taken_for_an_entry(changed: Office) -> None:
    (path,) = [one for one in changed.folders.audit.glob("*.log")][:1]
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b'"type":"played"', b'"type":"viewed"', 1))
    played = [entry for entry in changed.audit.entries() if entry.type == "played"]
    assert every(changed.audit, EntryQuery(frozenset({"played"}))) == played[::-1]
    found, total, _, _ = changed.audit.search(EntryQuery(frozenset({"viewed"})), 1, 200)
    assert (len(found), total) == (23, 24)  # the chain is broken there, which the page says


@pytest.mark.parametrize(
    ("types", "actor", "since", "code"),
    [
        ((".*",), "", "", "no_entry_type"),
        (('played","actor":"x',), "", "", "no_entry_type"),
        ((), "0a|.*", "", "no_actor"),
        ((), "", "soon", "no_day"),
    ],
)
def test_what_is_no_word_id_or_day_reaches_no_pattern(
    types: tuple[str, ...], actor: str, since: str, code: str
) -> None:
    with refuses(code):
        spanning(types, actor, since, "", oldest_first=False)


def test_months_are_the_logs_alone_in_their_order(tmp_path: Path) -> None:
    for name in ("2026-11.log", "2025-12.log", "2026-1.log", "2026-11.log.new", "x2026-11.log"):
        (tmp_path / name).touch()

    assert [path.name for path in months(tmp_path)] == ["2025-12.log", "2026-11.log"]
    assert months(tmp_path / "missing") == []
    assert months(tmp_path / "2026-11.log") == []
