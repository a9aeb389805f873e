"""Say how a board's key was burnt, and how a clock module's chip stands."""

from flask_babel import lazy_gettext as _l

OUTCOMES = {
    "begun": _l("The power went while the key was being stored. A part of it is there."),
    "failed": _l(
        "The board did not take the key. A part of it may be there; it can be tried again."
    ),
    "refused": _l("This board took no key: it is locked. Nothing was changed."),
    "held": _l(
        "This board holds a key already, or a part of somebody else's. Nothing was changed."
    ),
    "late": _l("There is an archive already. Nothing was changed."),
    "none": _l("This board has no place for a key. Nothing was changed."),
}
"""By the word that root has noted. What succeeded needs none: the page says what holds."""

CHIPS = {
    "root": _l(
        "The chip of the clock module is not used: it holds the key of another archive, or of a "
        "first run that was cut off. If nobody needs that any more, write chip-anew = yes into "
        "zgoda-network.txt on the memory card, and start the device again."
    ),
    "anew": _l(
        "The chip of the clock module holds the key of another archive, which nothing opens any "
        "more once this is done: the settings on the memory card say that it may go."
    ),
    "foreign": _l(
        "The chip of the clock module is not used: it holds something that is not Zgoda's."
    ),
    "failed": _l("The chip of the clock module is not used: it does not work."),
}
"""By the word that root has found at the start, where a person has to know it."""

NOT_ACCEPTED = _l("Tick this, or give the device a board key first.")
