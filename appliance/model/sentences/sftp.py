"""List the doctor's findings about backups by SFTP, as ``findings`` does all others."""

from collections.abc import Mapping

from appliance.model.sentences.sentence import Sentence
from appliance.model.sentences.sentence import fail as _fail
from appliance.model.sentences.sentence import ok as _ok
from appliance.model.sentences.sentence import warn as _warn

SFTP_SENTENCES: Mapping[str, Sentence] = {
    "sftp.unaccepted": _warn(
        "No backup goes to the server yet: compare its key on the page about SFTP, and accept it."
    ),
    "sftp.whose": _warn(
        "Is the server for backups your own or another company’s? Answer that on the page about "
        "SFTP: a company that runs it receives the backups."
    ),
    "sftp.first": _warn("No backup was finished on the server yet."),
    "sftp.fine": _ok("The last backup on the server holds %(count)s recordings."),
    "sftp.unknown_age": _warn(
        "The last backup on the server holds %(count)s recordings, but the device cannot tell "
        "how old it is: make a new one."
    ),
    "sftp.fails": _warn("The last backup did not reach the server: the page about SFTP says why."),
    "sftp.waits": _warn(
        "No backup goes to the server by itself: the restore left out recordings as due for "
        "erasure, and a backup would remove them there, too. Make sure that its day was right, "
        "then press Make a backup now."
    ),
    "sftp.old": _fail(
        "The last backup on the server is %(days)s days old: the page about SFTP says why. Set it "
        "right there."
    ),
    "sftp.host_key": _fail(
        "The server for backups shows another key than the one that was accepted, so nothing "
        "goes there any more: ask the administrator of the server, and compare the key on the "
        "page about SFTP."
    ),
    "sftp.older": _warn(
        "The server did not hold the backup that the device had last written to it: it is "
        "damaged, or somebody has put an old one back."
    ),
    "sftp.away": _warn(
        "The sending service does not run, so no backup reaches the server: start "
        "zgoda-courier.service."
    ),
}
