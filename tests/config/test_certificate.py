"""A certificate of our own: its names, its key, its files."""

import ssl
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.clock import DAY
from appliance.commands import certificate as commanded
from appliance.config import certificate
from appliance.config.certificate import OWN_DAYS, make_certificate, read_certificate
from appliance.config.settings import Panel
from appliance.errors import ConfigError, ZgodaError
from tests.network.proxies import NOW, secured


@pytest.fixture
def panel(tmp_path: Path) -> Panel:
    return Panel(
        "192.168.1.20",
        names=("zgoda.lan", "fd00::7"),
        certificate=str(tmp_path / "panel.pem"),
        key=str(tmp_path / "panel.key"),
    )


def test_it_holds_every_name_and_says_how_long(panel: Panel) -> None:
    made = make_certificate(panel, NOW)
    assert made.names == {"192.168.1.20", "zgoda.lan", "[fd00::7]"}
    assert made.own
    assert made.since <= NOW - DAY
    assert made.until - NOW == pytest.approx((OWN_DAYS - 1) * DAY, abs=1)
    assert (made.until - made.since) / DAY <= OWN_DAYS, "more than browsers accept"
    assert made == read_certificate(Path(panel.certificate))
    assert len(made.fingerprint.split(":")) == 32


def test_python_and_openssl_take_the_pair(panel: Panel) -> None:
    make_certificate(panel, NOW)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(panel.certificate, panel.key)


def test_only_its_owner_reads_the_key(panel: Panel) -> None:
    make_certificate(panel, NOW)
    assert Path(panel.key).stat().st_mode & 0o777 == 0o400
    assert Path(panel.certificate).stat().st_mode & 0o777 == 0o644
    assert not certificate.is_open(Path(panel.key))


@pytest.mark.parametrize("there", ["certificate", "key"])
def test_what_is_there_stays_and_no_half_of_a_pair_is_left(panel: Panel, there: str) -> None:
    path = Path(getattr(panel, there))
    path.write_text("precious")
    with pytest.raises(ZgodaError, match="is there already"):
        make_certificate(panel, NOW)
    assert path.read_text("utf-8") == "precious"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_folder_that_is_missing_is_named(panel: Panel, tmp_path: Path) -> None:
    nowhere = Panel(certificate=panel.certificate, key=str(tmp_path / "no" / "panel.key"))
    with pytest.raises(ZgodaError, match=r"no/panel\.key cannot be written .ENOENT"):
        make_certificate(nowhere, NOW)


def test_the_command_prints_names_and_fingerprint(tmp_path: Path) -> None:
    config = secured(tmp_path, 8470)
    for name in ("panel.pem", "panel.key"):
        (tmp_path / name).unlink()
    done = CliRunner().invoke(commanded.command, ["--config", str(config)])
    assert done.exit_code == 0
    assert "Made for 127.0.0.1, [::1], localhost, zgoda.lan. Valid for days: 824." in done.output
    assert read_certificate(tmp_path / "panel.pem").fingerprint in done.output


def test_the_command_wants_the_files_named_first() -> None:
    done = CliRunner().invoke(commanded.command, [])
    assert isinstance(done.exception, ZgodaError)
    assert "Name certificate and key below [panel] first" in str(done.exception)


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("a003020102", "a003020142"),  # version 67
        ("06035504030c", "060355040303"),  # a name of bits
        ("0603551d25", "0603551d11"),  # the alternative names twice
        ("820970616e656c", "830970616e656c"),  # one of X.400
    ],
)
def test_a_certificate_that_is_not_understood_is_none(
    tmp_path: Path, there: str, instead: str
) -> None:
    made = Panel(
        names=("panel.lan",),
        certificate=str(tmp_path / "panel.pem"),
        key=str(tmp_path / "panel.key"),
    )
    make_certificate(made, NOW)
    path = Path(made.certificate)
    der = ssl.PEM_cert_to_DER_cert(path.read_text())
    assert bytes.fromhex(there) in der
    changed = der.replace(bytes.fromhex(there), bytes.fromhex(instead))
    path.write_text(ssl.DER_cert_to_PEM_cert(changed))

    with pytest.raises(ConfigError, match="holds no certificate"):
        read_certificate(path)
