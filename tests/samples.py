"""One call's records: its parties, and the consent given."""

from appliance.model.records import CallMeta, ConsentReceipt

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
)
