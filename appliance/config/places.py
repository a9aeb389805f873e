"""Find the places of a box's processes: data folder, sockets, and the users who serve them.

On the appliance the data folder is ``/var/lib/zgoda``, the sockets are below ``/run``, and each
process has a user of its own. Any other data folder is a trial's, unless options say otherwise:
its sockets are in ``run`` below it, and one user runs everything.
"""

import pwd
from pathlib import Path

from appliance.config.folders import Folders
from appliance.config.mistakes import MistakesFound, found

APPLIANCE_DATA = Path("/var/lib/zgoda")
APPLIANCE_RUN = Path("/run")
APPLIANCE_SEED = Path("/etc/zgoda/zgoda.toml")
KEEPER_USER, RECORDER_USER = "zgoda-keeper", "zgoda-recorder"


def places(
    data: Path, run: Path | None = None, keeper_user: str = "", recorder_user: str = ""
) -> Folders:
    """Return the places of a box; raises MistakesFound where there is no such user.

    Args:
        data: the data folder.
        run: has the folders of the sockets; None for the usual place.
        keeper_user: the only one whose keeper is asked, a name or an id; empty for the usual user.
        recorder_user: the same for the recorder.
    """
    data = data.resolve()
    installed = data == APPLIANCE_DATA
    if run is None and installed:
        run = APPLIANCE_RUN
    return Folders(
        data,
        run.resolve() if run is not None else None,
        keeper_uid=_uid(keeper_user, KEEPER_USER if installed else ""),
        recorder_uid=_uid(recorder_user, RECORDER_USER if installed else ""),
    )


def user_id(name: str) -> int:
    """Return the id of a user, given by name or by number; raises MistakesFound."""
    if name.isascii() and name.isdigit():
        return int(name)
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        raise found("no_user", name=name) from None


def user_name(uid: int) -> str:
    """Return a user's name for a sentence, or the number if it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _uid(given: str, usual: str) -> int | None:
    """Return a user's id; None for this process's own."""
    if given:
        return user_id(given)
    try:
        return user_id(usual) if usual else None
    except MistakesFound:
        return None
