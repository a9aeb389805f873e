"""Take DER apart and put it together again, changed."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Element:
    """One element; what is constructed has parts, all else bytes."""

    tag: int
    parts: list["Element"]
    raw: bytes = b""

    @classmethod
    def of(cls, raw: bytes) -> "Element":
        """Take apart what is one element and nothing behind it."""
        (one,) = elements(raw)
        return one

    @property
    def der(self) -> bytes:
        """Return its bytes."""
        content = self.raw or b"".join(part.der for part in self.parts)
        size = len(content)
        digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
        length = bytes([size]) if size < 0x80 else bytes([0x80 | len(digits)]) + digits
        return bytes([self.tag]) + length + content


def elements(raw: bytes) -> list[Element]:
    """Take apart what stands behind each other."""
    found, at = [], 0
    while at < len(raw):
        size, content = raw[at + 1], at + 2
        if size >= 0x80:
            digits = size & 0x7F
            size = int.from_bytes(raw[content : content + digits], "big")
            content += digits
        inside = raw[content : content + size]
        constructed = raw[at] & 0x20
        found.append(Element(raw[at], elements(inside)) if constructed else _plain(raw[at], inside))
        at = content + size
    return found


def _plain(tag: int, inside: bytes) -> Element:
    return Element(tag, [], inside)


def changed(token: bytes, change: Callable[[Element, Element], object]) -> bytes:
    """Return a token after a change to its SignedData and to its SignerInfo."""
    whole = Element.of(token)
    signed = whole.parts[1].parts[0]
    change(signed, signed.parts[-1].parts[0])
    return whole.der
