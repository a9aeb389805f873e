"""Let in what is plugged into USB by the kernel's own index of drivers, or hold it."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.card.usb import BUILT_IN, DRIVERS, Interface, Usb, read_drivers
from appliance.commands.main import zgoda
from appliance.errors import ConfigError

ROOT = Path(__file__).parents[2]
RULES = ROOT / "firmware-config" / "usb" / "71-zgoda-usb.rules"
KERNEL = "6.12.0-test"

ALIASES: Mapping[str, tuple[str, ...]] = {
    "usbcore": ("usb:v*p*d*dc*dsc*dp*ic09isc*ip*in*", "usb:v*p*d*dc09dsc*dp*ic*isc*ip*in*"),
    "usbhid": ("usb:v*p*d*dc*dsc*dp*ic03isc*ip*in*",),
    "snd-usb-audio": ("usb:v*p*d*dc*dsc*dp*ic01isc01ip*in*",),
    "cdc_acm": tuple(f"usb:v*p*d*dc*dsc*dp*ic02isc02ip0{n}in*" for n in range(7)),
    "cdc_ether": ("usb:v*p*d*dc*dsc*dp*ic02isc06ip00in*",),
    "cdc_subset": ("usb:v0525pA4A2d*dc*dsc*dp*ic*isc*ip*in*",),
    "rndis_host": ("usb:v*p*d*dc*dsc*dp*ic02isc02ipFFin*",),
    "ftdi_sio": ("usb:v0403p6001d*dc*dsc*dp*ic*isc*ip*in*",),
    "onboard_usb_dev": ("usb:v0424p2514d*dc*dsc*dp*ic*isc*ip*in*",),
    "ums-realtek": ("usb:v0BDAp0138d*dc*dsc*dp*ic*isc*ip*in*",),
    "usb-storage": ("usb:v*p*d*dc*dsc*dp*ic08isc06ip50in*",),
    "uas": ("usb:v*p*d*dc*dsc*dp*ic08isc06ip50in*", "usb:v*p*d*dc*dsc*dp*ic08isc06ip62in*"),
    "smsc95xx": ("usb:v0424pEC00d*dc*dsc*dp*ic*isc*ip*in*",),
    "lan78xx": ("usb:v0424p7800d*dc*dsc*dp*ic*isc*ip*in*",),
    "r8152": ("usb:v0BDAp8153d*dc*dsc*dp*icFFiscFFip00in*",),
}
"""What Debian's kernel has of them, as its modules say it."""


def alias(ids: str, kind: str, number: int = 0) -> str:
    """Return an interface's name in the kernel's index.

    Args:
        ids: vendor and product.
        kind: class, subclass and protocol.
        number: of the interface.
    """
    vendor, product = ids.split(":")
    one, two, three = kind.split("/")
    device = f"usb:v{vendor}p{product}d0100dc00dsc00dp00"
    return f"{device}ic{one}isc{two}ip{three}in{number:02X}"


KEYBOARD = alias("046D:C31C", "03/01/01")
NETWORK = alias("0525:A4A2", "02/06/00")
SOUND = [alias("0D8C:0014", "01/01/00"), alias("0D8C:0014", "01/02/00", 1)]
ITS_KEYS = alias("0D8C:0014", "03/00/00", 3)
MODEM = [alias("0BAF:0303", "02/02/01"), alias("0BAF:0303", "0A/00/00", 1)]
STICK = alias("46F4:0001", "08/06/50")
CABLE = alias("0403:6001", "FF/FF/FF")
HUB = alias("05E3:0608", "09/00/00")
OF_A_PI_3B_PLUS = alias("0424:2514", "09/00/00")
READER = alias("0BDA:0138", "08/06/50")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of a kernel's modules, made by kmod of the lines that its modules hold."""
    root = tmp_path_factory.mktemp("kernel")
    folder = root / "lib" / "modules" / KERNEL
    folder.mkdir(parents=True)
    lines = [f"{name}.alias={each}" for name, known in ALIASES.items() for each in known]
    (folder / "modules.builtin.modinfo").write_bytes(b"".join(f"{s}\0".encode() for s in lines))
    built_in = "".join(f"kernel/drivers/{name}.ko\n" for name in ALIASES)
    (folder / "modules.builtin").write_text(built_in)
    (folder / "modules.order").write_text("")
    subprocess.run(["/sbin/depmod", "--basedir", str(root), KERNEL], check=True)
    return root


class Box:
    """The files that the kernel shows of a bus, and what was written to them."""

    def __init__(self, root: Path, index: Path) -> None:
        """Lay a bus with nothing on it."""
        self.root, self._index = root, index
        self.bus = root / "sys/devices/pci0/usb1"
        self.bus.mkdir(parents=True)
        (root / "sys/bus/usb/devices").mkdir(parents=True)
        self.probed = root / "sys/bus/usb/drivers_probe"
        for name in ("authorized_default", "interface_authorized_default"):
            (self.bus / name).write_text("1\n")

    def plug(self, name: str, *aliases: str) -> Path:
        """Lay a device, as it is while nobody has decided."""
        place = self.bus / name
        place.mkdir()
        (place / "authorized").write_text("0\n")
        for number, each in enumerate(aliases):
            interface = place / f"{name}:1.{number}"
            interface.mkdir()
            (interface / "authorized").write_text("0\n")
            (interface / "modalias").write_text(f"{each}\n")
            kind = each.partition("ic")[2][:2].lower() if "ic" in each else "ff"
            (interface / "bInterfaceClass").write_text(f"{kind}\n")
        (self.root / "sys/bus/usb/devices" / name).symlink_to(place)
        return place

    @property
    def usb(self) -> Usb:
        """The buses, with this kernel's index."""
        return Usb(self.root, self._modules)

    def _modules(self, alias: str) -> frozenset[str]:
        where = ["-d", str(self._index), "-S", KERNEL]
        command = ["/sbin/modprobe", *where, "--quiet", "--resolve-alias", alias]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        return frozenset(name.replace("-", "_") for name in done.stdout.split())

    def decided(self, name: str, *aliases: str) -> list[bool]:
        """Plug a device in, and say which of its interfaces were let in."""
        return [each.let_in for each in self.usb.let_in(self.plug(name, *aliases))]


@pytest.fixture
def box(tmp_path: Path, index: Path) -> Box:
    return Box(tmp_path, index)


@pytest.mark.parametrize(
    "aliases",
    [SOUND, MODEM, [STICK], [CABLE], [HUB], [OF_A_PI_3B_PLUS], [READER]],
    ids=lambda a: a[0],
)
def test_what_a_box_needs_is_let_in(box: Box, aliases: list[str]) -> None:
    assert box.decided("1-1.2", *aliases) == [True] * len(aliases)

    device = box.bus / "1-1.2"
    assert (device / "authorized").read_text() == "1"
    assert all(path.read_text() == "1" for path in device.glob("*:*/authorized"))
    assert box.probed.read_text() == f"1-1.2:1.{len(aliases) - 1}"  # the last of them


STRANGERS = {
    "a keyboard": KEYBOARD,
    "a network card": NETWORK,
    "a network card in a modem's clothes": alias("1D6B:0104", "02/02/FF"),
    "a keyboard with a serial cable's ids": alias("0403:6001", "03/01/01"),
    "a network card with the board's ids": alias("0424:EC00", "FF/00/FF"),
    "what no driver wants": alias("1234:5678", "FF/00/00"),
    "a camera": alias("1234:5678", "0E/01/00"),
}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_is_held(box: Box, stranger: str) -> None:
    assert box.decided("1-1.2", STRANGERS[stranger]) == [False]

    device = box.bus / "1-1.2"
    assert (device / "authorized").read_text() == "0"
    assert (device / "1-1.2:1.0" / "authorized").read_text() == "0"
    assert not box.probed.exists()


def test_a_sound_adapters_keys_are_held_and_its_sound_is_let_in(box: Box) -> None:
    assert box.decided("1-1", *SOUND, ITS_KEYS) == [True, True, False]
    assert (box.bus / "1-1" / "authorized").read_text() == "1"
    assert (box.bus / "1-1" / "1-1:1.2" / "authorized").read_text() == "0"


def test_what_the_kernel_let_in_before_the_first_rule_is_shut_out(box: Box) -> None:
    device = box.plug("1-1", KEYBOARD)
    for path in (device, device / "1-1:1.0"):
        (path / "authorized").write_text("1\n")

    box.usb.let_in(device)

    assert (device / "1-1:1.0" / "authorized").read_text() == "0"
    assert (device / "authorized").read_text() == "0"


def test_whatever_is_plugged_in_later_is_held_by_its_bus(box: Box) -> None:
    assert box.usb.let_in(box.bus) == ()
    assert (box.bus / "authorized_default").read_text() == "0"
    assert (box.bus / "interface_authorized_default").read_text() == "0"


def test_a_second_time_decides_the_same(box: Box) -> None:
    device = box.plug("1-1", *SOUND, ITS_KEYS)
    assert box.usb.let_in(device) == box.usb.let_in(device) == box.usb.seen(device)


def test_once_the_rule_is_gone_everything_is_let_in_again(box: Box) -> None:
    (box.root / "sys/bus/usb/devices/usb1").symlink_to(box.bus)
    box.decided("1-1", KEYBOARD)

    box.usb.open()

    assert (box.bus / "interface_authorized_default").read_text() == "1"
    assert (box.bus / "authorized_default").read_text() == "1"
    assert (box.bus / "1-1" / "authorized").read_text() == "1"
    assert (box.bus / "1-1" / "1-1:1.0" / "authorized").read_text() == "1"
    assert box.probed.read_text() == "1-1:1.0"


# -- the board's own network ---------------------------------------------------------------------


def on_board(box: Box, board: str) -> None:
    (box.root / "proc/device-tree").mkdir(parents=True)
    said = f"raspberrypi,{board}\0brcm,bcm2837\0".encode()
    (box.root / "proc/device-tree/compatible").write_bytes(said)


@pytest.mark.parametrize(
    ("board", "place", "ids", "let_in"),
    [
        ("3-model-b", "1-1.1", "0424:EC00", True),
        ("3-model-b-plus", "1-1.1.1", "0424:7800", True),
        ("3-model-b", "1-1.2", "0424:EC00", False),  # a socket
        ("3-model-b-plus", "1-1.1", "0424:EC00", False),
        ("3-model-b", "1-1.1", "0424:7800", False),  # not what is soldered there
        ("4-model-b", "1-1.1", "0424:EC00", False),  # there it is a socket
        ("3-model-b-minus", "1-1.1", "0424:EC00", False),
    ],
)
def test_a_boards_own_network_is_let_in_at_its_own_place(
    box: Box, board: str, place: str, ids: str, let_in: bool
) -> None:
    on_board(box, board)
    assert box.decided(place, alias(ids, "FF/00/FF")) == [let_in]


def test_each_board_of_the_list_has_a_driver_that_no_socket_gets() -> None:
    assert {driver for _, driver in BUILT_IN.values()}.isdisjoint(DRIVERS)


# -- the owner's own list ------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["etc/zgoda/usb-drivers", "run/zgoda-card/usb-drivers"])
def test_an_owner_lets_in_more_by_the_drivers_name(box: Box, file: str) -> None:
    (box.root / file).parent.mkdir(parents=True)
    (box.root / file).write_text("# for repairs\nusbhid  # keyboards\n")

    assert box.decided("1-1", KEYBOARD) == [True]
    assert box.decided("1-2", NETWORK) == [False]


def test_a_driver_alone_is_not_enough_if_another_wants_it_too(box: Box) -> None:
    (box.root / "etc/zgoda").mkdir(parents=True)
    (box.root / "etc/zgoda/usb-drivers").write_text("cdc-ether\n")

    assert box.decided("1-1", NETWORK) == [False]  # cdc_subset


@pytest.mark.parametrize("content", [b"; rm -rf /\n", b"\xff\xfeu\x00", b"usbhid " + b"x" * 9999])
def test_a_list_with_a_mistake_lets_nobody_in(box: Box, content: bytes) -> None:
    (box.root / "etc/zgoda").mkdir(parents=True)
    (box.root / "etc/zgoda/usb-drivers").write_bytes(content)
    device = box.plug("1-1", *SOUND)

    with pytest.raises(ConfigError, match="is no driver’s name"):
        box.usb.let_in(device)
    assert (device / "authorized").read_text() == "0"


def test_a_folder_in_place_of_the_list_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read .EISDIR."):
        read_drivers(tmp_path)


# -- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["", "usb:", "usb:v1; reboot", "pci:v00001234d*", "usb:" + "A" * 999]
)
def test_an_interface_without_a_name_of_the_index_holds_its_device(box: Box, name: str) -> None:
    device = box.plug("1-1", SOUND[0], name)

    with pytest.raises(ConfigError, match="no name that the kernel’s index knows"):
        box.usb.let_in(device)
    assert (device / "authorized").read_text() == "0"


def test_a_kernel_that_cannot_hold_interfaces_gets_no_device(box: Box) -> None:
    (box.bus / "interface_authorized_default").unlink()
    (box.bus / "interface_authorized_default").mkdir()
    device = box.plug("1-1", *SOUND)

    with pytest.raises(OSError, match="Is a directory"):
        box.usb.let_in(device)
    assert (device / "authorized").read_text() == "0"


def test_without_an_index_hardly_anything_is_let_in(box: Box) -> None:
    usb = Usb(box.root, lambda _: frozenset())

    assert [each.let_in for each in usb.let_in(box.plug("1-1", STICK))] == [False]
    assert [each.let_in for each in usb.let_in(box.plug("1-2", KEYBOARD))] == [False]


@pytest.mark.parametrize(
    "where", ["sys/devices/pci0", "etc/usb1/1-1", "sys/bus/usb/devices/../usb"]
)
def test_a_path_that_is_no_device_is_refused(box: Box, where: str) -> None:
    (box.root / where).mkdir(parents=True, exist_ok=True)

    with pytest.raises(ConfigError, match="is no device on USB"):
        box.usb.let_in(box.root / where)


def test_the_command_refuses_what_is_no_device(tmp_path: Path) -> None:
    done = CliRunner().invoke(zgoda, ["usb", "let-in", str(tmp_path)])
    assert done.exit_code != 0
    assert "is no device on USB" in str(done.exception or done.output)


def test_it_lists_what_is_plugged_in(box: Box) -> None:
    box.decided("1-1", *SOUND, ITS_KEYS)
    (device,) = box.usb.devices()

    assert box.usb.seen(device)[2] == Interface("1-1:1.2", frozenset({"usbhid"}), let_in=False)


def test_udev_understands_the_rule_and_asks_for_devices_alone() -> None:
    done = subprocess.run(
        ["udevadm", "verify", "--resolve-names=never", str(RULES)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (rule,) = (line for line in RULES.read_text("utf-8").splitlines() if line[:1] not in "#\n")
    assert 'ENV{DEVTYPE}=="usb_device"' in rule
