"""Mail goes to plain addresses and servers, and no field adds a line."""

from typing import Any

import pytest

from appliance.model.outside.mail import is_address, is_server, wrong_fields

RIGHT: dict[str, Any] = {
    "server": "mail.office.example",
    "port": 587,
    "user": "zgoda@office.example",
    "secret": "korek horse 9 battery",
    "sender": "zgoda@office.example",
    "recipients": ("ewa@office.example",),
}


def wrong(**changes: Any) -> tuple[str, ...]:
    return wrong_fields(**RIGHT | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"server": "192.168.1.5"},
        {"server": "fd00::25"},
        {"server": "localhost"},
        {"user": "", "secret": ""},
        {"secret": None},
        {"sender": "a.b+c@x-y.example"},
        {"recipients": tuple(f"p{n}@office.example" for n in range(5))},
    ],
)
def test_ok(changes: dict[str, Any]) -> None:
    assert wrong(**changes) == ()


LINE_BREAKS = ["\r\nBcc: eve@evil.example", "\nX: y", "\r", "\0", "\x0b", "\u2028"]


@pytest.mark.parametrize("field", ["server", "user", "secret", "sender"])
@pytest.mark.parametrize("evil", LINE_BREAKS)
def test_no_field_takes_a_line_break(field: str, evil: str) -> None:
    assert wrong(**{field: RIGHT[field] + evil}) == (field,)


@pytest.mark.parametrize("evil", LINE_BREAKS)
def test_no_recipient_takes_a_line_break(evil: str) -> None:
    assert wrong(recipients=("ewa@office.example" + evil,)) == ("recipients",)


@pytest.mark.parametrize(
    "text",
    [
        "", "ewa", "@office.example", "ewa@", "ewa@office", "ewa@.example", "a b@office.example",
        "ewa@office.example, jan@office.example", "Ewa <ewa@office.example>", '"e w"@x.example',
        "ewa@[10.0.0.1]", "ewą@office.example", "ewa@office..example", "e..a@office.example",
        "ewa@-office.example", "a" * 260 + "@office.example",
    ],
)  # fmt: skip
def test_fail_address(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize(
    "text", ["", " ", "mail office", "-x.example", "a..b", "fe80::1%eth0", "mail:25", "x/y", "a@b"]
)
def test_fail_server(text: str) -> None:
    assert not is_server(text)


def test_fail_others() -> None:
    assert wrong(port=0) == wrong(port=65536) == ("port",)
    assert wrong(secret="") == ("secret",), "a user without a password"
    assert wrong(user="") == ("secret",), "a password without a user"
    assert wrong(recipients=()) == ("recipients",)
    assert wrong(recipients=RIGHT["recipients"] * 2) == ("recipients",)
    assert wrong(recipients=tuple(f"p{n}@x.example" for n in range(6))) == ("recipients",)
    assert wrong(server="", sender="", recipients=()) == ("server", "sender", "recipients")
