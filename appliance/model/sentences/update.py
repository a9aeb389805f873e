"""List the findings about updates from the network, as ``findings`` does all others."""

from collections.abc import Mapping

from appliance.model.sentences.sentence import Sentence
from appliance.model.sentences.sentence import fail as _fail
from appliance.model.sentences.sentence import ok as _ok
from appliance.model.sentences.sentence import warn as _warn

UPDATE_SENTENCES: Mapping[str, Sentence] = {
    "update.none": _ok(
        "The device looks for no updates on the network; you can set it up in the panel."
    ),
    "update.first": _ok("Updates are to be looked for; the device has not looked yet."),
    "update.newest": _ok("The device found no newer version when it last looked."),
    "update.newer": _warn("Version %(version)s is there: fetch it on the page about updates."),
    "update.ready": _warn("Version %(version)s was fetched: install it on the page about updates."),
    "update.not_fetched": _warn(
        "The update was not fetched: the page about updates says why, and whether it is tried "
        "again."
    ),
    "update.fails": _warn(
        "The device could not look for updates and tries again: the page about updates says why."
    ),
    "update.stuck": _fail(
        "The device has been unable to look for updates for more than a week, so nobody is told "
        "of newer versions: the page about updates says why. Set it right there."
    ),
    "update.away": _warn(
        "The sending service does not run, so no updates are looked for: start "
        "zgoda-courier.service."
    ),
}
