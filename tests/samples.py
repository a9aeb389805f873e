"""One call's records: its parties, the consent given, the rule; and who signs them."""

from typing import Any

from msgspec import structs

from appliance.lines.plugged.connection import Bus
from appliance.model.records import CallMeta, ConsentReceipt, WordsHeard
from appliance.model.rule import HeardBy, HeardThrough, RulePurpose, RuleWords, SealedRule
from appliance.vault.origin import OriginKey

META = CallMeta(
    call="00112233445566ff",
    line="Reception",
    direction="incoming",
    started_at=1_790_000_000.5,
    clock_ok=True,
    recording_at_ms=21_000,
    number="+48221234567",
    purposes=("training",),
    due_days={"training": 20_807},
)

RECEIPT = ConsentReceipt(
    outcome="agreed",
    purposes=("training",),
    prompt_id="question-pl",
    prompt_sha256="ab" * 32,
    language="pl",
    policy_version="cd" * 8,
    heard_ms=11_240,
    level_db=-0.4,
    talked_over=0.02,
    key="1",
    key_at_ms=14_200,
    key_ms=120,
    side="far",
    grade="A",
    dbm0=-11.2,
    twist_db=1.4,
    deviation_percent=-0.35,
    confidence=0.98,
    time=1_790_000_016.0,
    said=(
        WordsHeard(
            spoken="question",
            prompt_id="question-pl",
            prompt_sha256="ab" * 32,
            at_ms=12_800,
            heard_ms=11_240,
            level_db=-0.4,
            talked_over=0.02,
        ),
    ),
)

REAL = HeardThrough(
    hook=HeardBy(driver="monitor", bus="usb", device="1209:0001 LM1 usb 1-1.3"),
    audio=HeardBy(driver="sound", bus="usb", device="0d8c:0014 USB Audio usb 1-1.2"),
    prompt=HeardBy(driver="sound", bus="usb", device="0d8c:0014 USB Audio usb 1-1.2"),
)

RULE = SealedRule(
    version="cd" * 8,
    controller="Kancelaria Nowak sp. k., Warszawa",
    contact="rodo@kancelaria.example",
    country="PL",
    line="Reception",
    number="+48221234560",
    kind="phone",
    language="pl",
    purposes=(
        RulePurpose(
            id="training",
            basis="consent",
            says="szkolenia naszych pracowników",
            retention_days=90,
        ),
    ),
    choices={"1": ("training",), "2": ()},
    grades=("A",),
    heard=REAL,
    words=(
        RuleWords(
            spoken="question",
            prompt_id="question-pl",
            prompt_sha256="ab" * 32,
            text="Dzień dobry. Czy możemy nagrać tę rozmowę? Zgoda: jeden. Odmowa: dwa.",
        ),
    ),
)


def rule_of(bus: Bus, *, every: bool = False) -> SealedRule:
    """Return the rule of a call whose line was heard, or also seen, by something on a bus."""
    heard = HeardBy(driver="sound", bus=bus, device="")
    parts = structs.replace(REAL, audio=heard)
    if every:
        parts = HeardThrough(hook=heard, audio=heard, prompt=heard)
    return structs.replace(RULE, heard=parts)


ORIGIN = OriginKey.new()

PAPER: dict[str, Any] = {
    "file_number": "RSD 12/26",
    "legal_basis": "art. 217 k.p.k.",
    "signed_by": "asp. Jan Lis",
}
"""What an authority's paper says, beside its name."""
