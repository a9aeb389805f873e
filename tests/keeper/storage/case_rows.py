"""Draw cases, purposes taken back and notes as a ledger may hold them."""

from typing import get_args

from hypothesis import strategies as st

from appliance.keeper.storage.case_rows import (
    CaseEntry,
    CaseKind,
    Channel,
    EndedPurposes,
    EndingEntry,
    NoteEntry,
    NotesEntry,
)
from appliance.keeper.storage.rows import SealedWords

hexes = st.binary(min_size=8, max_size=8).map(bytes.hex)
rids = st.binary(min_size=16, max_size=16).map(bytes.hex)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
days = st.integers(0, 60_000)
moments = st.integers(0, 2**33).map(float)
authors = st.binary(min_size=4, max_size=4).map(bytes.hex)


def words_of(case: str) -> st.SearchStrategy[SealedWords]:
    """Draw words of a case."""
    return st.builds(SealedWords, st.just(case), st.binary(max_size=40))


@st.composite
def cases(draw: st.DrawFn) -> CaseEntry:
    """Draw a case, open or answered."""
    case, received = draw(hexes), draw(days)
    due = received + draw(st.integers(0, 40))
    answered = draw(st.none() | st.integers(0, 400).map(received.__add__))
    return CaseEntry(
        case=case,
        kind=draw(st.sampled_from(get_args(CaseKind))),
        channel=draw(st.sampled_from(get_args(Channel))),
        received=received,
        due=due,
        extended=draw(st.none() | st.integers(1, 90).map(due.__add__)),
        author=draw(authors),
        at=draw(moments),
        identified=draw(st.just("") | authors),
        answered=answered,
        answered_by=draw(st.sampled_from(get_args(Channel))) if answered is not None else None,
        recordings=tuple(draw(st.lists(rids, max_size=4, unique=True))),
        until=draw(st.none() | days) if answered is not None else None,
        words=draw(words_of(case)),
        added=tuple(draw(st.lists(words_of(case), max_size=3))),
    )


@st.composite
def endings(draw: st.DrawFn) -> EndingEntry:
    """Draw what was taken back of a recording, in up to three acts."""
    places = draw(st.lists(st.integers(0, 63), min_size=1, max_size=6, unique=True))
    acts, step = [], draw(st.integers(1, 6))
    for at in range(0, len(places), step):
        some, case = tuple(places[at : at + step]), draw(hexes)
        acts.append(
            EndedPurposes(
                case=case,
                purposes=tuple(f"purpose{place}" for place in some),
                places=some,
                day=draw(st.integers(1, 65_535)),
                due=draw(st.integers(0, 65_535)),
                author=draw(authors),
                at=draw(moments),
                words=draw(st.none() | words_of(case)),
            )
        )
    return EndingEntry(recording=draw(rids), endings=tuple(acts))


@st.composite
def notes(draw: st.DrawFn) -> NotesEntry:
    """Draw which notes lie beside a recording."""
    numbers = sorted(draw(st.sets(st.integers(0, 2**32 - 1), min_size=1, max_size=4)))
    made = [
        NoteEntry(number=number, sha256=draw(digests), author=draw(authors), at=draw(moments))
        for number in numbers
    ]
    return NotesEntry(recording=draw(rids), notes=tuple(made))
