"""What a form says when a password or a code was not taken."""

from flask_babel import gettext

from appliance.errors import Refused

TRYING = {"wrong_password", "wrong_code", "throttled", "locked_out", "expired"}
"""Codes of refusals that a form answers itself."""


def not_taken(refusal: Refused, wrong: str) -> str:
    """Return the sentence for a refused password or code.

    Args:
        refusal: one of ``TRYING``.
        wrong: what to say where it is simply wrong.
    """
    match refusal.code:
        case "throttled":
            return str(
                gettext(
                    "Too many attempts. Wait a little, then try again; "
                    "every wrong one makes the wait longer."
                )
            )
        case "locked_out":
            return str(
                gettext(
                    "After a hundred wrong attempts in a row this name is locked. An administrator "
                    "can give a new password; otherwise one more attempt is possible in a day."
                )
            )
        case _:
            return wrong


def status(refusal: Refused, wrong: int = 400) -> int:
    """Return the HTTP status of a form that says so; ``wrong`` where it is simply wrong."""
    return 429 if refusal.code in {"throttled", "locked_out"} else wrong


def poor_password() -> str:
    """Return the sentence for a password that is guessed too soon."""
    return str(
        gettext(
            "Choose other words: nothing common, nothing repeated, and neither your name "
            "nor the office's."
        )
    )
