"""Run the front: three lamps and a button.

One thread of its own drives the pins; lines only enqueue what they are like, and a fault of the
pins is logged once, shown by the doctor and tried again, while every line goes on (P1).
"""

import contextlib
import logging
import queue
from collections.abc import Callable
from functools import partial
from pathlib import Path

from appliance.clock import Clock
from appliance.config.settings import Front as Wiring
from appliance.errors import LineError
from appliance.model.lamps import Need, lamp_pattern
from appliance.model.records import LineStatus
from appliance.model.sentences.faults import device_fault, text_of
from appliance.recorder.front.button import ButtonPress
from appliance.recorder.front.devices import LampsAndButton
from appliance.recorder.front.pins import Factory, choose_pins
from appliance.threads import NamedThread

log = logging.getLogger(__name__)

RETRY_SECONDS = 30.0
"""Pins that could not be had are tried again after this."""

Make = Callable[[Wiring, Factory, Callable[[ButtonPress], None]], LampsAndButton]

Item = tuple[LineStatus, ...] | Need | ButtonPress | None
"""How the lines are, what the box needs besides, a press of the button, or the end."""


class FrontPanel:
    """Shows how the lines are, and passes on what the button says."""

    def __init__(
        self,
        wiring: Wiring,
        work: Path,
        clock: Clock,
        pressed: Callable[[ButtonPress], None],
        *,
        pins: Callable[[Path], Factory] = choose_pins,
        make: Make = LampsAndButton,
    ) -> None:
        """Prepare; ``start`` begins.

        Args:
            wiring: which pins.
            work: a folder for what the pins' library needs.
            clock: tells when pins that could not be had are tried again.
            pressed: hears of the button, from the front's own thread.
            pins: finds the pins.
            make: takes them.
        """
        self._wiring = wiring
        self._work = work
        self._clock = clock
        self._pressed = pressed
        self._pins = pins
        self._make = make
        self._try_at = clock.monotonic()
        self._inbox: queue.Queue[Item] = queue.Queue()
        self._lines: tuple[LineStatus, ...] = ()
        self._need = Need.NOTHING
        self._devices: LampsAndButton | None = None
        self._fault = ""
        self._thread = NamedThread(self._run, "front")

    @property
    def fault(self) -> str:
        """Return in a sentence what is wrong with the pins; empty if nothing is."""
        return self._fault

    @property
    def simulated(self) -> bool:
        """Say whether the pins are mock ones."""
        devices = self._devices
        return devices is not None and devices.simulated

    def start(self) -> None:
        """Take the pins and begin."""
        self._thread.start()

    def show(self, lines: tuple[LineStatus, ...]) -> None:
        """Show how the lines are; from any thread, never waits."""
        self._inbox.put_nowait(lines)

    def need(self, need: Need) -> None:
        """Show what the box needs besides; from any thread, never waits."""
        self._inbox.put_nowait(need)

    def settle(self) -> None:
        """Wait until everything shown and pressed so far has been dealt with."""
        self._inbox.join()

    def close(self) -> None:
        """Put all lamps out and give the pins back; safe to call twice."""
        self._inbox.put_nowait(None)
        if self._thread.ident is not None:
            self._thread.join()

    # -- the front's own thread -------------------------------------------------------------------

    def _run(self) -> None:
        going = True
        while going:
            if self._devices is None and self._clock.monotonic() >= self._try_at:
                self._try_at = self._clock.monotonic() + RETRY_SECONDS
                self._guarded(self._open)
            try:
                item = self._inbox.get(timeout=RETRY_SECONDS)
            except queue.Empty:
                continue
            try:
                going = item is not None
                if item is not None:
                    self._guarded(partial(self._take, item))
            finally:
                self._inbox.task_done()
        self._guarded(self._let_go)

    def _guarded(self, act: Callable[[], None]) -> None:
        """Do something with the pins; what goes wrong is logged once, until all is well again."""
        try:
            act()
        except Exception as error:
            said = text_of(error)
            if not isinstance(error, LineError):
                said = device_fault("pins_failed", detail=error)
            if said != self._fault:
                log.error("front: %s", said)
            self._fault = said
            with contextlib.suppress(Exception):
                self._let_go()

    def _open(self) -> None:
        self._devices = self._make(self._wiring, self._pins(self._work), self._inbox.put_nowait)
        self._fault = ""
        if self._devices.simulated:
            log.info("front: there are no pins here; lamps and button are simulated")
        if self._lines:
            self._devices.show(lamp_pattern(self._lines, self._need))

    def _take(self, item: tuple[LineStatus, ...] | Need | ButtonPress) -> None:
        if isinstance(item, ButtonPress):
            self._pressed(item)
            return
        if isinstance(item, Need):
            self._need = item
        else:
            self._lines = item
        if self._devices is not None and self._lines:
            self._devices.show(lamp_pattern(self._lines, self._need))

    def _let_go(self) -> None:
        devices, self._devices = self._devices, None
        if devices is not None:
            devices.close()
