"""Take the loopback card from the machine while programs use it, as if it were pulled out."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

_DRIVER = Path("/sys/bus/platform/drivers/snd_aloop")
_DEVICE = "snd_aloop.0"
_NODES = "/dev/snd/"

_PULL_SECONDS = 20.0
"""Within that time the recorder notices the loss and lets go, on a slow emulated processor."""


def pull_card() -> None:
    """Let the card vanish; return when the last program has let go of it.

    The kernel waits for that without end (``snd_card_free``), and a process that waits there cannot
    be killed: it is one of its own.

    Raises:
        AssertionError: a program holds the card; the text names each that does.
    """
    order = f"printf %s {_DEVICE} > {_DRIVER}/unbind"
    unbinding = subprocess.Popen(["sh", "-c", order])
    try:
        code = unbinding.wait(_PULL_SECONDS)
    except subprocess.TimeoutExpired:
        raise AssertionError(f"the card is still held: {', '.join(holders())}") from None
    assert code == 0, "the card could not be pulled out"


def plug_card() -> None:
    """Let the card appear again."""
    (_DRIVER / "bind").write_text(_DEVICE, "ascii")


def holders(below: str = _NODES) -> list[str]:
    """Return each process that has a file below a folder open or mapped, with what it holds."""
    found = {f"{_called(process)} {name}" for process, name in _held() if name.startswith(below)}
    return sorted(found)


def _held() -> Iterator[tuple[Path, str]]:
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or is another user's
            for line in (process / "maps").read_text("utf-8", "replace").splitlines():
                yield process, line.split(maxsplit=5)[-1]
        with contextlib.suppress(OSError):
            for number in os.listdir(process / "fd"):
                with contextlib.suppress(OSError):
                    yield process, str((process / "fd" / number).readlink())


def _called(process: Path) -> str:
    with contextlib.suppress(OSError):
        return f"{(process / 'comm').read_text('utf-8', 'replace').strip()} ({process.name})"
    return process.name
