"""Check authenticator codes (RFC 6238), each time step once, and make backup codes."""

import hashlib
import secrets

import pyotp

from appliance.model.limits import LONGEST_CODE
from appliance.vault.opening.keys import ALPHABET, plain_letters

STEP_SECONDS = 30
"""The time step; the previous and the next one are accepted as well."""


BACKUP_CODES = 10
"""Backup codes that a person gets; each is good for one login."""

BACKUP_GROUPS, BACKUP_GROUP = 5, 5
"""Of a backup code: 25 letters of 5 bits; an authenticator's code has six digits."""


def draw_backup_codes() -> tuple[str, ...]:
    """Draw backup codes, in groups that a person can type."""
    return tuple("-".join(_group() for _ in range(BACKUP_GROUPS)) for _ in range(BACKUP_CODES))


def _group() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(BACKUP_GROUP))


def backup_digest(operator: str, typed: str) -> bytes | None:
    """Return what the keyring keeps of a person's backup code; None for anything else.

    A code is 125 random bits, so that a plain digest is enough (OWASP ASVS 5.0, 6.5.2: 112).

    Args:
        operator: the id.
        typed: in any spelling.
    """
    letters = plain_letters(typed)
    if len(letters) != BACKUP_GROUPS * BACKUP_GROUP or not set(letters) <= set(ALPHABET):
        return None
    return hashlib.sha256(f"zgoda backup code v2 {operator} {letters}".encode()).digest()


def new_secret() -> str:
    """Draw a secret: 160 bits in base 32."""
    return pyotp.random_base32(32)


def app_address(secret: str, name: str, office: str) -> str:
    """Return the address an app reads from the QR code: secret, account and issuer."""
    # A colon would end the issuer within the address.
    issuer = f"Zgoda {office}".replace(":", " ")
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=name, issuer_name=issuer)


def right_step(secret: str, code: str, now: float, last: int) -> int | None:
    """Return a code's time step; None if the code is wrong.

    Args:
        secret: base 32.
        code: as typed.
        now: seconds since the epoch.
        last: the last step used; it and earlier ones no longer count.
    """
    typed = "".join(code.split())
    if not secret or len(code) > LONGEST_CODE or not typed.isascii() or not typed.isdigit():
        return None
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    this = int(now) // STEP_SECONDS
    for step in (this - 1, this, this + 1):
        if step > last and pyotp.utils.strings_equal(totp.generate_otp(step), typed):
            return step
    return None
