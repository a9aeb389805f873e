"""Ask git about the work tree."""

import subprocess
from pathlib import Path


def git(root: Path, *words: str) -> str:
    """Return what git says.

    Raises:
        subprocess.CalledProcessError: it says no.
    """
    command = ["git", "-c", "safe.directory=*", *words]
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()
