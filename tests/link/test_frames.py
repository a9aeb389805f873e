"""The messages themselves, without a socket."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import LONGEST_VALUE, LinkError, MessageRefused, Refused
from appliance.link import frames
from appliance.link.operations import Done
from appliance.link.registry import operations
from appliance.link.requests.calls import ListCalls
from appliance.link.requests.first_run import ConfirmSheet
from appliance.link.requests.login import LogIn

DECODER = frames.Decoder(operations())

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(st.text(), st.text(), st.none() | st.text(max_size=100), st.integers(0, 2**31))
def test_a_request_survives(name: str, password: str, session: str | None, number: int) -> None:
    operation = LogIn(name=name, password=password)
    line = frames.encode_request(number, operation, session)
    assert line.count(b"\n") == 1
    asked = DECODER.decode(line)
    assert (asked.id, asked.operation, asked.session) == (number, operation, session)
    assert asked.bytes == 0


@given(st.binary(max_size=300))
def test_bytes_are_understood_or_refused(raw: bytes) -> None:
    for line in (raw, raw + b"\n"):
        with pytest.raises(MessageRefused):
            DECODER.decode(line)


@given(json_values)
def test_json_is_understood_or_refused(value: Any) -> None:
    with pytest.raises(MessageRefused):
        DECODER.decode(json.dumps(value).encode() + b"\n")
    request = {"v": 1, "id": 1, "request": value}
    with pytest.raises(MessageRefused):
        DECODER.decode(json.dumps(request).encode() + b"\n")


@given(st.data())
def test_a_changed_byte_never_does_worse_than_refuse(data: st.DataObject) -> None:
    line = bytearray(frames.encode_request(5, ListCalls(text="+48221234567"), "token"))
    line[data.draw(st.integers(0, len(line) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MessageRefused):
        assert type(DECODER.decode(bytes(line)).operation) in operations()


@given(st.binary(max_size=200))
def test_an_answer_is_understood_or_refused(raw: bytes) -> None:
    with pytest.raises(LinkError):
        frames.decode_reply(raw + b"\n", 1)


def test_number_keys_survive() -> None:
    operation = ConfirmSheet(groups={3: "ABCD", 11: "EFGH"})
    assert DECODER.decode(frames.encode_request(1, operation)).operation == operation


def test_a_failure_keeps_code_and_values() -> None:
    why = Refused("held", seconds=3, until=2027, by="a judge")
    with pytest.raises(Refused) as caught:
        frames.decode_reply(frames.encode_failure(1, why), 1)
    told = caught.value
    assert (told.code, told.seconds) == ("held", 3)
    assert told.values == {"until": 2027, "by": "a judge"}
    assert str(told) == "held until=2027 by=a judge"


@pytest.mark.parametrize(
    "error",
    [
        b'{"code":""}',
        b'{"code":" "}',
        b'{"code":"not a word"}',
        b'{"code":"' + b"x" * 65 + b'"}',
        b'{"code":"held","values":{"a b":1}}',
        b'{"code":"held","values":{"seconds":1}}',
        b'{"code":"held","values":{"most":90071992547409930}}',
        b'{"code":"held","seconds":90071992547409930}',
        b'{"code":"held","values":{' + b",".join(b'"v%d":1' % each for each in range(9)) + b"}}",
    ],
)
def test_a_failure_without_a_reason_is_no_answer(error: bytes) -> None:
    with pytest.raises(MessageRefused, match=r"^The answer refuses without a reason\.$"):
        frames.decode_reply(b'{"id":1,"ok":false,"error":' + error + b"}\n", 1)


@pytest.mark.parametrize("value", [b"1.5", b"true", b"null", b"[1]", b"1" + b"0" * 5000])
def test_a_value_is_a_number_or_a_text(value: bytes) -> None:
    line = b'{"id":1,"ok":false,"error":{"code":"held","values":{"most":' + value + b"}}}\n"
    with pytest.raises(MessageRefused):
        frames.decode_reply(line, 1)


def test_a_value_is_cut_and_shown_on_one_line() -> None:
    why = Refused("held", by="x" * 5000, at="a\nb\x1b[31m")
    with pytest.raises(Refused) as caught:
        frames.decode_reply(frames.encode_failure(1, why), 1)
    assert caught.value.values == why.values
    assert len(str(why.values["by"])) <= LONGEST_VALUE
    assert str(why.values["at"]).isprintable()


def test_a_message_that_was_malformed_says_why() -> None:
    answer = frames.encode_failure(0, Refused(frames.MALFORMED, why="The text ends."))
    with pytest.raises(MessageRefused, match=r"^The text ends\.$"):
        frames.decode_reply(answer, 1)


def test_the_end_of_a_stream_is_no_value() -> None:
    assert frames.decode_reply(frames.encode_reply(1, None), 1).ends_stream
    assert not frames.decode_reply(frames.encode_reply(1, Done()), 1).ends_stream


def test_a_reply_too_long_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "REPLY_LIMIT", 100)
    with pytest.raises(MessageRefused, match="at most 100 are sent"):
        frames.encode_reply(1, LogIn(name="a" * 100, password=""))
