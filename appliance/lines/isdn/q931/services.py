"""Read and write what a call carries: only speech is ever asked about and recorded.

Sources: ITU-T Q.931, section 4.5.5 (bearer capability: octet 3 has standard and capability) and
4.5.17 (high layer compatibility: octet 4 has what the calling terminal is).
"""

from enum import StrEnum

from appliance.lines.isdn.q931.elements import Element, Ident

_SPEECH, _AUDIO = 0x00, 0x10
_TELEPHONY = 0x01
_FAXES = {0x04, 0x21, 0x24}  # group 2 and 3, group 4 of classes I, II and III


class Service(StrEnum):
    """What a call carries."""

    VOICE = "voice"  # speech or 3.1 kHz audio, as phones and analogue ports send it
    FAX = "fax"
    DATA = "data"
    UNKNOWN = "unknown"


def decode(bearer: bytes | None, high_layer: bytes | None) -> Service:
    """Return what a call carries, by the contents of two elements of its SETUP."""
    if not bearer or bearer[0] & 0x60:
        return Service.UNKNOWN
    if bearer[0] & 0x1F not in {_SPEECH, _AUDIO}:
        return Service.DATA
    if high_layer is None:
        return Service.VOICE
    terminal = high_layer[1] & 0x7F if len(high_layer) > 1 else None
    if terminal == _TELEPHONY:
        return Service.VOICE
    return Service.FAX if terminal in _FAXES else Service.DATA


def encode(service: Service) -> tuple[Element, ...]:
    """Return the elements of a SETUP for speech, a fax or 64 kbit/s of data."""
    if service is Service.VOICE:
        return (Element(Ident.BEARER, b"\x80\x90\xa3"), Element(Ident.HIGH_LAYER, b"\x91\x81"))
    if service is Service.FAX:
        return (Element(Ident.BEARER, b"\x90\x90\xa3"), Element(Ident.HIGH_LAYER, b"\x91\x84"))
    return (Element(Ident.BEARER, b"\x88\x90"),)
