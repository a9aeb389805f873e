"""Threads that carry their name where the system shows it: ``top -H`` says which line is busy.

From 3.14 on Python does so for every thread.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

SHOWN = 15
"""Bytes that Linux keeps of a thread's name (proc(5), ``/proc/pid/task/tid/comm``)."""


class NamedThread(threading.Thread):
    """A thread that does not keep the process alive, known to the system by its name."""

    def __init__(self, target: Callable[..., None], name: str, args: tuple[Any, ...] = ()) -> None:
        """Make it; ``start`` begins."""
        super().__init__(target=target, name=name, args=args, daemon=True)

    def run(self) -> None:
        """Tell the name, then do the thread's work; where it cannot be told, work all the same."""
        told = self.name.encode()[:SHOWN].decode(errors="ignore")
        with suppress(OSError):
            Path(f"/proc/self/task/{self.native_id}/comm").write_text(told, "utf-8")
        super().run()
