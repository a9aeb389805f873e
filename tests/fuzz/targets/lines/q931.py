"""A message of an ISDN line's call control.

An input is the message's octets, or those of its elements.
"""

from appliance.lines.isdn.q931.elements import MOST_ELEMENTS, Ident
from appliance.lines.isdn.q931.message import Message, decode, encode
from appliance.lines.isdn.q931.numbers import KEYS, Presentation
from tests.fuzz.feeding import Target

_PARTIES = (Ident.CALLING, Ident.CONNECTED, Ident.REDIRECTING, Ident.REDIRECTION)
_HEAD = b"\x08\x01\x05\x05"


def take(raw: bytes) -> None:
    """Read it as a message, or else as the elements of a SETUP."""
    message = decode(raw) or decode(_HEAD + raw)
    if message is not None:
        _use(message)


def _use(message: Message) -> None:
    assert len(message.elements) <= MOST_ELEMENTS
    again = decode(encode(message))
    assert again is not None
    assert again.elements == message.elements
    assert KEYS.issuperset(message.called)
    assert message.name is None or message.name.isprintable()
    restricted = False
    for identifier in _PARTIES:
        party = message.party(identifier)
        if party is not None and party.presentation is not Presentation.ALLOWED:
            assert party.number is None
            restricted = restricted or party.presentation is Presentation.RESTRICTED
    assert not (restricted and (message.name or message.contents(Ident.USER_USER)))
    assert message.cause is None or message.cause.name + message.cause.where
    assert message.channel is None or message.channel.number != 0
    assert message.service.value


def seeds() -> dict[str, bytes]:
    """Return a call's messages, numbers of every presentation, other codesets, and cut ones."""
    allowed, withheld = "6c0b2183", "6c0b21a3"
    digits = b"221234567".hex()
    setup = "0801050504038090a3180189"
    return {
        "setup": bytes.fromhex(f"{setup}{allowed}{digits}7004c1313030a1"),
        "withheld": bytes.fromhex(f"{setup}{withheld}{digits}2804416e6e61"),
        "twice": bytes.fromhex(f"{setup}{allowed}{digits}{withheld}{digits}"),
        "connect": bytes.fromhex("080185074c0b2183" + digits),
        "clearing": bytes.fromhex("0801054508028091"),
        "primary": bytes.fromhex("0802010545080302809128010a1803a98394"),
        "restart": bytes.fromhex("080100461803a98394790187"),
        "codesets": bytes.fromhex("0801054596280141909e2801420802809d"),
        "odd_presentation": bytes.fromhex(f"{setup}{allowed}{digits}6c0b" + 8 * "01" + "21a332"),
        "keys": bytes.fromhex("0801017b2c042a333123"),
        "cut": bytes.fromhex("0801054508028090280941"),
        "empty": b"",
    }


TARGET = Target("q931", take, (), seeds, longest=320)
"""Messages are refused by being None; a frame carries 260 octets of one (N201 of Q.921)."""
