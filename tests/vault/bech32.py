"""Write a key as age names its recipients."""


def bech32(public: bytes) -> str:
    """Write an X25519 key as age names its recipients (BIP 173)."""
    letters, prefix = "qpzry9x8gf2tvdw0s3jn54khce6mua7l", "age"
    number, bits = int.from_bytes(public, "big") << 4, 260
    values = [number >> at & 31 for at in range(bits - 5, -1, -5)]
    expanded = [ord(sign) >> 5 for sign in prefix] + [0] + [ord(sign) & 31 for sign in prefix]
    check = 1
    for value in [*expanded, *values, *[0] * 6]:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= term if top >> bit & 1 else 0
    check ^= 1
    return (
        prefix
        + "1"
        + "".join(letters[value] for value in values)
        + "".join(letters[check >> 5 * (5 - at) & 31] for at in range(6))
    )
