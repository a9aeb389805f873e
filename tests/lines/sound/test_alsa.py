"""ALSA and PortAudio themselves: a device that has more than the card behind it is virtual.

Each configuration is read by a process of its own, as ALSA reads it: no hardware is needed to look
a name up. Files stand for the nodes of a card that the kernel has on USB.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.lines.plugged.connection import Attachment
from appliance.lines.sound.alsa import is_card_itself
from tests.lines.plugged.test_connection import USB, linked, planted
from tests.lines.sound.portaudio_double import MAPPED, PortAudioDouble

pytestmark = [pytest.mark.system, pytest.mark.timeout(60)]

CARD = "Adapter: LineTap (hw:0,0)"

HW = """
pcm.hw {
    @args [ CARD DEV ]
    @args.CARD { type string }
    @args.DEV { type integer }
    type hw
    card $CARD
    device $DEV
}
pcm.!default { type null }
"""

FROM_A_FILE = """
    type asym
    capture.pcm {{
        type file file "{0}/pcmC0D0c" infile "/dev/zero" format raw slave.pcm {{ type null }}
    }}
    playback.pcm {{ type file file "{0}/pcmC0D0p" format raw slave.pcm {{ type null }} }}
    hint {{ show on description "LineTap" }}
"""


@dataclass(frozen=True)
class Definitions:
    """A configuration, and whether in it the card's name is the card's itself."""

    text: str
    itself: bool = False


WITH_ARGUMENTS = "@args [ A B ] @args.A { type string } @args.B { type string }"
FILE_OVER = 'type file file "/dev/null" infile "/dev/zero" slave.pcm { type hw card 0 device 0 }'

CONFIGURATIONS = {
    "ALSA's own": Definitions("</usr/share/alsa/alsa.conf>", itself=True),
    "the box's": Definitions(
        "</usr/share/alsa/alsa.conf>\n"
        + Path("firmware-config/alsa/asound.conf").read_text("utf-8"),
        itself=True,
    ),
    "hardware alone": Definitions(HW, itself=True),
    "hardware by another of its names": Definitions(
        HW.replace("pcm.hw {", "pcm.other {") + "pcm.hw other", itself=True
    ),
    "devices of other names": Definitions(
        HW + f"pcm.line {{ {FILE_OVER} }}\npcm.plughw {{ {FILE_OVER} }}", itself=True
    ),
    "nothing at all": Definitions("pcm.!default { type null }"),
    "a file over the card": Definitions(
        HW + f"pcm.!hw {{ {WITH_ARGUMENTS} {FILE_OVER} }}",
    ),
    "a file over ALSA's own": Definitions(
        "</usr/share/alsa/alsa.conf>\n" + f"pcm.!hw {{ {WITH_ARGUMENTS} {FILE_OVER} }}",
    ),
    "no more than the type written over": Definitions(
        HW + 'pcm.hw.type file\npcm.hw.infile "/dev/zero"\npcm.hw.slave.pcm null'
    ),
    "a type that a function tells": Definitions(
        HW + 'pcm.hw.!type { @func concat strings [ "fi" "le" ] }'
    ),
    "a type that is none": Definitions(HW + "pcm.hw.!type 7"),
    "no type": Definitions(HW.replace("    type hw\n", "")),
    "another function for the type": Definitions(HW + 'pcm_type.hw { open "_snd_pcm_file_open" }'),
    "another library for the type": Definitions(HW + 'pcm_type.hw { lib "/tmp/ours.so" }'),
    "the type by another's name": Definitions(HW + "pcm_type.hw file\npcm_type.file { }"),
    "the name leads elsewhere": Definitions(
        HW + f"pcm.tape {{ {WITH_ARGUMENTS} {FILE_OVER} }}\npcm.!hw tape"
    ),
    "a device called as the card": Definitions(
        HW + f'pcm."{CARD}" {{ type null }}\npcm."Adapter" {{ {WITH_ARGUMENTS} {FILE_OVER} }}'
    ),
    "a device that ALSA takes the card's name for": Definitions(
        HW + f'pcm."Adapter" {{ {WITH_ARGUMENTS} {FILE_OVER} }}'
    ),
}

OPENS = """
import ctypes, sys
from pathlib import Path
from appliance.lines.plugged.hardware import Hardware
from appliance.lines.sound.portaudio import PortAudio, Want
from tests.lines.sound.portaudio_double import PortAudioDouble

root = Path(sys.argv[1])
if sys.argv[2] == "double":
    double = PortAudioDouble(root)
    sys.modules["pyaudio"] = double.module
    double.plug("LineTap")
    assert ctypes.CDLL("libasound.so.2").snd_config_update() == 1
told = PortAudio(Hardware(root)).open(Want("LineTap", 48000, 1), lambda: False).connection
print(told.bus, told.device, sep="\\n")
"""


def planted_card(root: Path) -> None:
    """Make a card that the kernel has on USB, with files for its nodes."""
    PortAudioDouble(root).plug("LineTap")
    linked(root, "sys/class/sound/card0", planted(root, "pci0000:00/0000:00:14.0", (), USB))
    (root / "dev/snd").mkdir(parents=True)
    for way in "cp":
        (root / f"dev/snd/pcmC0D0{way}").write_bytes(bytes(MAPPED))


def opened(root: Path, text: str, library: str) -> Attachment:
    """Open the card in a process that reads a configuration; return what is told of it."""
    planted_card(root)
    (root / "asound.conf").write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", OPENS, str(root), library],
        env=os.environ | {"ALSA_CONFIG_PATH": str(root / "asound.conf")},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=50,
    )
    bus, device = done.stdout.splitlines()
    return Attachment(bus, device)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", CONFIGURATIONS)
def test_only_a_card_with_nothing_before_it_is_real(tmp_path: Path, case: str) -> None:
    definitions = CONFIGURATIONS[case]
    told = opened(tmp_path, definitions.text, "double")
    if definitions.itself:
        assert told.bus == "usb"
        assert told.device.startswith("0d8c:0014 C-Media USB")
    else:
        assert told == Attachment("virtual", CARD)


def test_a_file_by_a_cards_name_is_virtual_through_portaudio(tmp_path: Path) -> None:
    """PortAudio lists it and opens it, and the files are those that the card would have."""
    device = f"{WITH_ARGUMENTS} {FROM_A_FILE.format(tmp_path / 'dev/snd')}"
    text = f'{HW}\npcm."{CARD}" {{ type null }}\npcm."Adapter" {{ {device} }}'
    assert opened(tmp_path, text, "PortAudio") == Attachment("virtual", CARD)


@pytest.mark.parametrize("name", [CARD, "Adapter (hw:0,0) of ours", "plughw:0,0", "line", ""])
def test_where_alsa_has_read_nothing_no_name_is_a_card(name: str) -> None:
    assert not is_card_itself(name)
