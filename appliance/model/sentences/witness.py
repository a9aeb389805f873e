"""Say whose word a proof is, and who outside the office confirms its time.

The sentence stands on every sheet, whatever the sheet says; only who confirms the time differs.
"""

from appliance.language import N_, translated

WORD = N_(
    "This sheet is the word of a device that belongs to the office. The signature shows that "
    "nothing was changed since; it does not by itself show that the office did not make it. From "
    "outside its time is confirmed by: %(who)s. Compare time, number and length with your "
    "telephone bill."
)
"""On panel, ZIP and command line."""

NOBODY = N_("nobody")
"""Who confirms the time, where nobody does."""

BEFORE = N_("a person who kept the signed head of %(day)s: before the end of that day (UTC)")
"""Where a head was given that somebody outside kept."""


def word(language: str, day: str = "") -> str:
    """Return the sentence.

    Args:
        language: to say it in.
        day: of the head that somebody outside kept; empty: nobody did.
    """
    who = translated(BEFORE, language) % {"day": day} if day else translated(NOBODY, language)
    return translated(WORD, language) % {"who": who}
