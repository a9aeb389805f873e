"""Make short keyed tags of numbers that are never recorded.

A box that works unattended must recognise such a number when it calls, so whoever has keyring and
root can test a number that they know against its list: of 10**9 numbers 15 share a tag of 26 bits,
so they learn nearly for sure whether it is there. The price of a tag: with 50 entries one call in
about 1,300,000 goes wrongly unrecorded (2**26 / 50).
"""

from cryptography.hazmat.primitives import hashes, hmac

BITS = 26


def tag(list_key: bytes, number: str) -> int:
    """Return the tag of a number in E.164 spelling (``+48221234567``)."""
    mac = hmac.HMAC(list_key, hashes.SHA256())
    mac.update(b"zgoda exempt number\0" + number.encode("ascii"))
    return int.from_bytes(mac.finalize()[:4], "big") >> (32 - BITS)
