"""PyAudio, PortAudio and ALSA themselves: a card that cannot be stopped is let go.

ALSA's own device files stand for a card: a PCM that writes what is played into a file, and reads
what is heard from one. ALSA's answer for a card that was pulled out, ENODEV, is put in its place.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.system, pytest.mark.timeout(60)]

GONE = """
#include <errno.h>
int snd_pcm_drop(void *pcm) { (void)pcm; return -ENODEV; }
"""

ALSA = """
pcm.!default {{ type null }}
pcm.LineTap {{
    type asym
    playback.pcm {{ type file file "{0}/pcmC0D0p" format raw slave.pcm {{ type null }} }}
    capture.pcm {{
        type file file "{0}/pcmC0D0c" infile "/dev/zero" format raw slave.pcm {{ type null }}
    }}
    hint {{ show on description "LineTap" }}
}}
"""

OPENS_AND_GIVES_BACK = """
import os, sys
from pathlib import Path
from appliance.lines.plugged.hardware import Hardware
from appliance.lines.sound.portaudio import PortAudio, Want

def held():
    links = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]
    names = [os.path.basename(os.readlink(link)) for link in links if os.path.exists(link)]
    print(*sorted(name for name in names if name.startswith("pcm")), sep=",")

audio = PortAudio(Hardware(Path(sys.argv[1])))
streams = audio.open(Want("LineTap", 48000, 1), lambda: False)
held()
if sys.argv[2] == "library":
    streams.hears.close(), streams.says.close()
else:
    audio.give_back(streams)
held()
"""


@pytest.fixture(scope="module")
def gone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the library in which a card cannot be stopped."""
    folder = tmp_path_factory.mktemp("gone")
    source, library = folder / "gone.c", folder / "gone.so"
    source.write_text(GONE)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source], check=True)
    return library


def held(root: Path, by: str, preload: Path | None) -> list[str]:
    """Open both ways of a card and close them; return what is open before and after."""
    folder = root / "dev/snd"
    folder.mkdir(parents=True)
    (root / "asound.conf").write_text(ALSA.format(folder))
    done = subprocess.run(
        [sys.executable, "-c", OPENS_AND_GIVES_BACK, str(root), by],
        env=os.environ
        | {"ALSA_CONFIG_PATH": str(root / "asound.conf"), "LD_PRELOAD": str(preload or "")},
        check=True,
        capture_output=True,
        text=True,
        timeout=50,
    )
    return done.stdout.splitlines()


def test_a_card_that_is_there_is_closed_by_the_library(tmp_path: Path) -> None:
    assert held(tmp_path, "library", None) == ["pcmC0D0c,pcmC0D0p", ""]


def test_a_card_that_is_gone_is_forgotten_by_the_library(tmp_path: Path, gone: Path) -> None:
    """Once this fails, PortAudio closes it, and ``device_files`` has nothing to do."""
    assert held(tmp_path, "library", gone) == ["pcmC0D0c,pcmC0D0p", "pcmC0D0c,pcmC0D0p"]


def test_we_let_go_of_a_card_that_is_gone(tmp_path: Path, gone: Path) -> None:
    assert held(tmp_path, "ours", gone) == ["pcmC0D0c,pcmC0D0p", ""]
