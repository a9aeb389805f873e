"""List the devices that PortAudio sees, in a process of its own.

Looking makes PortAudio open every device, and ALSA talk about it on standard error; neither should
happen in a process that has lines open: ``python -m appliance.lines.sound.device_list`` is one of
its own.
"""

import json
import subprocess
import sys
from importlib.util import find_spec

from appliance.errors import LineError
from appliance.model.sentences.faults import device_fault

ASK_SECONDS = 15.0


def pyaudio_installed() -> bool:
    """Say whether PyAudio is there, without loading it."""
    return find_spec("pyaudio") is not None


def ask_portaudio() -> list[str]:
    """Return the names of the devices that PortAudio sees.

    Raises:
        LineError: PortAudio fails, or does not answer.
    """
    command = [sys.executable, "-m", "appliance.lines.sound.device_list"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=ASK_SECONDS, check=True)
        names: list[str] = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise LineError(device_fault("sound_unlisted")) from error
    return names


def main() -> None:
    """Print the devices' names as JSON."""
    import pyaudio  # noqa: PLC0415 - only this process may load it

    audio = pyaudio.PyAudio()
    try:
        count = audio.get_device_count()
        names = [str(audio.get_device_info_by_index(index)["name"]) for index in range(count)]
    finally:
        audio.terminate()
    print(json.dumps(names))


if __name__ == "__main__":
    main()
