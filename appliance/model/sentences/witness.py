"""Say whose word a proof is, and who outside the office confirms its time.

The sentence stands on every sheet, whatever the sheet says; only who confirms the time differs.
"""

from msgspec import Struct

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


STAMPED_BETWEEN = N_(
    "time stamps in the name of %(authority)s, which the office chose: after %(after)s and before "
    "%(before)s"
)
STAMPED_AFTER = N_(
    "a time stamp in the name of %(authority)s, which the office chose: after %(after)s"
)
STAMPED_BEFORE = N_(
    "a time stamp in the name of %(authority)s, which the office chose: before %(before)s"
)
QUALIFIED = N_("%(who)s (a qualified authority, as the office says)")
"""Where an authority's stamps lead to a certificate that somebody named."""


class StampWitness(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An authority whose time stamps confirm a time."""

    authority: str
    qualified: bool  # as the owner says
    after: str = ""  # a time, for people; empty: it does not say
    before: str = ""

    def sentence(self, language: str) -> str:
        """Say who confirms what."""
        said = STAMPED_BETWEEN if self.after and self.before else STAMPED_AFTER
        said = said if self.after else STAMPED_BEFORE
        values = {"authority": self.authority, "after": self.after, "before": self.before}
        who = translated(said, language) % values
        return translated(QUALIFIED, language) % {"who": who} if self.qualified else who


def word(language: str, day: str = "", stamps: StampWitness | None = None) -> str:
    """Return the sentence.

    Args:
        language: to say it in.
        day: of the head that somebody outside kept; empty: nobody did.
        stamps: whose stamps confirm the time; None: nobody's.
    """
    who = [translated(BEFORE, language) % {"day": day}] if day else []
    who += [stamps.sentence(language)] if stamps is not None else []
    return translated(WORD, language) % {"who": "; ".join(who) or translated(NOBODY, language)}
