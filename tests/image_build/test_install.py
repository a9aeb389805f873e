"""Into a tree of a system: twice is as good as once, and nobody's own things are touched."""

from pathlib import Path

import pytest
from installer.checks import Asked
from installer.install import DATA, SETTINGS, Machine, Refused, uninstall
from installer.main import main
from installer.tree import RECORD, Tree, TreeError

from tests.image_build.trees import (
    CONFIG,
    HOSTS,
    KERNEL,
    OPTIONS,
    SEED,
    held,
    laid,
    refused,
    shown,
    system,
)

UNIT = "usr/lib/systemd/system/zgoda-keeper.service"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return system(tmp_path)


@pytest.mark.parametrize("options", [(), OPTIONS], ids=["plain", "every option"])
def test_a_second_time_changes_nothing(root: Path, options: tuple[str, ...]) -> None:
    laid(root, *options, hostname="zgoda" if options else "")
    before = shown(root)

    again = laid(root, *options, hostname="zgoda" if options else "")

    assert shown(root) == before
    assert (again.report.laid, again.report.removed) == ([], [])


@pytest.mark.parametrize("options", [(), OPTIONS], ids=["plain", "every option"])
def test_what_was_removed_has_left_nothing(root: Path, options: tuple[str, ...]) -> None:
    before = held(root)
    laid(root, *options, hostname="zgoda" if options else "")
    (root / "media/zgoda").mkdir(parents=True)  # as tmpfiles.d does

    uninstall(Asked(root), Machine())
    assert not (root / "media/zgoda").exists()
    (root / "media").rmdir()

    assert held(root) == before


def test_nothing_of_the_system_is_touched_unless_it_is_asked_for(root: Path) -> None:
    before = held(root)
    laid(root)

    there = held(root)
    assert {path: there[path] for path in before} == before
    new = set(there) - set(before)
    assert not [path for path in new if "ssh/" in path or path.startswith(("boot", "etc/nftables"))]
    assert not [path for path in new if there[path][0] == "-> /dev/null"]
    assert not any("zgoda-firewall" in path for path in new if ".wants/" in path)


def test_each_option_does_its_part_and_can_be_undone(root: Path) -> None:
    laid(root, *OPTIONS, hostname="zgoda")

    there = {path: what for path, (what, _) in held(root).items()}
    assert there["boot/firmware/config.txt"] == CONFIG + "[all]\ninclude zgoda.txt\n"
    assert there["boot/firmware/cmdline.txt"] == KERNEL.removeprefix("console=serial0,115200 ")
    assert there["etc/hosts"] == HOSTS.replace("raspberrypi", "zgoda")
    assert there["etc/systemd/system/swap.target"] == "-> /dev/null"
    wants = "etc/systemd/system/sysinit.target.wants/zgoda-firewall.service"
    assert there[wants] == "-> /usr/lib/systemd/system/zgoda-firewall.service"
    assert "tcp dport 22 accept" in there["etc/zgoda/firewall/in/ssh.nft"]
    assert there["etc/ssh/sshd_config.d/10-zgoda.conf"].count("PasswordAuthentication no") == 1

    laid(root, undo=OPTIONS)

    again = {path: what for path, (what, _) in held(root).items()}
    assert again["boot/firmware/config.txt"] == CONFIG
    assert again["boot/firmware/cmdline.txt"] == KERNEL
    assert "etc/systemd/system/swap.target" not in again
    assert wants not in again


def test_the_name_given_can_be_undone(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    laid(root, hostname="zgoda")
    laid(root, hostname="office")
    assert "not both" in refused(root, capsys, "--hostname", "zgoda", "--undo", "hostname")

    assert main(["install", "--root", str(root), "--undo", "hostname"]) == 0
    assert (root / "etc/hostname").read_text() == "raspberrypi\n"
    assert (root / "etc/hosts").read_text() == HOSTS
    (root / "etc/hostname").write_text("of-the-owner\n")
    assert main(["install", "--root", str(root), "--undo", "hostname"]) == 0
    assert (root / "etc/hostname").read_text() == "of-the-owner\n"


def test_an_option_holds_on_when_the_next_version_comes(root: Path) -> None:
    laid(root, "no-swap")
    laid(root)

    assert (root / "etc/systemd/system/swap.target").is_symlink()


def test_an_upgrade_brings_the_new_and_keeps_what_the_owner_wrote(root: Path) -> None:
    laid(root)
    (root / SEED).write_text('[office]\nname = "Kancelaria Nowak"\n')
    (root / "etc/alsa/conf.d/99-zgoda.conf").unlink()
    (root / UNIT).write_text("# of an older version\n")

    tree = laid(root)

    assert (root / SEED).read_text() == '[office]\nname = "Kancelaria Nowak"\n'
    assert not (root / "etc/alsa/conf.d/99-zgoda.conf").exists()
    assert "ExecStart=" in (root / UNIT).read_text()
    assert tree.report.laid == [f"/{UNIT}"]
    assert f"/{SEED} is its owner's, and stays as it is." in tree.report.left


def test_an_upgrade_removes_what_the_new_version_has_no_more(root: Path) -> None:
    tree = laid(root)
    old = "usr/lib/systemd/system/zgoda-old.service"
    tree.write(f"/{old}", b"[Unit]\n")
    tree.record.files[f"/{old}"] = ""
    tree.keep_record()

    laid(root)

    assert not (root / old).exists()


def test_what_the_owner_changed_below_etc_survives_the_removal(root: Path) -> None:
    laid(root)
    (root / SEED).write_text("# mine\n")

    tree = uninstall(Asked(root), Machine())

    assert (root / SEED).read_text() == "# mine\n"
    assert f"{SETTINGS} stays." in tree.report.left


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_unit_that_its_owner_wrote_is_not_replaced_by_a_link(root: Path, when: str) -> None:
    """As `systemctl edit --full ssh.service` leaves it."""
    unit = root / "etc/systemd/system/ssh.service"
    unit.parent.mkdir(parents=True)
    if when == "after":
        laid(root, "ssh-off")
        unit.unlink()
    written = b"[Service]\nExecStart=/usr/sbin/sshd -D -p 2222\n# \xff\n"
    unit.write_bytes(written)

    tree = laid(root, "ssh-off")
    assert unit.read_bytes() == written
    assert "/etc/systemd/system/ssh.service is its owner's, and stays as it is." in tree.report.left
    uninstall(Asked(root), Machine())

    assert unit.read_bytes() == written
    assert not (root / "etc/systemd/system/ssh.socket").is_symlink()


def test_a_link_that_its_owner_made_stays_theirs(root: Path) -> None:
    swap = root / "etc/systemd/system/swap.target"
    swap.parent.mkdir(parents=True)
    swap.symlink_to("/etc/systemd/system/mine.target")

    laid(root, "no-swap")
    uninstall(Asked(root), Machine())

    assert str(swap.readlink()) == "/etc/systemd/system/mine.target"


def test_recordings_go_only_when_they_are_named(root: Path) -> None:
    laid(root)
    call = root / "var/lib/zgoda/rec/one"
    call.parent.mkdir(parents=True)
    call.write_text("sealed")
    tree = uninstall(Asked(root), Machine())
    assert call.read_text() == "sealed"
    assert f"{DATA} stays." in tree.report.left

    laid(root)
    for wrong in ("/var/lib", "/", "/var/lib/zgoda/", "/home"):
        with pytest.raises(Refused, match="only /var/lib/zgoda and /etc/zgoda"):
            uninstall(Asked(root), Machine(), [wrong])
    assert call.exists()
    uninstall(Asked(root), Machine(), [DATA])
    assert not (root / "var/lib/zgoda").exists()


def test_a_data_folder_elsewhere_is_not_followed(root: Path) -> None:
    laid(root)
    elsewhere = root / "mnt/disk"
    (elsewhere / "rec").mkdir(parents=True)
    (root / "var/lib").mkdir(parents=True)
    (root / "var/lib/zgoda").symlink_to(elsewhere)

    uninstall(Asked(root), Machine(), [DATA])

    assert (elsewhere / "rec").is_dir()


# -- refusals --------------------------------------------------------------------------------------


def test_nobody_is_locked_out_of_ssh(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for none in ("\n", "# ssh-ed25519 AAAA of the old computer\n \t# and no other\n"):
        (root / "home/anna/.ssh/authorized_keys").write_text(none)
        assert "Nobody has an SSH key here" in refused(root, capsys, "--ssh", "keys")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("sshd_config", "Port 22\nPort 2222 # for the office\n"),
        ("sshd_config", "PORT=2222\n"),
        ("sshd_config", "ListenAddress [::]:2222\nListenAddress 192.168.1.20\n"),
        ("sshd_config", "Include ours/*\n"),
        (
            "../systemd/system/ssh.socket.d/port.conf",
            "[Socket]\nListenStream=\nListenStream=2222\n",
        ),
    ],
)
def test_ssh_at_another_port_stays_open_only_by_a_rule_of_the_owners(
    root: Path, capsys: pytest.CaptureFixture[str], path: str, text: str
) -> None:
    for name, content in (
        (path, text),
        ("ours/port", "Port 2222\n"),
        ("../systemd/system/ssh.socket.d/later.conf", "[Socket]\n"),
    ):
        (root / "etc/ssh" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "etc/ssh" / name).write_text(content)
    if "socket" in path:
        (root / "etc/systemd/system/sockets.target.wants").mkdir()
        (root / "etc/systemd/system/sockets.target.wants/ssh.socket").symlink_to("/x/ssh.socket")
    said = refused(root, capsys, "--firewall", "ssh")
    assert said.startswith("sshd listens at port 2222, and --firewall ssh does not let it in")
    assert said.count("\n") == 1

    (root / "etc/zgoda/firewall/in").mkdir(parents=True)
    (root / "etc/zgoda/firewall/in/own.nft").write_text("ip saddr @near4 tcp dport 2222 accept\n")
    laid(root, "firewall", "firewall-ssh")


def test_a_firewall_without_its_program_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "usr/sbin/nft").unlink()
    assert "apt install nftables" in refused(root, capsys, "--firewall", "ssh")


def test_copies_made_by_hand_would_hide_what_is_installed(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unit = root / "etc/systemd/system/zgoda-keeper.service"
    unit.parent.mkdir(parents=True)
    unit.write_text("[Unit]\n")
    assert f"rm {unit}" in refused(root, capsys)


def test_files_of_others_below_usr_are_not_written_over(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "usr/bin").mkdir()
    (root / "usr/bin/zgoda").write_text("another program")
    assert "/usr/bin/zgoda is there already" in refused(root, capsys)


def test_the_debian_package_and_the_installer_do_not_mix(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "var/lib/dpkg/info").mkdir(parents=True)
    (root / "var/lib/dpkg/info/zgoda.list").touch()
    assert "The Debian package is installed" in refused(root, capsys)


def test_a_board_without_its_files_is_no_board(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "boot/firmware/config.txt").unlink()
    assert "is this a Raspberry Pi?" in refused(root, capsys, "--board")


def test_a_host_name_is_a_host_name(root: Path) -> None:
    for wrong in ("Zgoda Nowak", "-zgoda", "zgoda.local", "a" * 64, ""):
        with pytest.raises(SystemExit):
            main(["install", "--root", str(root), "--hostname", wrong])


def test_a_link_that_leads_out_of_the_tree_is_not_followed(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (root / "etc/zgoda").symlink_to(outside)
    with pytest.raises(TreeError, match="leads out of"):
        laid(root)
    assert list(outside.iterdir()) == []


def test_a_record_that_cannot_be_read_is_told(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid(root)
    for wrong in ("", "[]", '{"files": 1, "unknown": 2}'):
        (root / RECORD.lstrip("/")).write_text(wrong)
        assert "cannot be read" in refused(root, capsys)


def test_nothing_installed_is_nothing_to_remove(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["uninstall", "--root", str(root)]) == 1
    assert "was not installed by this installer" in capsys.readouterr().err


def cut_off(root: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Install, and lose the power after so many files."""
    write, left = Tree.write, after

    def cut(tree: Tree, path: str, content: bytes, mode: int = 0o644) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        write(tree, path, content, mode)

    monkeypatch.setattr(Tree, "write", cut)
    with pytest.raises(KeyboardInterrupt):
        laid(root)
    monkeypatch.undo()


@pytest.mark.parametrize("after", [0, 1, 2, 7, 20])
def test_a_power_cut_in_the_middle_is_mended_by_the_next_time(
    root: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    before = held(root)
    cut_off(root, monkeypatch, after)
    for path in (root / "usr/lib/systemd/system").glob("zgoda-*"):
        path.write_text("# of the version that was being installed\n")

    laid(root)
    assert "ExecStart=" in (root / UNIT).read_text()
    uninstall(Asked(root), Machine())
    assert held(root) == before


@pytest.mark.parametrize("after", [2, 20])
def test_what_was_cut_off_can_be_removed(
    root: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    cut_off(root, monkeypatch, after)
    uninstall(Asked(root), Machine())
    assert not list((root / "usr").rglob("*zgoda*"))


def test_a_disk_that_is_full_leaves_no_half_file(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path, mode: int) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "chmod", full)
    assert main(["install", "--root", str(root)]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert not [path for path in root.rglob(".*zgoda*") if path.is_file()]
    monkeypatch.undo()
    laid(root)
    assert (root / UNIT).exists()
