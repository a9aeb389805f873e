"""Run the reference monitor under MicroPython: readings in, lines with their time out.

Each millisecond is two numbers of 16 bits on standard input; two of 65,535 are the box's question.
"""

import struct
import sys

sys.path.insert(0, sys.argv[1])
from lm1 import Monitor  # type: ignore[import-not-found]

ASKED = 65535

now = 0


def write(text: str) -> None:
    """Print a line with the millisecond in which it is sent."""
    sys.stdout.write("%d %s" % (now, text))  # noqa: UP031 - MicroPython's f-strings are young


monitor = Monitor(write)
monitor.start()
while True:
    raw = sys.stdin.buffer.read(4)
    if len(raw) < 4:
        break
    volts, amps = struct.unpack("<HH", raw)
    if volts == amps == ASKED:
        monitor.asked()
    else:
        monitor.sample(volts, amps)
        now += 1
