"""Check the circuit's levels, signs, losses and echoes against those of a real line."""

import numpy as np
import pytest
from msgspec import structs

from appliance.exchange.circuit import circuit as wires
from appliance.exchange.circuit.circuit import INJECTION_OHMS, Loop, Node, Wires, direct
from appliance.exchange.scene import Circuit
from appliance.model.audio import FRAME, RATE
from appliance.signals.dtmf.detector import key_wave
from appliance.signals.pcm import Wave, level_dbm0, sine_peak
from tests.exchange.scripted_recorder import QUESTION

SEED = np.random.SeedSequence(5)
SILENCE = np.zeros(FRAME)
COMPLEX = Circuit(
    loss_db=0.0, line_noise_dbm0=-99.0, network_noise_dbm0=-99.0, sense_noise_dbm0=-99.0
)
RESISTIVE = structs.replace(COMPLEX, network="resistive", phone="resistive")
BOTH = pytest.mark.parametrize("circuit", [RESISTIVE, COMPLEX], ids=["resistive", "complex"])


def changed(circuit: Circuit, **changes: object) -> Circuit:
    return structs.replace(circuit, **changes)


def tone(hertz: float = 1000.0, dbm0: float = -10.0, seconds: float = 0.4) -> Wave:
    time = np.arange(round(seconds * RATE)) / RATE
    wave: Wave = sine_peak(dbm0) * np.sin(2 * np.pi * hertz * time)
    return wave


def carry(
    circuit: Circuit,
    *,
    far: Wave | None = None,
    near: Wave | None = None,
    box: Wave | None = None,
    loop: Loop = Loop.TALK,
) -> tuple[Wave, Wave]:
    """Return voltage and current over the whole of what the sources send."""
    line = Wires(circuit, SEED)
    sent = next(wave for wave in (far, near, box) if wave is not None)
    volts, amperes = [], []
    for start in range(0, sent.size - FRAME + 1, FRAME):
        parts = [
            SILENCE if wave is None else wave[start : start + FRAME] for wave in (far, near, box)
        ]
        frame = line.carry(parts[0], parts[1], None if box is None else parts[2], loop)
        volts.append(frame[0])
        amperes.append(frame[1])
    return np.concatenate(volts), np.concatenate(amperes)


def power(pair: tuple[Wave, Wave]) -> float:
    """Return the cosine between voltage and current: +1 from the network, -1 from the office."""
    volts, amperes = pair
    return float(volts @ amperes / np.sqrt((volts @ volts) * (amperes @ amperes)))


def steady(wave: Wave) -> float:
    return level_dbm0(wave[FRAME:])


@pytest.mark.parametrize("dbm0", [0.0, -10.0, -30.0])
def test_the_networks_zero_is_the_taps_zero(dbm0: float) -> None:
    volts, _ = carry(RESISTIVE, far=tone(dbm0=dbm0))
    # The box itself takes 1.1 dB; A-law rounds.
    assert steady(volts) == pytest.approx(dbm0 - 1.1, abs=0.25)
    assert np.abs(volts).max() < 32767


@BOTH
@pytest.mark.parametrize("key", list("123A456B789C*0#D"))
def test_the_sign_of_the_power_tells_whose_key_it_is(circuit: Circuit, key: str) -> None:
    pressed = key_wave(key, 400, dbm0=-10.0)
    assert power(carry(circuit, far=pressed)) > 0.7
    assert power(carry(circuit, near=pressed)) < -0.7


@BOTH
def test_the_prompt_comes_from_the_offices_side(circuit: Circuit) -> None:
    assert power(carry(circuit, box=QUESTION.sound.astype(np.float64))) < -0.7


@pytest.mark.parametrize("loss_db", [0.0, 7.0])
@BOTH
def test_the_prompt_is_18_dbm0_down_on_the_line(circuit: Circuit, loss_db: float) -> None:
    said = QUESTION.sound.astype(np.float64)
    volts, _ = carry(changed(circuit, loss_db=loss_db), box=said)
    # Against what the sink puts out, which is at -18 dBm0 while somebody speaks.
    assert level_dbm0(volts) - level_dbm0(said) == pytest.approx(0.0, abs=3.0)


@pytest.mark.parametrize("way", ["far", "near"])
@BOTH
def test_the_box_adds_at_most_1_5_db(
    circuit: Circuit, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    far, near = (tone(), None) if way == "far" else (None, tone())
    with_box, _ = carry(circuit, far=far, near=near)
    monkeypatch.setattr(wires, "INJECTION_OHMS", 1e9)
    without, _ = carry(circuit, far=far, near=near)
    assert 0.5 < steady(without) - steady(with_box) <= 1.5
    assert INJECTION_OHMS >= 2200


def test_a_muted_or_quiet_prompt_is_that_on_the_line() -> None:
    said = QUESTION.sound.astype(np.float64)
    whole, _ = carry(RESISTIVE, box=said)
    quiet, _ = carry(changed(RESISTIVE, prompt_db=-20.0), box=said)
    muted, _ = carry(changed(RESISTIVE, prompt_muted=True), box=said)
    assert level_dbm0(whole) - level_dbm0(quiet) == pytest.approx(20.0, abs=0.1)
    assert level_dbm0(muted) < -60  # what A-law makes of silence


@pytest.mark.parametrize(
    ("change", "db"),
    [({"loss_db": 7.0}, -7.0), ({"receive_dbr": -7.0}, -7.0), ({"gain_db": 6.0}, 6.0)],
)
def test_losses_and_gains_of_the_way_count(change: dict[str, object], db: float) -> None:
    plain, _ = carry(RESISTIVE, far=tone())
    other, _ = carry(changed(RESISTIVE, **change), far=tone())
    assert steady(other) - steady(plain) == pytest.approx(db, abs=0.1)


def test_voltage_and_current_together_hold_the_network_alone() -> None:
    volts, amperes = carry(changed(RESISTIVE, alaw=False), near=tone(), box=tone(700.0))
    assert steady(volts + amperes) < steady(volts) - 60


def test_a_complex_line_turns_the_phase_as_its_impedances_do() -> None:
    volts, amperes = carry(COMPLEX, far=tone(1000.0))
    assert 0.7 < power((volts[FRAME:], amperes[FRAME:])) < 0.99
    # A voltage divider of both impedances, and the box beside the phone.
    s = 2j * np.pi * 1000.0
    network = 220 + 820 / (1 + s * 820 * 115e-9)
    office = 1 / (1 / (270 + 750 / (1 + s * 750 * 150e-9)) + 1 / INJECTION_OHMS)
    wanted = 20 * np.log10(abs(2 * office / (network + office)))
    assert steady(volts) - -10.0 == pytest.approx(wanted, abs=0.35)


def test_the_filters_hold_their_whole_response() -> None:
    node = Node(COMPLEX, Loop.TALK)
    for ways in node._ways:
        for taps in ways:
            assert np.abs(taps[-3:]).max() < 1e-3 * np.abs(taps).max()


def test_a_second_phone_takes_its_share() -> None:
    alone, _ = carry(RESISTIVE, near=tone())
    shared, _ = carry(changed(RESISTIVE, second_phone=True), near=tone())
    assert 2.0 < steady(alone) - steady(shared) < 5.0
    assert power(carry(changed(RESISTIVE, second_phone=True), near=tone())) < -0.7


@pytest.mark.parametrize(("delay_ms", "loss_db"), [(50, 6), (150, 12), (400, 20)])
def test_the_network_returns_a_near_key_as_if_it_were_far(delay_ms: int, loss_db: int) -> None:
    key = np.zeros(RATE)
    key[:800] = tone(941.0, -8.0, 0.1)
    circuit = changed(RESISTIVE, echo_ms=float(delay_ms), echo_loss_db=float(loss_db))
    volts, amperes = carry(circuit, near=key)
    onset = delay_ms * RATE // 1000
    direct_part, echo = slice(160, 400), slice(onset + 500, onset + 760)
    if delay_ms >= 150:
        assert power((volts[direct_part], amperes[direct_part])) < -0.9
        assert power((volts[echo], amperes[echo])) > 0.9
        assert level_dbm0(volts[direct_part]) - level_dbm0(volts[echo]) == pytest.approx(
            loss_db + 1.1, abs=0.6
        )
    # V + I holds the network alone: nothing before the delay, the echo after it.
    returned = volts + amperes
    assert level_dbm0(returned[: onset - 20]) < -60
    assert level_dbm0(returned[onset + 20 : onset + 780]) > -8.0 - loss_db - 4


def test_nothing_of_the_network_passes_an_open_loop() -> None:
    volts, amperes = carry(RESISTIVE, far=tone(), loop=Loop.DEAD)
    assert level_dbm0(volts) < -70
    assert level_dbm0(amperes) < -70


def test_an_idle_line_is_not_loaded() -> None:
    idle, current = carry(RESISTIVE, far=tone(), loop=Loop.IDLE)
    assert 4.0 < steady(idle) + 10.0 < 6.1
    assert steady(current) < steady(idle) - 20


def test_noise_follows_from_the_seed() -> None:
    first, second = carry(Circuit(), far=SILENCE), carry(Circuit(), far=SILENCE)
    assert np.array_equal(first[0], second[0])
    assert -70 < level_dbm0(first[0]) < -50


@pytest.mark.parametrize("loop_ohms", [0.0, 400.0, 1800.0])
def test_direct_voltage_tells_the_hook(loop_ohms: float) -> None:
    circuit = Circuit(loop_ohms=loop_ohms)
    on, off = direct(circuit, off_hook=False), direct(circuit, off_hook=True)
    assert (on.volts, on.milliamps) == (48.0, 0.0)
    assert 5 < off.volts < 16
    assert 14 < off.milliamps < 50
    assert direct(circuit, off_hook=True, swapped=True).volts == -off.volts
    assert direct(circuit, off_hook=True, powered=False).milliamps == 0
    assert direct(circuit, off_hook=True, broken=True).volts == off.volts


@pytest.mark.parametrize("loop_ohms", [0.0, 400.0, 1800.0])
def test_a_modem_beside_the_phone_takes_its_share_of_the_current(loop_ohms: float) -> None:
    circuit = Circuit(loop_ohms=loop_ohms)
    phone, alone = direct(circuit, off_hook=True), direct(circuit, off_hook=False, modem=True)
    both = direct(circuit, off_hook=True, modem=True)
    assert phone.modem_milliamps == 0.0
    assert alone.modem_milliamps == pytest.approx(alone.milliamps)
    assert 0 <= both.modem_milliamps < 0.85 * alone.modem_milliamps
    assert both.volts <= min(phone.volts, alone.volts)
    assert both.milliamps >= max(phone.milliamps, alone.milliamps) - 0.01
    assert direct(circuit, off_hook=False, modem=True, powered=False).modem_milliamps == 0
    assert direct(circuit, off_hook=True, modem=True, broken=True).modem_milliamps == 0


def modem_carry(loop: Loop, *, far: Wave | None = None, modem: Wave | None = None) -> Wave:
    """Return the voltage at the tap, and what the modem hears."""
    line = Wires(RESISTIVE, SEED)
    volts, heard = [], []
    sent = far if far is not None else modem
    assert sent is not None
    for start in range(0, sent.size - FRAME + 1, FRAME):
        part = sent[start : start + FRAME]
        own = None if modem is None else part
        volts.append(line.carry(SILENCE if far is None else part, SILENCE, None, loop, own)[0])
        heard.append(line.at_modem)
    return np.stack((np.concatenate(volts), np.concatenate(heard)))


def test_a_modem_is_one_more_load_beside_the_phone() -> None:
    alone, _ = carry(RESISTIVE, far=tone(), loop=Loop.TALK)
    loaded = modem_carry(Loop.BOTH, far=tone())[0]
    assert 2.0 < steady(alone) - steady(loaded) < 4.5  # 300 Ω in place of 600 Ω


def test_a_modem_that_holds_the_line_is_heard_and_hardly_hears_itself() -> None:
    volts, heard = modem_carry(Loop.MODEM, modem=tone())
    assert steady(volts) == pytest.approx(-10.0, abs=1.5)
    assert steady(heard) < steady(volts) - 15.0


def test_a_modem_that_is_on_hook_hears_the_line_and_is_not_heard() -> None:
    volts, heard = modem_carry(Loop.IDLE, far=tone())
    assert np.allclose(volts, heard, atol=2.0)  # but for the adapter's own noise
    assert steady(modem_carry(Loop.IDLE, modem=tone())[0]) < -60.0
