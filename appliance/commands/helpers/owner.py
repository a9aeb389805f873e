"""Go on as the user who owns the data folder, before anything foreign is read."""

import os
import pwd

from appliance.config.folders import Folders


def become_owner(folders: Folders) -> None:
    """Give root away for good; somebody else, or without a data folder, stays who they are."""
    if os.geteuid() != 0 or not folders.data.is_dir():
        return
    about = folders.data.stat()
    if about.st_uid == 0:
        return
    try:
        user = pwd.getpwuid(about.st_uid)
        os.initgroups(user.pw_name, user.pw_gid)
        os.setgid(user.pw_gid)
    except KeyError:
        os.setgroups([])
        os.setgid(about.st_gid)
    os.setuid(about.st_uid)
