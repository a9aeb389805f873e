"""List the doctor's findings about mail, as ``findings`` does all others."""

from collections.abc import Mapping

from appliance.model.sentences.sentence import Sentence
from appliance.model.sentences.sentence import fail as _fail
from appliance.model.sentences.sentence import ok as _ok
from appliance.model.sentences.sentence import warn as _warn

MAIL_SENTENCES: Mapping[str, Sentence] = {
    "mail.none": _ok("The device sends no mail about itself; you can set it up in the panel."),
    "mail.first": _ok("Mail is set up; none has gone out yet."),
    "mail.fine": _ok("The device tells by mail what must be fixed."),
    "mail.fails": _warn(
        "The last mail did not go out and is tried again: the page about mail says why."
    ),
    "mail.stuck": _fail(
        "Mail has not gone out for more than a day: the page about mail says why. Set it right "
        "there."
    ),
    "mail.away": _warn(
        "The sending service does not run, so no mail goes out: start zgoda-courier.service."
    ),
}
