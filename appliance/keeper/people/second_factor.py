"""Check authenticator codes (RFC 6238, usual figures), each time step once."""

import pyotp

from appliance.model.limits import LONGEST_CODE

STEP_SECONDS = 30
"""The time step; the previous and the next one are accepted as well."""


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
