"""A caller's identity as the network sends it: bytes of an FSK message, or pressed keys."""

from appliance.keeper.unlocked.spelling import caller_digits
from appliance.signals.caller_id.messages import (
    CallerIdMessage,
    build_mdmf,
    parse_keys,
    parse_message,
    with_checksum,
)
from appliance.signals.caller_id.receiver import DtmfReceiver, find_message
from tests.fuzz.feeding import Target

_KEYS = "0123456789*#ABCD"


def take(raw: bytes) -> None:
    """Look for a message in it, as it is and with a right checksum, and for one among keys."""
    receiver = DtmfReceiver()
    keys = "".join(_KEYS[byte % len(_KEYS)] for byte in raw[:64])
    found = [
        find_message(list(raw)),
        parse_message(with_checksum(raw)),
        parse_keys(keys),
        *(receiver.add_key(key, at * 800) for at, key in enumerate(keys)),
    ]
    for message in found:
        if message is not None:
            _check(message)


def _check(message: CallerIdMessage) -> None:
    for text in (message.number, message.name, message.when, message.redirecting):
        assert text is None or (text.isprintable() and len(text) <= 255)
    caller_digits(message.number, "PL")


def seeds() -> dict[str, bytes]:
    """Return each form of a message, behind noise too, and keys of three countries."""
    usual = CallerIdMessage(number="221234567", name="Anna", when="11251430")
    sdmf = with_checksum(b"\x04\x12112514305550100123"[:20])
    return {
        "mdmf": build_mdmf(usual),
        "noise": b"\x55" * 5 + build_mdmf(usual),
        "sdmf": sdmf,
        "withheld": with_checksum(b"\x04\x0911251430P"),
        "no_field": with_checksum(b"\x80\x02\x02\x00"),
        "odd_text": with_checksum(b"\x80\x06\x07\x04\x00\x85\xad\xff"),
        "keys": bytes(_KEYS.index(key) for key in "A221234567D1B00C"),
        "bare_keys": bytes(_KEYS.index(key) for key in "5550100#"),
    }


TARGET = Target("caller_id", take, (), seeds, longest=600)
