"""What simulated lines hold that nobody listens to, in a process of their own.

A real line has a sound adapter and a line monitor in their place, whose drivers are not counted
here: PyAudio and what it loads take some megabytes of their own.
"""

import sys
import threading
import time

import appliance.recorder.service  # noqa: F401
from appliance.clock import SystemClock
from benchmarks.box.keeper_memory import resident_mb

MEASURED_SECONDS = 10.0
LOOK_SECONDS = 0.1


def main() -> None:
    """Print the most megabytes that so many lines hold for a while on which nobody calls."""
    before = resident_mb("self")  # what a recorder imports for any line is there and does not count
    from appliance.exchange.circuit.voices import PartyVoices  # noqa: PLC0415
    from appliance.exchange.driver import Exchange  # noqa: PLC0415
    from appliance.prompts.speech import voices  # noqa: PLC0415

    lines = [
        Exchange(f"Line {n}", n, PartyVoices(*voices()), clock=SystemClock())
        for n in range(int(sys.argv[1]))
    ]
    for line in lines:
        line.start(lambda item: None)
    until, most = time.monotonic() + MEASURED_SECONDS, 0.0
    while time.monotonic() < until:
        threading.Event().wait(LOOK_SECONDS)
        most = max(most, resident_mb("self"))
    for line in lines:
        line.close()
    sys.stdout.write(f"{most - before}\n")


if __name__ == "__main__":
    main()
