"""Name what can go wrong with backups by SFTP, and with the form that sets them up."""

from typing import Any

from flask_babel import lazy_gettext as _l

from appliance.config.words import vocabulary

MISTAKES: dict[str, Any] = {
    "server": _l("Type the name of the server, such as backup.example.com."),
    "port": _l("Type a port from 1 to 65535, or leave it empty."),
    "user": _l("Type the user at the server: letters, digits, and . _ @ + - in it."),
    "folder": _l("Type a folder such as zgoda or /srv/zgoda, without .. and spaces."),
    "every": _l("Choose how often."),
    "whose": _l("Say whose server it is."),
}
"""Field -> what to do about it."""

WHOSE: dict[str, Any] = {name: _l(said) for name, said in vocabulary.WHOSE.items()}
"""Whose the server is."""

TROUBLES: dict[str, Any] = {
    "name": _l("There is no server of that name, or the device reaches no network."),
    "unreachable": _l("Nothing answers at this port of the server, or a firewall forbids it."),
    "late": _l("The server took too long."),
    "closed": _l("The server ended the connection."),
    "algorithms": _l("The server knows no encryption that is good enough: it has to be updated."),
    "host_key": _l(
        "The server shows another key than the one that was accepted. Nothing was sent, and "
        "nothing goes there until you have compared and accepted the new key: ask the "
        "administrator of the server."
    ),
    "login": _l(
        "The server does not let the device in: write the line below into its authorized_keys."
    ),
    "no_sftp": _l("The server lets the device in, but offers it no files."),
    "no_rename": _l("The server cannot put one file in another's place: use another one."),
    "denied": _l("The server forbids the folder to this user."),
    "full": _l("The server's disk is full."),
    "altered": _l("The server gave back something else than it was given. It is sent again."),
    "odd": _l("The server answered something that the device does not understand."),
    "away": _l("The sending service, the part of the device that speaks to servers, does not run."),
    "other_box": _l("The folder on the server holds another device's backup: use another folder."),
    "unmarked": _l("The folder on the server holds something else: use an empty one."),
    "newer": _l(
        "The server holds a newer backup than this device has made: keep it, and use another "
        "folder."
    ),
    "version": _l(
        "The server holds a backup of a newer Zgoda: install that version, or use another folder."
    ),
    "damaged": _l("Something on the server was altered or replaced: use another folder."),
    "waits": _l(
        "The restore left out recordings as due for erasure, and a backup would remove them "
        "there, too. Make sure that its day was right, then press Make a backup now."
    ),
    "unsaid": _l(
        "No backup is made by hand before the office says in its settings within how many days "
        "it renews it."
    ),
    "many": _l("Too many backup media are on the device’s list: remove one that was destroyed."),
    "own": _l("A file of the device itself could not be read."),
    "failed": _l("The backup failed."),
}
"""Code of an attempt -> what became of it."""
