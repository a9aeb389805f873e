"""Say in a form why a password or a code was not taken."""

from flask_babel import gettext, ngettext

from appliance.errors import Refused

TRYING = {"wrong_password", "wrong_code", "throttled", "busy", "expired"}
"""Codes of refusals that a form answers itself."""


def not_taken(refusal: Refused, wrong: str) -> str:
    """Return the sentence for a refused password or code.

    Args:
        refusal: one of ``TRYING``.
        wrong: what to say where it is simply wrong.
    """
    match refusal.code:
        case "throttled" if refusal.seconds:
            return str(
                ngettext(
                    "Too many attempts, by you or by somebody else. Try again in %(num)s second.",
                    "Too many attempts, by you or by somebody else. Try again in %(num)s seconds.",
                    refusal.seconds,
                )
            )
        case "throttled":
            return str(
                gettext(
                    "Too many attempts, by you or by somebody else. Wait a little, then try again; "
                    "every wrong one makes the wait longer."
                )
            )
        case "busy":
            return str(gettext("Many people are logging in just now. Try again in a few seconds."))
        case _:
            return wrong


def mistake(
    refusal: Refused, field: str, wrong: str, status: int = 400
) -> tuple[dict[str, str], int]:
    """Return a form's mistake, by field, and its HTTP status.

    Args:
        refusal: raised again unless it is one of ``TRYING``.
        field: where the sentence stands.
        wrong: what to say where it is simply wrong.
        status: where it is simply wrong.
    """
    if refusal.code not in TRYING:
        raise refusal
    busy = refusal.code in {"throttled", "busy"}
    return {field: not_taken(refusal, wrong)}, 429 if busy else status


def poor_password() -> str:
    """Return the sentence for a password that is guessed too soon."""
    return str(
        gettext(
            "Choose other words: nothing common, nothing repeated, and neither your name "
            "nor the office's."
        )
    )
