"""Say how the last attempt to burn the board's key ended."""

from flask_babel import lazy_gettext as _l

OUTCOMES = {
    "begun": _l("The power went while the key was being burnt. A part of it is there."),
    "failed": _l(
        "The board did not take the key. A part of it may be there; it can be tried again."
    ),
    "refused": _l("This board took no key: it is locked. Nothing was changed."),
    "held": _l(
        "This board holds a key already, or a part of somebody else's. Nothing was changed."
    ),
    "late": _l("There is a vault already. Nothing was changed."),
    "none": _l("This board has no place for a key. Nothing was changed."),
}
"""By the word that root has noted. What succeeded needs none: the page says what holds."""
