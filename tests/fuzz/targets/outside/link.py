"""Read what a socket brings: a client's request, or after a first byte of 1 an answer."""

import msgspec

from appliance.errors import LONGEST_VALUE, MessageRefused, Refused
from appliance.link.frames import (
    LONGEST_CODE,
    MOST_VALUES,
    REQUEST_LIMIT,
    Decoder,
    decode_reply,
    decode_value,
    encode_request,
)
from appliance.link.operations import Done
from appliance.link.registry import operations
from appliance.link.requests.calls import CallList, EraseCall, ErasureCertificate, Ground, ListCalls
from appliance.link.requests.login import Browser, LogIn
from tests.fuzz.feeding import Target
from tests.fuzz.keys import RID

_DECODER = Decoder(operations())


def take(raw: bytes) -> None:
    """Decode it as server or client does; what a request says can be said again."""
    line = raw[1:]
    if raw[:1] == b"\1":
        try:
            frame = decode_reply(line, 7)
        except (Refused, MessageRefused) as refused:
            if b'"error"' not in line:
                raise
            _check_relayed(refused)
            return
        decode_value(frame, (CallList, ErasureCertificate, Done)[len(line) % 3])
        return
    asked = _DECODER.decode(line)
    again = _DECODER.decode(encode_request(asked.id, asked.operation, asked.session, asked.bytes))
    assert again == asked or asked.operation != asked.operation  # NaN is unlike itself


def _check_relayed(why: Refused | MessageRefused) -> None:
    """Check the words of the other process: any that it chose, but few, and printable."""
    assert str(why).strip()
    assert str(why).isprintable()
    assert len(str(why)) <= MOST_VALUES * (LONGEST_CODE + LONGEST_VALUE + 2) + LONGEST_CODE


def seeds() -> dict[str, bytes]:
    """Return a login, a search, an order; an answer, a refusal, the end of a stream."""
    login = LogIn("Ewa", "secret", browser=Browser("192.0.2.7", "cookie", "token"))
    order = EraseCall(RID.hex(), Ground.OBJECTION, "wished")
    answers = {
        "list": b'{"id":7,"ok":true,"bytes":0,"value":'
        + msgspec.json.encode(CallList((), 0, 1, 1)),
        "refused": b'{"id":7,"ok":false,"error":{"code":"held","values":{"most":7,"named":"12"}}',
        "over": b'{"id":7,"ok":true',
    }
    return {
        "login": b"\0" + encode_request(7, login),
        "search": b"\0" + encode_request(1, ListCalls(text="+48 22 123 45 67"), "token"),
        "order": b"\0" + encode_request(2**53, order, "token"),
        "deep": b"\0" + b"[" * 3000 + b"\n",
        "invalid_text": b'\0{"v":1,"id":1,"request":{"op":"people.log_in","name":"\xff"}}\n',
        **{name: b"\1" + line + b"}\n" for name, line in answers.items()},
    }


TARGET = Target("link", take, (MessageRefused,), seeds, words=True, longest=REQUEST_LIMIT // 8)
