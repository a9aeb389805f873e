"""The list of what goes where is whole, and the documents say the same."""

import re
from pathlib import Path

import pytest
from installer.places import OPTIONS, REPOSITORY, ListError, Now, read

IN_PLACE = re.compile(r"^\| `([^`]+)` \| (?:read in place|a board,)", re.MULTILINE)
ROW = re.compile(r"^\| `([^`]+)` \| `(/[^`]+)`", re.MULTILINE)
TABLE = (REPOSITORY / "firmware-config/README.md").read_text("utf-8")


def sources() -> set[str]:
    return {str(path.relative_to(REPOSITORY)) for path in read(OPTIONS).files.values()}


def test_every_file_for_the_system_is_in_the_list() -> None:
    folders = ("systemd", "firmware-config")
    there = {
        str(path.relative_to(REPOSITORY))
        for folder in folders
        for path in (REPOSITORY / folder).rglob("*")
        if path.is_file() and path.suffix != ".md"
    }
    in_place = {f"firmware-config/{name}" for name in IN_PLACE.findall(TABLE)}

    assert there - sources() == in_place
    assert not in_place & sources()


def test_the_table_says_where_each_goes() -> None:
    goes = {(str(source.relative_to(REPOSITORY)), to) for to, source in read(OPTIONS).files.items()}
    rows = ROW.findall(TABLE)
    assert len(rows) > 10
    for name, to in rows:
        place = to + name.rpartition("/")[2] if to.endswith("/") else to
        assert (f"firmware-config/{name}", place) in goes, name


def test_only_names_of_its_own_or_folders_that_take_many() -> None:
    """No file of Debian's, or of another program, has such a name."""
    for place in read(OPTIONS).files:
        assert "zgoda" in place, place


def test_what_stands_below_usr_is_no_setting_and_below_etc_is_the_owners() -> None:
    below_etc = {place for place in read().files if place.startswith("/etc/")}
    assert below_etc == {
        "/etc/zgoda/zgoda.toml",
        "/etc/alsa/conf.d/99-zgoda.conf",
    }


def test_an_option_adds_and_never_takes_away() -> None:
    plain = read()
    for option in OPTIONS:
        more = read([option])
        assert plain.files.items() <= more.files.items()
        assert set(plain.units) <= set(more.units)
        changed = len(more.files) + len(more.links) + len(more.units) > len(plain.files) + len(
            plain.links
        ) + len(plain.units)
        assert changed, option


def test_the_watchdog_is_fed_by_either_of_its_options() -> None:
    fed = "/etc/systemd/system.conf.d/10-zgoda-watchdog.conf"

    assert fed not in read().files
    for options in (["board"], ["watchdog"], ["board", "watchdog"]):
        assert fed in read(options).files
    assert "/boot/firmware/zgoda.txt" not in read(["watchdog"]).files


def test_the_chip_is_read_at_boot_and_at_no_other_time() -> None:
    assert read().names(Now.BOOT) == ["zgoda-clock.service"]


def test_each_unit_that_is_started_is_laid() -> None:
    places = read(OPTIONS)
    for unit in places.units:
        assert f"/usr/lib/systemd/system/{unit.name}" in places.files


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ('from = "no/such.file"', "there is no no/such.file"),
        ('from = "a"\noption = "coffee"', "there is no option coffee"),
        ('from = "a"\noption = ["board", "coffee"]', "there is no option coffee"),
    ],
)
def test_a_mistake_in_the_list_is_told(tmp_path: Path, wrong: str, why: str) -> None:
    (tmp_path / "image-build").mkdir()
    (tmp_path / "a").touch()
    text = f'program = "/opt/zgoda"\nlink = []\nunit = []\n[[place]]\nto = "/b"\n{wrong}\n'
    (tmp_path / "image-build/places.toml").write_text(text)
    with pytest.raises(ListError, match=why):
        read((), tmp_path)


def test_two_files_for_one_place_are_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "image-build").mkdir()
    (tmp_path / "a").touch()
    place = '[[place]]\nfrom = "a"\nto = "/b"\n'
    text = f'program = "/opt/zgoda"\nlink = []\nunit = []\n{place * 2}'
    (tmp_path / "image-build/places.toml").write_text(text)
    with pytest.raises(ListError, match="two files go to /b"):
        read((), tmp_path)
