"""Print the memory of simulated lines without a listener, in a separate process.

A real line has a sound adapter and a line monitor in their place. Their drivers do not count here:
PyAudio and its libraries take some more megabytes.
"""

import sys
import threading
import time

import appliance.recorder.service  # noqa: F401
from appliance.clock import SystemClock
from benchmarks.box.resident import resident_mb

MEASURED_SECONDS = 10.0
LOOK_SECONDS = 0.1


def main() -> None:
    """Print the most megabytes that some lines hold over a while without calls."""
    before = resident_mb("self")  # what a recorder imports for any line is there and does not count
    from appliance.exchange.circuit.voices import PartyVoices  # noqa: PLC0415
    from appliance.exchange.driver import Exchange  # noqa: PLC0415
    from appliance.prompts.speech import simulated_voices  # noqa: PLC0415

    lines = [
        Exchange(f"Line {n}", n, PartyVoices(*simulated_voices()), clock=SystemClock())
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
