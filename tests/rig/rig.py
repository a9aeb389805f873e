"""Build a whole office line outside the recorder, and a box that is plugged into it.

::

    far end ── pacat ──► sink line_in  ─ monitor ─► capture ┐
    (network, caller,                                        ├─ recorder, keeper, panel
     office phone)  ◄─── sink line_out ◄──────────── prompt ┘
    line monitor, or modem ► pseudo-terminal ─ its name ──────► serial
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from appliance.errors import PromptError
from appliance.exchange.circuit.voices import PartyVoices
from appliance.model.policy import PromptKind, Saying
from appliance.model.prompts import Prompt
from appliance.prompts.library import Library
from appliance.prompts.speech import simulated_voices
from appliance.signals.pcm import Wave
from tests.rig.box import READY_SECONDS, Box, running_box
from tests.rig.cable import Cable, Sinks
from tests.rig.calls import unanswered_call
from tests.rig.far_end import FarEnd
from tests.rig.hook.choice import HOOKS
from tests.rig.live_line import LiveLine
from tests.rig.offices import beside, write_office
from tests.rig.priority import hurrying
from tests.rig.pulse_audio import Card, Server, pulse

CARD = "line"

_CALIBRATED = Path(__file__).parent / "calibration.toml"


@dataclass
class Rig:
    """Everything that is plugged together."""

    server: Server
    line: LiveLine
    box: Box
    stereo: bool
    prompts: Mapping[Saying, Prompt]

    def words(self, spoken: PromptKind) -> Wave:
        """Return what the box says."""
        return self.prompts[Saying(spoken)].sound.astype(np.float64)

    def wait_ready(self) -> None:
        """Wait until the line could record.

        Raises:
            NotTold: it did not get so far in time.
        """
        if self.line.hook.shows_state:
            self.box.wait_ready()
            return
        since = self.box.news.place()
        self.line.far_end.place(unanswered_call())
        self.box.wait_ready(since=since)
        assert self.line.far_end.wait_over(READY_SECONDS)

    def plug_sound(self) -> None:
        """Plug the adapter's far end in, whose sinks are there."""
        self.line.plug_sound(Cable(_sinks(self.server, self.stereo)))


@contextlib.contextmanager
def running_rig(
    data: Path,
    *,
    hook: str = "lm1",
    stereo: bool = True,
    seed: int = 1,
    short: bool = False,
) -> Iterator[Rig]:
    """Start the sound server, the far end and the box; stop all at the end.

    Args:
        data: the box's data folder; it is made.
        hook: what tells of it: one of ``HOOKS``.
        stereo: the adapter is a V/I tap; a mono one is calibrated.
        seed: of everything random at the far end.
        short: the prompts take 4 s at most.
    """
    with contextlib.ExitStack() as held:
        here = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="rig-")))
        source = HOOKS[hook](here)
        server = held.enter_context(pulse(Card(CARD, channels=2 if stereo else 1)))
        devices = beside(source.part, CARD, stereo=stereo)
        config = write_office(here / "office.toml", devices, short=short)
        library = Library(config.vault.prompts or None)
        prompts = library.prompts(config, config.lines[0])
        if missing := library.missing(config, config.lines[0]):
            raise PromptError(" ".join(each.sentence() for each in missing))
        far_end = FarEnd(prompts.values(), PartyVoices(*simulated_voices()), seed)
        line = LiveLine(far_end, source)
        line.start()
        held.callback(line.close)
        line.plug_sound(Cable(_sinks(server, stereo)))
        if not stereo:
            _calibrate(data)
        around = {**server.environment, **source.environment}
        box = held.enter_context(running_box(here / "office.toml", data, around))
        held.enter_context(hurrying())
        yield Rig(server, line, box, stereo, prompts)


def _calibrate(data: Path) -> None:
    """Let the box know the office's phones and callers, as it learns them in test calls."""
    folder = data / "calibration"
    folder.mkdir(mode=0o700, parents=True)
    shutil.copy(_CALIBRATED, folder / "Reception.toml")


def _sinks(server: Server, stereo: bool) -> Sinks:
    card = server.cards[CARD]
    return Sinks(server.environment, card.line_in, card.line_out, card.rate, 2 if stereo else 1)
