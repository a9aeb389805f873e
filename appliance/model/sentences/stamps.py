"""List the findings about time stamps, as ``findings`` does all others."""

from collections.abc import Mapping

from appliance.model.sentences.sentence import Sentence
from appliance.model.sentences.sentence import fail as _fail
from appliance.model.sentences.sentence import ok as _ok
from appliance.model.sentences.sentence import warn as _warn

STAMP_SENTENCES: Mapping[str, Sentence] = {
    "stamp.none": _ok(
        "No time-stamp authority confirms when the activity log was there; you can name one in "
        "the settings."
    ),
    "stamp.first": _ok("A time-stamp authority is named; it has stamped no day yet."),
    "stamp.fine": _ok("The activity log is stamped by the authority named, up to %(day)s."),
    "stamp.fails": _warn(
        "The time-stamp authority could not be asked, and is asked again. Everything else goes on."
    ),
    "stamp.stuck": _fail(
        "No time stamp has come for more than three days, so nobody outside confirms those days: "
        "look at the address in the settings under Time stamps."
    ),
    "stamp.roots": _fail(
        "The file with the time-stamp authority’s certificate cannot be read, or holds none: "
        "name the right one in the settings under Time stamps."
    ),
    "stamp.refused": _fail(
        "What the time-stamp authority sent is no stamp of its own over the activity log, and was "
        "not kept: look at the address, the certificate file and the device’s clock."
    ),
    "stamp.away": _warn(
        "The sending service does not run, so nothing is stamped: start zgoda-courier.service."
    ),
}
