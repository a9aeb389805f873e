"""Say what to do in the cases that come from outside, and where in the panel it is done."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from appliance.link.operations import Operation
from appliance.link.requests.doctor import Examine
from appliance.link.requests.exempt import CountExempt
from appliance.link.requests.papers.certificates import ListCertificates
from appliance.link.requests.papers.silences import ListSilences
from appliance.link.requests.sheet import GetSheet


@dataclass(frozen=True, slots=True)
class Advice:
    """One line of a case, and where it leads to."""

    sentence: Any
    link: Any = None
    endpoint: str = ""
    needs: type[Operation[Any]] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Something that comes from outside, and what to do then."""

    title: Any
    lines: tuple[Advice, ...]


CASES = (
    Case(
        _l("A letter came"),
        (
            Advice(
                _l(
                    "Find the calls by their number with the search above, and make sure that the"
                    " writer is the person who called."
                )
            ),
            Advice(
                _l(
                    "Access: choose the calls and hand over a copy for the caller. The answer is "
                    "due within one month (Art. 12(3) GDPR)."
                )
            ),
            Advice(
                _l(
                    "Erasure: choose the calls and erase them on the ground that fits the letter,"
                    " then send the signed certificate."
                ),
                _l("Certificates of erasure"),
                "erasure.certificates",
                ListCertificates,
            ),
        ),
    ),
    Case(
        _l("A caller phoned"),
        (
            Advice(
                _l(
                    "The consent is withdrawn: choose the call and erase it on that ground. The "
                    "certificate is for the caller."
                ),
                _l("Certificates of erasure"),
                "erasure.certificates",
                ListCertificates,
            ),
            Advice(
                _l("The caller wants never to be recorded again: add the number to the list."),
                _l("Numbers never recorded"),
                "exempt.page",
                CountExempt,
            ),
            Advice(
                _l(
                    "The caller asks what you have recorded: a voice on the telephone proves "
                    "nobody’s identity, so answer in writing to an address that you know."
                )
            ),
        ),
    ),
    Case(
        _l("The police came"),
        (
            Advice(
                _l(
                    "Ask for the paper: file number, legal basis, who signed it. If you are not "
                    "sure that it binds you, ask counsel first."
                )
            ),
            Advice(
                _l("Hold the calls, so that none is erased meanwhile: choose them in the list.")
            ),
            Advice(
                _l(
                    "Hand over a copy for an authority. If the paper forbids telling the caller, "
                    "enter until which day."
                ),
                _l("Silences"),
                "silences.page",
                ListSilences,
            ),
        ),
    ),
    Case(
        _l("Something was stolen"),
        (
            Advice(
                _l(
                    "The device or its memory card: what a thief can open depends on the "
                    "protection level. The device check names it."
                ),
                _l("Device check"),
                "doctor.page",
                Examine,
            ),
            Advice(
                _l(
                    "A backup or the recovery sheet: neither opens anything alone. Draw a new "
                    "sheet, then make a new backup."
                ),
                _l("Recovery sheet"),
                "sheet.page",
                GetSheet,
            ),
            Advice(
                _l(
                    "Report it to the supervisory authority within 72 hours, unless it is "
                    "unlikely to put anybody’s rights at risk (Art. 33 GDPR)."
                )
            ),
        ),
    ),
)
"""A card beside the list of calls."""
