"""Test codes of RFC 6238: each time step counts once."""

from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from appliance.keeper.people.qr import qr_svg
from appliance.keeper.people.second_factor import app_address, new_secret, right_step

NOW = 1_790_000_000.0
STEP = int(NOW) // 30
RFC = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The secret of RFC 6238's appendix B, in base 32."""


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2e9, "279037")],
)
def test_the_codes_are_those_of_the_rfc(seconds: float, code: str) -> None:
    assert right_step(RFC, code, seconds, 0) == int(seconds) // 30


@pytest.mark.parametrize("drift", range(-3, 4))
def test_one_step_either_side_is_taken(drift: int) -> None:
    code = pyotp.TOTP(RFC).generate_otp(STEP + drift)
    found = right_step(RFC, code, NOW, 0)
    assert found == (STEP + drift if abs(drift) <= 1 else None)


@pytest.mark.parametrize("last", [STEP - 1, STEP, STEP + 1])
def test_a_step_that_was_used_and_those_before_are_over(last: int) -> None:
    code = pyotp.TOTP(RFC).generate_otp(STEP)
    assert right_step(RFC, code, NOW, last) == (STEP if last < STEP else None)


def test_spaces_are_nothing_and_other_signs_wrong() -> None:
    code = pyotp.TOTP(RFC).generate_otp(STEP)
    assert right_step(RFC, f" {code[:3]} {code[3:]} ", NOW, 0) == STEP
    for typed in ("", code[:5], code + "0", f"{code}x", f"-{code}", code.replace("1", "l") + "l"):
        assert right_step(RFC, typed, NOW, 0) is None


def test_without_a_secret_no_code_is_right() -> None:
    for code in ("", "000000", "328482"):  # the last: HMAC under an empty key, counter 0
        assert right_step("", code, NOW, 0) is None


def test_the_address_is_what_apps_read() -> None:
    address = urlsplit(app_address(RFC, "Anna Żółć", "Kancelaria: Nowak & syn"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    asked = parse_qs(address.query)
    assert asked["secret"] == [RFC]
    assert asked["issuer"] == ["Zgoda Kancelaria  Nowak & syn"]
    assert set(asked) == {"secret", "issuer"}  # the rest is what every app takes by itself


def test_a_secret_is_drawn_and_can_be_shown() -> None:
    secrets = {new_secret() for _ in range(10)}
    assert len(secrets) == 10
    assert all(len(secret) == 32 for secret in secrets)
    svg = qr_svg(app_address(RFC, "Anna", "Kancelaria"))
    assert svg.startswith("<svg")
    assert "style" not in svg
