"""Declare who outside the office stamps the activity log, as ``settings`` does the rest."""

from dataclasses import dataclass
from typing import Annotated

from appliance.config import declare as a
from appliance.config import validators as valid
from appliance.config.declare import Also
from appliance.language import N_


# fmt: off
@dataclass(frozen=True, slots=True)
class Stamp:
    """Who outside the office stamps the activity log, day by day."""

    address: Annotated[str, N_("Address of the time-stamp authority"), Also(
        N_("Such as https://stamps.example/tsa. Once a day the device sends it a digest of the "
           "activity log: nobody can tell a call by it."), '"https://stamps.example/tsa"',
        "where the signed head of each day that has ended is stamped (RFC 3161); `http` will do, "
        "since the answer is signed ([why](decisions/a-head-is-stamped.md))",
        without="no head is stamped"), a.Kind(valid.valid_web_address)] = ""
    roots: Annotated[str, N_("File with the authority's certificate"), Also(
        N_("The root certificate that the authority publishes. A file in /etc/zgoda that "
           "everybody may read, such as /etc/zgoda/stamps.pem."), '"/etc/zgoda/stamps.pem"',
        "a PEM file with the root certificate of that authority: only what leads to it is taken "
        "for a stamp"), a.PATH] = ""
    qualified: Annotated[bool, N_("It is a qualified time-stamp authority (eIDAS)"), Also(
        N_("You declare that the trusted list of its country names it as qualified. This is kept "
           "with each stamp."), docs="the office's word, kept with each stamp, that the authority "
        "is on a trusted list of the EU (Art. 41(2) eIDAS)"), a.FLAG] = False
# fmt: on
