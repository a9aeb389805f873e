"""Parts of an update over HTTPS: exactly what was asked for, whatever a server sends."""

from collections.abc import Iterator

import pytest

from appliance.courier.update import RATE, Updates
from appliance.link.requests.processes.update import PIECE
from tests.courier.authority import Authority, make_authority
from tests.courier.taking import (
    CHUNK,
    CONTENT,
    HANGS,
    Answers,
    Taking,
    Waits,
    carried,
    code_of,
    drip,
    flood,
    part,
    says,
    status,
)
from tests.courier.web import BUNDLE, WebServer, web_served


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server(authority: Authority) -> Iterator[WebServer]:
    with web_served(authority.serving(), CONTENT) as one:
        yield one


def test_a_part_comes_in_pieces_with_the_servers_word_for_the_file(
    authority: Authority, server: WebServer
) -> None:
    wait = Waits()
    keeper = carried(part(server), authority, wait=wait)

    assert code_of(keeper) == ""
    assert keeper.content == CONTENT
    assert keeper.tags == {'"one"'}
    (request,) = server.requests
    assert request.headers["range"] == f"bytes=0-{len(CONTENT) - 1}"
    assert "if-range" not in request.headers
    assert len(wait.asked) == 3
    assert 0 < max(wait.asked) <= 3 * PIECE / RATE, "it leaves room on the line for others"


@pytest.mark.parametrize(("start", "end"), [(1, 2), (PIECE, 2 * PIECE), (7, len(CONTENT))])
def test_a_later_part_is_exactly_that(
    authority: Authority, server: WebServer, start: int, end: int
) -> None:
    keeper = carried(part(server, start, end, tag='"one"'), authority)

    assert code_of(keeper) == ""
    assert keeper.content == CONTENT[start:end]
    (request,) = server.requests
    assert request.headers["if-range"] == '"one"'


CUTS = [0, 1, 100, 16_384, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 77, len(CONTENT) - 1]


def test_cut_at_many_places_it_goes_on_from_what_came(
    authority: Authority, server: WebServer
) -> None:
    """Nothing that came is fetched twice, and nothing is missing."""
    content = bytearray()
    for cut in CUTS:
        server.cut = cut
        keeper = carried(part(server, len(content), tag='"one"' if content else ""), authority)
        expected = "closed" if cut < len(CONTENT) - len(content) else ""
        assert code_of(keeper) == expected
        content += keeper.content
        assert CONTENT.startswith(content)
        if len(content) == len(CONTENT):
            break
    server.cut = None
    if len(content) < len(CONTENT):
        content += carried(part(server, len(content), tag='"one"'), authority).content
    assert content == CONTENT


def test_a_file_that_changed_is_not_mixed_with_the_old_one(
    authority: Authority, server: WebServer
) -> None:
    server.tag = '"two"'
    for ranges in (True, False):
        server.ranges = ranges
        keeper = carried(part(server, PIECE, tag='"one"'), authority)
        assert (code_of(keeper), bytes(keeper.content)) == ("changed", b"")


def test_a_server_that_sends_no_parts_is_told_of(authority: Authority, server: WebServer) -> None:
    server.ranges = False
    whole = carried(part(server), authority)
    later = carried(part(server, PIECE), authority)

    assert (code_of(whole), bytes(whole.content)) == ("", CONTENT)
    assert (code_of(later), bytes(later.content)) == ("no_range", b"")


def test_a_word_that_no_header_may_hold_is_not_passed_on(
    authority: Authority, server: WebServer
) -> None:
    for tag in ('W/"weak"', '"a b"', "none", ""):
        server.tag = tag
        assert carried(part(server, 0, 10), authority).tags == {""}


def content_range(text: str, content: bytes = b"x" * 100) -> Answers:
    return lambda talk, request: talk.send("206 Part", {"Content-Range": text}, content)


WRONG: dict[str, tuple[Answers, str]] = {
    "other_size": (content_range("bytes 0-99/101"), "size"),
    "other_place": (content_range("bytes 1-100/1000"), "odd"),
    "shorter": (content_range("bytes 0-98/1000"), "odd"),
    "unknown_size": (content_range("bytes 0-99/*"), "odd"),
    "none": (content_range("lines 1-2/3"), "odd"),
    "huge": (content_range("bytes 0-99/" + "9" * 400), "odd"),
    "whole_of_other_size": (says(b"x" * 999), "size"),
    "no_such_part": (status("416 No"), "size"),
    "redirect": (status("302 Found", Location="https://127.0.0.1:1/x"), "redirect"),
    "missing": (status("404 Not Found"), "missing"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_the_part_that_was_asked_for_is_not_handed_over(
    authority: Authority, server: WebServer, name: str
) -> None:
    server.answers[BUNDLE], code = WRONG[name]
    keeper = carried(part(server, 0, 100, size=1000), authority)

    assert (code_of(keeper), bytes(keeper.content)) == (code, b"")
    assert len(server.requests) == 1


def test_no_more_is_taken_than_was_asked_for(authority: Authority, server: WebServer) -> None:
    """An endless answer that calls itself the right part."""
    said = "bytes 0-99/1000"
    head = f"HTTP/1.1 206 Part\r\nContent-Range: {said}\r\nTransfer-Encoding: chunked\r\n\r\n"
    server.answers[BUNDLE] = flood(head.encode(), CHUNK)
    keeper = carried(part(server, 0, 100, size=1000), authority)

    assert (code_of(keeper), len(keeper.content)) == ("", 100)


def test_a_server_that_drips_is_left_and_what_came_is_kept(
    authority: Authority, server: WebServer
) -> None:
    head = b"HTTP/1.1 206 Part\r\nContent-Range: bytes 0-99999/100000\r\n"
    server.answers[BUNDLE] = drip(head + b"Content-Length: 100000\r\n\r\n")
    keeper = carried(part(server, 0, 100_000, size=100_000), authority, HANGS)

    assert code_of(keeper) == "late"
    assert 0 < len(keeper.content) < 1000


def test_where_the_keeper_takes_no_more_it_stops(authority: Authority, server: WebServer) -> None:
    keeper = Taking(part(server))
    keeper.room = PIECE
    updates = Updates(keeper, authority.trusting, Waits(), 20.0)  # type: ignore[arg-type]
    assert updates.go_round()

    assert code_of(keeper) == "full"
    assert keeper.content == CONTENT[:PIECE]


def test_when_it_is_to_end_it_ends_between_two_pieces(
    authority: Authority, server: WebServer
) -> None:
    wait = Waits()
    wait.ends = True
    keeper = carried(part(server), authority, wait=wait)

    assert (code_of(keeper), bytes(keeper.content)) == ("", CONTENT[:PIECE])
