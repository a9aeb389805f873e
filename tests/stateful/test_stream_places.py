"""Open and close live pages in any order: nobody's tabs take the stream of a colleague."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from web.streams import MOST_EACH, MOST_STREAMS, StreamPlace, Streams


@given(st.lists(st.tuples(st.sampled_from("abcdefghij"), st.booleans()), max_size=80))
def test_however_pages_open_and_close_nobody_is_without_a_stream(
    acts: list[tuple[str, bool]],
) -> None:
    """Of ten people each who wants a stream has one, and no more are held than there may be."""
    streams, held = Streams(), list[StreamPlace]()
    for person, opens in acts:
        if opens:
            place = streams.take_place(person)
            if place is not None:
                held.append(place)
            held = [each for each in held if not each.taken.is_set()]
            assert person in {each.person for each in held}
        elif mine := [each for each in held if each.person == person]:
            streams.give_back(mine[0])
            held.remove(mine[0])
        each_has = Counter(each.person for each in held)
        assert len(held) <= MOST_STREAMS
        assert max(each_has.values(), default=0) <= MOST_EACH
