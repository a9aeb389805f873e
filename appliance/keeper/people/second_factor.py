"""The code of an authenticator app: RFC 6238 with its usual figures, each time step used once."""

import pyotp

from appliance.model.limits import LONGEST_CODE

STEP_SECONDS = 30
"""A time step; the step before and the one after are accepted as well."""


def new_secret() -> str:
    """Draw a secret: 160 bits in base 32."""
    return pyotp.random_base32(32)


def app_address(secret: str, name: str, office: str) -> str:
    """Return what an app reads from the QR code: secret, whose and of what."""
    # A colon would end the issuer within the address.
    issuer = f"Zgoda {office}".replace(":", " ")
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=name, issuer_name=issuer)


def right_step(secret: str, code: str, now: float, last: int) -> int | None:
    """Return the time step that a code belongs to, None if it is wrong.

    Args:
        secret: base 32.
        code: as typed.
        now: seconds since the epoch.
        last: the last step that was used: it and those before are over.
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
