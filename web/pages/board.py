"""Give the board a key of its own, before there is a vault: tell, ask for the words, follow."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from appliance.errors import Refused
from appliance.link.requests.first_run import BoardState, BurnBoardKey, GetBoard
from appliance.model.board import FOR_EVER, says_for_ever
from web import access
from web.words import attempts, board

blueprint = Blueprint("board", __name__, url_prefix="/first-run/board")

BURNABLE = frozenset({"blank", "part"})
"""What the board may hold of a key for one to be burnt."""

_LONGEST = 64
"""Characters of a field."""


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Tell what a key of the board's own means; an open page follows its burning."""
    return _page({})


@blueprint.post("")
def burn() -> ResponseReturnValue:
    """Have the key burnt; it goes on without this page."""
    code, word = (request.form.get(name, "")[:_LONGEST].strip() for name in ("code", "word"))
    mistakes = {}
    if not code:
        mistakes["code"] = gettext("Type the one-time password.")
    if not says_for_ever(word):
        mistakes["word"] = gettext("Type the words that stand there.")
    if mistakes:
        return _page(mistakes, 400)
    try:
        access.ask(BurnBoardKey(code, word, access.browser()))
    except Refused as refusal:
        return _page(*_why(refusal))
    return redirect(url_for("board.page", done="asked"), 303)


def _why(refusal: Refused) -> tuple[dict[str, str], int]:
    match refusal.code:
        case "wrong_password":
            return {"code": gettext("The one-time password does not fit.")}, 400
        case "throttled" | "busy":
            return {"form": attempts.not_taken(refusal, "")}, 429
        case "invalid":
            return {"form": gettext("No key can be burnt into this board now.")}, 409
        case "failed":
            return {"form": gettext("Nothing was done: the box could not ask for it.")}, 500
        case _:
            raise refusal


def offered() -> BoardState | None:
    """Return how the board's key stands, where there is something to say of it."""
    state = access.ask(GetBoard())
    return state if state.state != "none" or state.outcome else None


def _page(mistakes: dict[str, str], status: int = 200) -> ResponseReturnValue:
    state = access.ask(GetBoard())
    return render_template(
        "first_run/board.html",
        state=state,
        burnable=state.state in BURNABLE,
        outcome=board.OUTCOMES.get(state.outcome, ""),
        word=FOR_EVER.get(str(get_locale()), FOR_EVER["en"]),
        code=request.form.get("code", "")[:_LONGEST],
        done=request.args.get("done", ""),
        mistakes=mistakes,
    ), status
