"""Start threads whose names the system shows: ``top -H`` then tells which line is busy.

Python does so itself from 3.14 on.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

SHOWN = 15
"""Bytes of a thread's name that Linux keeps (proc(5), ``/proc/pid/task/tid/comm``)."""


class NamedThread(threading.Thread):
    """A thread that shows its name to the system and does not keep the process alive."""

    def __init__(self, target: Callable[..., None], name: str, args: tuple[Any, ...] = ()) -> None:
        """Prepare the thread; ``start`` runs it."""
        super().__init__(target=target, name=name, args=args, daemon=True)

    def run(self) -> None:
        """Set the name, if the system allows it, and do the thread's work."""
        shown = self.name.encode()[:SHOWN].decode(errors="ignore")
        with suppress(OSError):
            Path(f"/proc/self/task/{self.native_id}/comm").write_text(shown, "utf-8")
        super().run()
