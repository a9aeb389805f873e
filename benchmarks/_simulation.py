"""What simulated lines take that nobody listens to, in a process of their own.

A real line has a sound adapter and a line monitor in their place, whose drivers are not counted
here: PyAudio and what it loads take some megabytes of their own.
"""

import sys
import threading
import time

import appliance.recorder.service  # noqa: F401
from appliance.clock import SystemClock
from benchmarks.keeper_memory import resident_mb

MEASURED_SECONDS = 10.0
UNTIL_PEOPLE_TALK = 22.0
"""Seconds from a call's beginning, where nobody asks."""

LOOK_SECONDS = 0.1


def main() -> None:
    """Print what so many lines take: per cent of a core and megabytes, idle and in talk."""
    before = resident_mb("self")  # what a recorder imports for any line is there and does not count
    from appliance.lines.exchange import Exchange  # noqa: PLC0415
    from appliance.lines.scene import Scene  # noqa: PLC0415
    from appliance.lines.voices import Voices  # noqa: PLC0415
    from appliance.prompts.speech import voices  # noqa: PLC0415

    lines = [
        Exchange(f"Line {n}", n, Voices(*voices()), clock=SystemClock())
        for n in range(int(sys.argv[1]))
    ]
    for line in lines:
        line.start(lambda item: None)
    idle, idle_mb = _taken()
    for line in lines:
        line.place(Scene.ordinary("+48221234567", None, talk=2 * MEASURED_SECONDS))
    threading.Event().wait(UNTIL_PEOPLE_TALK)
    talking, talking_mb = _taken()
    for line in lines:
        line.close()
    sys.stdout.write(f"{idle} {talking} {idle_mb - before} {talking_mb - before}\n")


def _taken() -> tuple[float, float]:
    """Return what this process takes for a while: per cent of a core, and megabytes at most."""
    began, cpu, most = time.monotonic(), time.process_time(), 0.0
    while time.monotonic() < began + MEASURED_SECONDS:
        threading.Event().wait(LOOK_SECONDS)
        most = max(most, resident_mb("self"))
    return 100 * (time.process_time() - cpu) / (time.monotonic() - began), most


if __name__ == "__main__":
    main()
