"""Start programs as other users, as the box does: real user ids, which only root can give.

Another user may not reach the interpreter or this repository, for example below ``/root``. Then
the program starts in a mount namespace of its own, in which the closed folders hold nothing but
what it needs. Nothing changes for anybody else.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[3]

_OPENED = r"""
set -e
names=$1 closed=$2 reached=$3; shift 3
[ -z "$names" ] || mount --bind "$names" /etc/passwd
if [ -n "$closed" ]; then
    stage=$(mktemp -d)
    mount -t tmpfs tmpfs "$stage"
    number=0
    IFS=:
    for path in $reached; do
        number=$((number + 1)); mkdir "$stage/$number"; mount --rbind "$path" "$stage/$number"
    done
    for path in $closed; do
        mount -t tmpfs -o mode=0755 tmpfs "$path"
    done
    number=0
    for path in $reached; do
        number=$((number + 1)); mkdir -p "$path"; mount --rbind "$stage/$number" "$path"
    done
    umount --lazy "$stage"; rmdir "$stage"
fi
exec "$@"
"""
"""``sh`` in a new mount namespace: names for ids, closed folders, what must be reached, command."""


@dataclass(frozen=True, slots=True)
class User:
    """A user that need not exist, and the groups of its processes."""

    uid: int
    gid: int
    groups: tuple[int, ...] = ()
    names: Mapping[str, int] = field(default_factory=dict)
    """Names that ``getpwnam`` finds in its processes, and their ids."""

    @contextmanager
    def command(self, *arguments: str) -> Iterator[list[str]]:
        """Yield a command that root starts and that becomes ``arguments`` as this user.

        The process keeps its id all the way, so that signals reach the program itself.
        """
        assert os.geteuid() == 0, "only root starts processes of other users: make test-root"
        groups = f"--groups={','.join(map(str, self.groups))}" if self.groups else "--clear-groups"
        become = [
            "setpriv",
            f"--reuid={self.uid}",
            f"--regid={self.gid}",
            groups,
            "--inh-caps=-all",
        ]
        reached = _reached() if closed_folders() else []
        with tempfile.NamedTemporaryFile("w", suffix=".passwd") as file:
            file.write(Path("/etc/passwd").read_text("utf-8"))
            for name, uid in self.names.items():
                file.write(f"{name}:x:{uid}:{uid}::/:/usr/sbin/nologin\n")
            file.flush()
            Path(file.name).chmod(0o644)
            told = [file.name if self.names else "", ":".join(closed_folders()), ":".join(reached)]
            enter = ["unshare", "--mount", "sh", "-c", _OPENED, "sh", *told]
            yield [*(enter if any(told) else []), *become, *arguments]

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a program as this user to its end."""
        with self.command(*arguments) as command:
            return subprocess.run(command, check=False, capture_output=True, text=True, cwd="/")

    def python(self, code: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run Python code as this user; it can import everything of this repository."""
        opened = f"import sys; sys.path.insert(0, {str(ROOT)!r}); exec({code!r})"
        return self.run(sys.executable, "-c", opened, *arguments)


def closed_folders() -> list[str]:
    """Return the folders above interpreter and repository that other users cannot pass."""
    parents = {folder for path in _reached() for folder in Path(path).parents}
    closed = [str(folder) for folder in sorted(parents) if not folder.stat().st_mode & 0o001]
    return [one for one in closed if not any(one.startswith(f"{other}/") for other in closed)]


def _reached() -> Sequence[str]:
    """Return what a Python process needs: the interpreter, its packages, this repository."""
    paths = {sys.base_prefix, os.path.realpath(sys.prefix), str(ROOT)}
    return sorted(path for path in paths if not path.startswith("/usr"))
