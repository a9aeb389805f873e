# lm1.py: the program of a line monitor that speaks LM1, for MicroPython on an RP2040 or RP2350.
# docs/lm1.md is the protocol, README.md beside this file the board. The board has it as main.py.
#
# Theory of operation. Once a millisecond two readings come in: the voltage across the line and the
# current through it. Three means of them decide, over 5, 20 and 120 ms:
#
#     5 ms    the hook: both ends of a break are late by the same few milliseconds
#     20 ms   the figures, without speech
#     120 ms  all of it while the line rings: whole periods of 17, 25 and 50 Hz
#
# A line rings, or changes its polarity, when the voltage leaves the range between nothing and the
# idle voltage. From then on, and for 100 ms after the last such reading, the mean over 120 ms
# counts. What swings at least three times about it is ringing. What stays on the other side for
# longer than half a wave of the slowest ringing is a reversal.
#
# Nothing is debounced and nothing judged: a flash, a pulse and a hang-up are HOOK ON alike.

from array import array

NAME = "LM1 Zgoda-LM1 1.0"

QUICK, FIGURE, SLOW = 5, 20, 120  # ms of the three means; a swing of ringing lasts 10 to 30 ms

OFF_HOOK = 5000  # microamperes
ON_HOOK = 20000  # millivolts
ALIVE = 3000  # millivolts: less has no polarity
SWINGS = 10000  # millivolts below nothing
RISES = 15000  # millivolts above the idle voltage
HALF_WAVE = 20000  # millivolts from the mean: the edge of a swing
SWINGING = 100  # ms after the last sign of alternation
RINGS = 3  # swings in a row
TURNED = 28  # ms on the other side; half a wave of 17 Hz, less the battery's share, lasts 22
DROPS = 3000  # millivolts below the idle voltage: the least that a phone takes
CALM_MV, CALM_UA = 2000, 1500  # between two means: nothing changes
SETTLING = 40  # ms after which a step is sent even if somebody talks loudly
LEARNS = 500  # ms above the idle voltage without ringing: it has risen
STEP_MV, STEP_UA = 2000, 1000
EVERY = 1000  # ms between figures that change little
HEARTBEAT = 5000  # ms
PULSE = 80  # ms: a longer break is no pulse
BETWEEN = 300  # ms: the loop closed for so long ends a digit

# Of the board in README.md: what one count of read_u16() is on the line. lm1.json replaces them.
CALIBRATION = {
    "volt_zero": 32768,
    "microvolts_per_count": 7011,
    "amp_zero": 32768,
    "nanoamps_per_count": 1678,
}


class Mean:
    """Sums of the last readings, over three lengths of time."""

    def __init__(self):
        self._kept = array("i", [0] * SLOW)
        self._at = 0
        self._quick = self._figure = self._slow = 0

    def add(self, value):
        kept, at = self._kept, self._at
        self._quick += value - kept[at - QUICK]
        self._figure += value - kept[at - FIGURE]
        self._slow += value - kept[at]
        kept[at] = value
        self._at = (at + 1) % SLOW

    @property
    def quick(self):
        return self._quick // QUICK

    @property
    def figure(self):
        return self._figure // FIGURE

    @property
    def slow(self):
        return self._slow // SLOW


class Monitor:
    """What the board does; the readings come from outside, and lines go out through ``write``."""

    def __init__(self, write, calibration=CALIBRATION):
        self._write = write
        self._volt_zero = calibration["volt_zero"]
        self._volt_count = calibration["microvolts_per_count"]
        self._amp_zero = calibration["amp_zero"]
        self._amp_count = calibration["nanoamps_per_count"]
        self._volts, self._amps = Mean(), Mean()
        self._filled = 0  # ms, up to SLOW: before that the means are not whole
        self._owed = False  # an answer
        self._off = False  # hook
        self._idle = 48000  # mV, while on-hook
        self._sign = 1  # polarity
        self._alternating = 0  # ms left
        self._ringing = False
        self._side = 0  # of the last swing
        self._swung = SWINGING  # ms since it began
        self._swings = 0
        self._since_hook = 0  # ms
        self._pulses = 0
        self._turned = 0  # ms on the other side
        self._strange = 0  # ms beyond the idle voltage, without ringing
        self._told_mv = self._told_ua = 0
        self._since_told = 0
        self._step = 0  # ms since a step began
        self._since_beat = 0

    def start(self):
        """Say that the monitor has started."""
        self._say(NAME)

    def asked(self):
        """Answer the box's question with the full state, as soon as it is known."""
        if self._filled < SLOW:
            self._owed = True
            return
        self._say("HOOK OFF" if self._off else "HOOK ON")
        self._say("RING ON" if self._ringing else "RING OFF")
        self._say_figures(self._means())

    def sample(self, volt_count, amp_count):
        """Take the readings of one millisecond."""
        mv = (volt_count - self._volt_zero) * self._volt_count // 1000
        ua = (amp_count - self._amp_zero) * self._amp_count // 1000
        self._volts.add(mv)
        self._amps.add(ua)
        self._since_beat += 1
        if self._since_beat >= HEARTBEAT:
            self._since_beat = 0
            self._say("OK")
        if self._filled < SLOW:
            self._filled += 1
            if self._filled == SLOW:
                self._begin()
            return
        self._watch_alternation(mv * self._sign)
        self._watch_ringing(mv - self._volts.slow)
        self._watch_hook()
        self._watch_polarity()
        self._watch_figures()

    def _begin(self):
        """Take the line as it is; the box asks for it."""
        mv, ua = self._volts.slow, self._amps.slow
        self._off = abs(ua) > OFF_HOOK
        self._sign = -1 if mv < 0 else 1
        self._idle = 48000 if self._off else abs(mv)
        if self._owed:
            self.asked()
        else:
            self._say_figures((mv, ua))

    def _watch_alternation(self, mv):
        """Notice a voltage that no phone makes: beyond the idle one, or of the other sign."""
        if mv > self._idle + RISES or mv < -SWINGS:
            self._alternating = SWINGING
        elif self._alternating:
            self._alternating -= 1
        self._strange = self._strange + 1 if self._alternating and not self._ringing else 0
        if self._strange >= LEARNS and not self._off:
            self._idle, self._strange = abs(self._volts.slow), 0

    def _watch_ringing(self, deviation):
        """Count the swings of a phone on-hook about the mean voltage."""
        self._swung += 1
        side = 1 if deviation > HALF_WAVE else -1 if deviation < -HALF_WAVE else 0
        if side and side != self._side and self._alternating:
            self._side, self._swung = side, 0
            self._swings += 1
        if self._swung >= SWINGING or (self._off and not self._ringing):
            self._side = self._swings = 0
        rings = self._swings >= RINGS
        if rings is not self._ringing:
            self._ringing = rings
            self._say("RING ON" if rings else "RING OFF")

    def _watch_hook(self):
        """Report current as a lift, and none with voltage as the contrary."""
        means = self._slow_means() if self._alternating else self._quick_means()
        mv, ua = means[0] * self._sign, means[1] * self._sign
        if not self._off and mv > self._idle - DROPS:
            ua = 0  # no phone's: it takes voltage for its current, and ringing begins or ends
        off = self._off
        if ua > OFF_HOOK:
            off = True
        elif abs(mv) > ON_HOOK:
            off = False  # a dead line, without voltage, says nothing about the phone
        self._since_hook += 1
        if off is not self._off:
            self._pulses += off and self._since_hook < PULSE
            self._off, self._since_hook = off, 0
            self._say("HOOK OFF" if off else "HOOK ON")
        self._count_digit()
        if not off and not self._alternating:
            self._learn_idle(abs(mv))

    def _count_digit(self):
        """Report a digit dialled by pulses once the loop was closed long enough."""
        if not self._pulses or self._since_hook < BETWEEN:
            return
        if self._off and self._pulses <= 10:
            self._say("DIGIT %d" % (self._pulses % 10))
        self._pulses = 0

    def _learn_idle(self, mv):
        """Follow the voltage of the idle line."""
        slow = abs(self._volts.slow)
        if mv > ON_HOOK and abs(slow - mv) < CALM_MV:
            self._idle = slow

    def _watch_polarity(self):
        self._turned = self._turned + 1 if self._volts.quick * self._sign < -ALIVE else 0
        if self._turned >= TURNED:
            self._sign, self._turned = -self._sign, 0
            self._alternating = 0  # the voltage is what it should be, on the other side
            self._say("REV")

    def _watch_figures(self):
        """Send a step once the means hold nothing of what was before."""
        self._since_told += 1
        if self._alternating and not (self._ringing and self._off):
            return  # it rings, which changes no figure, or it is not known yet what this is
        mv, ua = means = self._means()
        apart_mv = abs(abs(mv) - abs(self._told_mv))
        apart_ua = abs(abs(ua) - abs(self._told_ua))
        step = apart_mv > STEP_MV or apart_ua > STEP_UA
        self._step = self._step + 1 if step else 0
        calm = (
            self._since_hook >= FIGURE
            and abs(mv - self._volts.quick) < CALM_MV
            and abs(ua - self._amps.quick) < CALM_UA
        )
        if step:
            if calm or self._step >= SETTLING:
                self._say_figures(means)
        elif self._since_told >= EVERY and (apart_mv >= 100 or apart_ua >= 100):
            self._say_figures(means)

    def _means(self):
        """Return the direct voltage and current."""
        if self._alternating or self._ringing:
            return self._slow_means()
        return self._volts.figure, self._amps.figure

    def _slow_means(self):
        return self._volts.slow, self._amps.slow

    def _quick_means(self):
        return self._volts.quick, self._amps.quick

    def _say_figures(self, means):
        self._told_mv, self._told_ua = means
        self._since_told = 0
        self._say("VOLT %s" % _tenths(means[0]))
        self._say("CURR %s" % _tenths(means[1]))

    def _say(self, line):
        self._write(line + "\r\n")


def _tenths(thousandths):
    tenths = (abs(thousandths) + 50) // 100
    return "%d.%d" % (tenths // 10, tenths % 10)


def calibration():
    """Return the board's own calibration, from lm1.json if it is there."""
    import json

    try:
        with open("lm1.json") as file:
            return dict(CALIBRATION, **json.load(file))
    except (OSError, ValueError):
        return CALIBRATION


def main():
    """Read the converters once a millisecond, for ever."""
    import time

    from machine import ADC, UART, WDT, Pin

    uart = UART(0, 115200, tx=Pin(0), rx=Pin(1), txbuf=1024, rxbuf=64)
    volts, amps, lamp = ADC(26), ADC(27), Pin("LED", Pin.OUT)
    monitor = Monitor(uart.write, calibration())
    monitor.start()
    watchdog = WDT(timeout=2000)  # a program that hangs starts again, and says so
    due = time.ticks_us()
    while True:
        late = time.ticks_diff(time.ticks_us(), due) // 1000
        if late < 0:
            continue
        volt_count = (
            volts.read_u16() + volts.read_u16() + volts.read_u16() + volts.read_u16()
        ) // 4
        amp_count = (amps.read_u16() + amps.read_u16() + amps.read_u16() + amps.read_u16()) // 4
        for _ in range(late + 1):  # memory was tidied: the milliseconds that passed count
            monitor.sample(volt_count, amp_count)
        due = time.ticks_add(due, 1000 * (late + 1))
        if uart.any() and b"?" in uart.read():
            monitor.asked()
        lamp.value(monitor._off)
        watchdog.feed()


if __name__ == "__main__":
    main()
