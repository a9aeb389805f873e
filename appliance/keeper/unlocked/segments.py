"""Read the recordings of one call as one sound; the reading child's part of a whole call."""

from collections.abc import Iterator, Sequence

import numpy as np

from appliance.keeper.reading.timeline import PlaceInCall, TimelineRecording, lay_out
from appliance.model.audio import Sound
from appliance.vault.opening.checked import CheckedReader


class Segments:
    """The open recordings of a call; where none has sound there is silence."""

    def __init__(self, opened: Sequence[tuple[str, PlaceInCall, CheckedReader]]) -> None:
        """Take them in the order of the call: name, place, open recording."""
        self._checked = {name: checked for name, _, checked in opened}
        self._timeline = lay_out(
            [
                TimelineRecording(name, place, checked.samples, checked.channels)
                for name, place, checked in opened
            ]
        )
        self.channels = self._timeline.channels
        self.samples = self._timeline.samples

    def prove(self, step: int) -> Iterator[None]:
        """Compare each whole file with the sealed one, so many bytes between two yields.

        Raises:
            Tampered: one is not the file that was sealed.
        """
        for checked in self._checked.values():
            digesting = checked.digesting()
            while digesting.step(step):
                yield
            checked.compare(digesting.found())

    def read(self, start: int, count: int) -> Sound:
        """Return ``[channels, count]`` samples from ``start``; raises Tampered."""
        sound: Sound = np.zeros((self.channels, count), np.int16)
        at = 0
        for stretch in self._timeline.stretches(start, count):
            if stretch.part is not None:
                checked = self._checked[stretch.part.recording]
                # One channel goes to both where another part has two.
                sound[:, at : at + stretch.count] = checked.read(stretch.sample, stretch.count)
            at += stretch.count
        return sound

    def close(self) -> None:
        """Close the files and wipe their keys."""
        for checked in self._checked.values():
            checked.close()
