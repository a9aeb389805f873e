"""An authority for one name: trusted once, good for nothing else."""

import datetime
import ssl
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from appliance.card import authority
from appliance.card.authority import LEAF_DAYS, RENEW_DAYS, PanelAuthority, vouch
from appliance.clock import DAY
from appliance.commands.certificate import command
from appliance.config.certificate import check_key, read_certificate
from appliance.config.settings import Panel
from appliance.errors import ZgodaError

NOW = 1_800_000_000.0


@pytest.fixture
def panel(tmp_path: Path) -> Panel:
    return Panel(
        "192.168.1.20",
        names=("zgoda.local",),
        certificate=str(tmp_path / "panel.pem"),
        key=str(tmp_path / "panel.key"),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "authority"


def trusted(vouched: PanelAuthority, panel: Panel, name: str, now: float = NOW) -> None:
    """Look at the panel's certificate as a browser does that trusts the authority."""
    store = Store([x509.load_pem_x509_certificate(vouched.certificate.read_bytes())])
    moment = datetime.datetime.fromtimestamp(now, datetime.UTC)
    verifier = PolicyBuilder().store(store).time(moment)
    leaf = x509.load_pem_x509_certificate(Path(panel.certificate).read_bytes())
    verifier.build_server_verifier(x509.DNSName(name)).verify(leaf, [])


def test_a_browser_that_trusts_it_trusts_the_panel_by_its_name(panel: Panel, folder: Path) -> None:
    vouched = vouch(panel, folder, NOW)

    trusted(vouched, panel, "zgoda.local")
    check_key(panel)
    assert vouched.renewed
    assert len(vouched.fingerprint.split(":")) == 32
    with pytest.raises(VerificationError):
        trusted(vouched, panel, "bank.example")


def test_a_stolen_authority_vouches_for_nobody_else(panel: Panel, folder: Path) -> None:
    """Its key lies on the card: with it a thief must not become the bank of everybody here."""
    vouched = vouch(panel, folder, NOW)
    other = replace(panel, names=("bank.example",))
    authority._make_leaf(
        other, vouched.certificate, folder / "authority.key", "bank.example", NOW, None
    )

    with pytest.raises(VerificationError):
        trusted(vouched, other, "bank.example")


def test_nobody_but_root_reads_the_keys(panel: Panel, folder: Path) -> None:
    vouch(panel, folder, NOW)

    for key in (folder / "authority.key", Path(panel.key)):
        assert stat.S_IMODE(key.stat().st_mode) == 0o400


def test_what_is_not_due_stays(panel: Panel, folder: Path) -> None:
    first = vouch(panel, folder, NOW)
    before = Path(panel.certificate).read_bytes()
    second = vouch(panel, folder, NOW + 10 * DAY)

    assert not second.renewed
    assert second.fingerprint == first.fingerprint
    assert Path(panel.certificate).read_bytes() == before


def test_the_panels_is_renewed_before_it_ends_and_nobody_is_asked(
    panel: Panel, folder: Path
) -> None:
    first = vouch(panel, folder, NOW)
    later = read_certificate(Path(panel.certificate)).until - RENEW_DAYS * DAY + 1
    second = vouch(panel, folder, later)

    assert second.renewed
    assert second.fingerprint == first.fingerprint
    trusted(second, panel, "zgoda.local", later)


def test_no_browser_finds_it_too_long(panel: Panel, folder: Path) -> None:
    vouch(panel, folder, NOW)
    made = read_certificate(Path(panel.certificate))

    assert (made.until - made.since) / DAY <= LEAF_DAYS


@pytest.mark.parametrize("wrong", [-3 * 365 * DAY, 40 * 365 * DAY])
def test_a_clock_that_is_wrong_for_a_moment_costs_no_trust(
    panel: Panel, folder: Path, wrong: float
) -> None:
    first = vouch(panel, folder, NOW)
    vouch(panel, folder, NOW + wrong)
    after = vouch(panel, folder, NOW)

    assert after.fingerprint == first.fingerprint
    trusted(after, panel, "zgoda.local")


def test_a_first_start_with_an_old_clock_is_mended_when_the_time_is_known(
    panel: Panel, folder: Path
) -> None:
    vouch(panel, folder, NOW - 5 * 365 * DAY)
    after = vouch(panel, folder, NOW)

    trusted(after, panel, "zgoda.local")


@pytest.mark.parametrize("left", ["panel.pem", "panel.key", "authority/authority.key"])
def test_what_a_power_cut_or_a_fault_left_is_made_whole(
    panel: Panel, folder: Path, tmp_path: Path, left: str
) -> None:
    vouch(panel, folder, NOW)
    (tmp_path / left).chmod(0o600)
    (tmp_path / left).write_bytes(b"-----BEGIN")
    vouched = vouch(panel, folder, NOW)

    assert vouched.renewed
    trusted(vouched, panel, "zgoda.local")
    check_key(panel)


def test_a_key_of_another_pair_is_seen(panel: Panel, folder: Path, tmp_path: Path) -> None:
    """Power failed between the new key and its certificate."""
    vouch(panel, folder, NOW)
    kept = Path(panel.certificate).read_bytes()
    Path(panel.certificate).unlink()
    vouch(panel, folder, NOW)
    Path(panel.certificate).write_bytes(kept)
    vouched = vouch(panel, folder, NOW)

    assert vouched.renewed
    check_key(panel)


def test_another_name_has_another_authority(panel: Panel, folder: Path) -> None:
    first = vouch(panel, folder, NOW)
    renamed = replace(panel, names=("biuro.local",))
    second = vouch(renamed, folder, NOW)

    assert second.fingerprint != first.fingerprint
    trusted(second, renamed, "biuro.local")


@pytest.mark.parametrize("names", [(), ("zgoda.lan",), ("a.local", "b.local")])
def test_without_one_local_name_there_is_none(
    panel: Panel, folder: Path, names: tuple[str, ...]
) -> None:
    other = replace(panel, names=names)
    with pytest.raises(ZgodaError, match=r"\.local"):
        vouch(other, folder, NOW)
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_is_one_sentence(panel: Panel, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ZgodaError, match="cannot be written"):
        vouch(panel, tmp_path / "file" / "authority", NOW)


def test_openssl_takes_it(panel: Panel, folder: Path) -> None:
    vouched = vouch(panel, folder, NOW)
    context = ssl.create_default_context(cafile=str(vouched.certificate))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(panel.certificate, panel.key)

    assert len(context.get_ca_certs()) == 1


def test_the_command_says_what_it_did(panel: Panel, tmp_path: Path) -> None:
    config = tmp_path / "zgoda.toml"
    config.write_text(
        'fresh = true\n[panel]\nhost = "192.168.1.20"\nnames = ["zgoda.local"]\n'
        f'certificate = "{panel.certificate}"\nkey = "{panel.key}"\n'
    )
    asked = ["--config", str(config), "--authority", str(tmp_path / "authority")]
    first, second = (CliRunner().invoke(command, asked) for _ in range(2))

    assert first.output.startswith("The panel has a new certificate.\nSHA-256 fingerprint of ")
    assert second.output.startswith("The certificate is still good.\n")


def test_the_authoritys_own_certificate_says_what_it_may(panel: Panel, folder: Path) -> None:
    held = x509.load_pem_x509_certificate(vouch(panel, folder, NOW).certificate.read_bytes())
    limits = held.extensions.get_extension_for_class(x509.NameConstraints)

    assert limits.critical
    assert limits.value.permitted_subtrees == [x509.DNSName("zgoda.local")]
    assert isinstance(held.public_key(), ec.EllipticCurvePublicKey)
    assert isinstance(held.signature_hash_algorithm, SHA256)
