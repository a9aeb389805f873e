"""Count what was heard of an agreed call, and where the log of the disk was by then."""

from appliance.call.call import Call
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.audio import FRAME
from appliance.recorder.service import Recorder
from tests.faults.power.disk import LoggedDisk

LINE = "Reception"


class Ear:
    """Counts, frame by frame, what was heard of an agreed call, and where the log was by then."""

    def __init__(self, disk: LoggedDisk) -> None:
        self.heard: list[tuple[int, int]] = []
        self._disk = disk
        self._running = False
        self._samples = 0

    def saw(self, event: ev.Event, call: Call, wanted: tuple[act.Action, ...]) -> None:
        """Look at a step of the dialogue, before what follows from it is done."""
        for action in wanted:
            if isinstance(action, act.Resume):
                self._running = True
            elif isinstance(action, act.Pause | act.StopRecording | act.Withdraw):
                self._running = False

    def hears(self, recorder: Recorder) -> None:
        """Count the frames of a recorder's line."""
        thread = recorder.line(LINE).thread
        hear = thread._hear

        def hearing(frame: object) -> None:
            hear(frame)  # type: ignore[arg-type]  # what the line was given
            if self._running:
                self._samples += FRAME
                self.heard.append((self._disk.position, self._samples))

        thread._hear = hearing  # type: ignore[method-assign]  # the recorder knows nothing of it
