"""Two real networks: nft understands the firewall, and it lets through what it says."""

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "firmware-config/firewall"
MAIN, OWN, SSH = (FOLDER / name for name in ("zgoda.nft", "own.nft", "ssh.nft"))
COURIER = FOLDER / "courier.nft"
NFT = "/usr/sbin/nft"
NEAR, FAR = "192.168.50", "203.0.113"
"""Addresses of an office, and of the world outside (RFC 5737)."""


def nft(*arguments: str, rules: str = "") -> subprocess.CompletedProcess[str]:
    """Run nft in a network of its own; anybody may."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = ["unshare", *user, "--net", "sh", "-ec", rules or f"{NFT} {' '.join(arguments)}"]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def own(folder: Path, *rules: str) -> Path:
    """The owner's rules, in a folder of the test's."""
    for way in ("in", "out"):
        (folder / way).mkdir(exist_ok=True)
    for number, rule in enumerate(rules):
        (folder / f"in/{number}.nft").write_text(rule + "\n")
    copy = folder / "own.nft"
    copy.write_text(OWN.read_text("utf-8").replace("/etc/zgoda/firewall/", f"{folder}/"))
    return copy


def test_nft_understands_it() -> None:
    done = nft("--check", "--file", str(MAIN))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_mistake_is_found(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.nft"
    wrong.write_text(MAIN.read_text("utf-8").replace("policy drop", "policy dorp", 1))
    assert nft("--check", "--file", str(wrong)).returncode != 0


def test_loaded_again_it_is_the_same(tmp_path: Path) -> None:
    files = f"{NFT} -f {MAIN}; {NFT} -f {own(tmp_path, SSH.read_text('utf-8'))}; "
    shown = f"{NFT} list ruleset; echo ---; "
    done = nft(rules=files + shown + files + shown)
    once, twice, _ = done.stdout.split("---\n")
    assert "tcp dport 22 accept" in once
    assert once == twice


def test_other_tables_of_the_machine_stay() -> None:
    other = f"{NFT} add table inet office; "
    done = nft(rules=f"{other}{NFT} -f {MAIN}; {NFT} delete table inet zgoda; {NFT} list tables")
    assert done.stdout.split() == ["table", "inet", "office"]


def test_a_mistake_in_the_owners_rules_opens_nothing(tmp_path: Path) -> None:
    broken = own(tmp_path, "ip saddr @near4 tcp dport accept everything")
    done = nft(rules=f"{NFT} -f {MAIN}; {NFT} -f {broken} || true; {NFT} list ruleset")
    assert "syntax error" in done.stderr
    assert done.stdout.count("policy drop") == 3
    assert "dport 22" not in done.stdout


def courier(folder: Path, user: str) -> Path:
    """The courier's rule, for a user that is there where this is tested."""
    copy = folder / "courier.nft"
    copy.write_text(COURIER.read_text("utf-8").replace("zgoda-courier", user))
    return copy


def test_without_the_couriers_user_nothing_is_opened() -> None:
    done = nft(rules=f"{NFT} -f {MAIN}; {NFT} -f {COURIER} || true; {NFT} list ruleset")
    assert "User does not exist" in done.stderr
    assert done.stdout.count("policy drop") == 3
    assert "skuid" not in done.stdout.partition("chain courier_out")[2].partition("}")[0]


def test_the_unit_loads_all_in_this_order() -> None:
    text = (FOLDER.parents[1] / "systemd/zgoda-firewall.service").read_text("utf-8")
    loads = re.findall(r"^Exec(?:Start|Reload)=(.*)$", text, re.MULTILINE)
    files = {"": "", "-courier": "-", "-own": ""}
    assert (
        loads == [f"{may}{NFT} -f /usr/lib/zgoda/firewall{n}.nft" for n, may in files.items()] * 2
    )


def test_the_doors_lead_where_the_proxy_listens() -> None:
    proxy = (FOLDER.parents[1] / "systemd/zgoda-proxy.service").read_text("utf-8")
    ports = set(re.findall(r"^SocketBindAllow=tcp:(\d+)$", proxy, re.MULTILINE))
    assert set(re.findall(r"redirect to :(\d+)", MAIN.read_text("utf-8"))) == ports


def test_the_near_addresses_are_those_that_the_proxy_answers() -> None:
    proxy = (FOLDER.parents[1] / "systemd/zgoda-proxy.service").read_text("utf-8")
    (allowed,) = re.findall(r"^IPAddressAllow=(.*)$", proxy, re.MULTILINE)
    told = MAIN.read_text("utf-8")
    near = set(re.findall(r"[\da-f.:]+/\d+", told.partition("chain doors")[0]))
    link_local = {"169.254.0.0/16", "fe80::/10"}
    assert near - link_local == set(allowed.split()) - {"localhost", "link-local"}


# -- two real networks -------------------------------------------------------------------------

LISTEN = """
import selectors, socket, sys
kept, waiting = [], selectors.DefaultSelector()
for port in map(int, sys.argv[1:]):
    s = socket.create_server(("0.0.0.0", port)); kept.append(s)
    waiting.register(s, selectors.EVENT_READ)
print("ready", flush=True)
while True:
    for key, _ in waiting.select():
        c, _ = key.fileobj.accept()
        c.sendall(str(key.fileobj.getsockname()[1]).encode()); c.close()
"""

ASK = """
import json, selectors, socket, sys, time
source, host, *ports = sys.argv[1:]
waiting, found = selectors.DefaultSelector(), {}
for port in ports:
    s = socket.socket(); s.setblocking(False); s.bind((source, 0))
    s.connect_ex((host, int(port))); waiting.register(s, selectors.EVENT_READ, port)
until = time.monotonic() + 2
while waiting.get_map() and (left := until - time.monotonic()) > 0:
    for key, _ in waiting.select(left):
        try: found[key.data] = key.fileobj.recv(9).decode()
        except OSError as error: found[key.data] = type(error).__name__
        waiting.unregister(key.fileobj)
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Networks:
    """A box and a computer, each in a network of its own, with a cable between them."""

    box: subprocess.Popen[str]
    desk: subprocess.Popen[str]

    def run(self, where: subprocess.Popen[str], *command: str) -> str:
        inside = ["nsenter", f"--target={where.pid}", "--net", *command]
        return subprocess.run(inside, check=True, capture_output=True, text=True).stdout

    def ask(
        self, where: subprocess.Popen[str], source: str, host: str, *ports: int, user: str = "root"
    ) -> Mapping[str, str]:
        """Return what each port says; one that is missing never answered."""
        become = ["setpriv", f"--reuid={user}", "--clear-groups"] if user != "root" else []
        python = [sys.executable, "-c", ASK, source, host, *map(str, ports)]
        answers: Mapping[str, str] = json.loads(self.run(where, *become, *python))
        return answers

    @contextlib.contextmanager
    def listening(self, where: subprocess.Popen[str], *ports: int) -> Iterator[None]:
        inside = ["nsenter", f"--target={where.pid}", "--net", sys.executable, "-c", LISTEN]
        process = subprocess.Popen([*inside, *map(str, ports)], stdout=subprocess.PIPE, text=True)
        assert process.stdout
        try:
            assert process.stdout.readline() == "ready\n"
            yield
        finally:
            process.kill()
            process.communicate()


@pytest.fixture(scope="module")
def networks() -> Iterator[Networks]:
    with contextlib.ExitStack() as held:
        ends = [held.enter_context(_namespace()) for _ in range(2)]
        networks = Networks(*ends)
        box, desk = (str(end.pid) for end in ends)
        cable = ["ip", "link", "add", "eth0", "netns", box, "type", "veth"]
        subprocess.run([*cable, "peer", "name", "eth0", "netns", desk], check=True)
        for end, number in zip(ends, (1, 2), strict=True):
            for network in (NEAR, FAR):
                networks.run(end, "ip", "addr", "add", f"{network}.{number}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                networks.run(end, "ip", "link", "set", device, "up")
        yield networks


@contextlib.contextmanager
def _namespace() -> Iterator[subprocess.Popen[str]]:
    command = ["unshare", "--net", "sh", "-c", "echo made; exec cat"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "made\n"
    try:
        yield process
    finally:
        process.communicate()


@pytest.mark.root
def test_what_comes_in(networks: Networks, tmp_path: Path) -> None:
    box, desk = networks.box, networks.desk
    asked = (443, 80, 8470, 8471, 22, 5000)
    with networks.listening(box, 8470, 8471, 22, 5000):
        before = networks.ask(desk, f"{FAR}.2", f"{FAR}.1", 22, 5000)
        assert before == {"22": "22", "5000": "5000"}  # the cable works

        networks.run(box, NFT, "-f", str(MAIN))
        panel = {"443": "8470", "80": "8471", "8470": "8470", "8471": "8471"}
        assert networks.ask(desk, f"{NEAR}.2", f"{NEAR}.1", *asked) == panel
        assert networks.ask(desk, f"{FAR}.2", f"{FAR}.1", *asked) == {}
        assert networks.ask(box, "127.0.0.1", "127.0.0.1", 22, 5000) == before

        networks.run(box, NFT, "-f", str(own(tmp_path, SSH.read_text("utf-8"))))
        near = networks.ask(desk, f"{NEAR}.2", f"{NEAR}.1", *asked)
        assert near == {**panel, "22": "22"}
        assert networks.ask(desk, f"{FAR}.2", f"{FAR}.1", *asked) == {}


@pytest.mark.root
def test_what_goes_out(networks: Networks) -> None:
    box, desk = networks.box, networks.desk
    asked = (25, 53, 80, 443, 853, 4460, 6667)
    networks.run(box, NFT, "-f", str(MAIN))
    with networks.listening(desk, *asked):
        updates = {"53", "853", "4460", "80", "443"}
        root = networks.ask(box, f"{FAR}.1", f"{FAR}.2", *asked)
        assert {port for port, said in root.items() if said == port} == updates
        others = networks.ask(box, f"{FAR}.1", f"{FAR}.2", *asked, user="nobody")
        assert {port for port, said in others.items() if said == port} == {"53", "853", "4460"}


@pytest.mark.root
def test_the_courier_alone_goes_out_besides(networks: Networks, tmp_path: Path) -> None:
    box, desk = networks.box, networks.desk
    networks.run(box, NFT, "-f", str(MAIN))
    networks.run(box, NFT, "-f", str(courier(tmp_path, "games")))
    with networks.listening(desk, 465, 587), networks.listening(box, 5000):
        mail = networks.ask(box, f"{FAR}.1", f"{FAR}.2", 465, 587, user="games")
        assert mail == {"465": "465", "587": "587"}
        for other in ("nobody", "root"):
            others = networks.ask(box, f"{FAR}.1", f"{FAR}.2", 465, 587, user=other)
            assert not any(said == port for port, said in others.items())
        assert networks.ask(desk, f"{NEAR}.2", f"{NEAR}.1", 5000) == {}, "nothing comes in for it"


def test_mdns_stays_in_the_house() -> None:
    text = MAIN.read_text("utf-8")
    lines = [line for line in text.splitlines() if "5353" in line]
    assert len(lines) == 4
    assert all("224.0.0.251" in line or "ff02::fb" in line for line in lines)
