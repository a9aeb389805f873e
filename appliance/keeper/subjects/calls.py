"""Build recorded calls: their take-up, lists, proofs and erasures."""

from collections.abc import Iterator

from appliance.config.settings import Config
from appliance.keeper.box import Box
from appliance.keeper.chores import TAKE_UP, TICK, Chore
from appliance.keeper.doctor.vault import examine_arrivals
from appliance.keeper.handlers.calls.calls import Calls
from appliance.keeper.handlers.calls.erasing import ErasureDesk
from appliance.keeper.handlers.calls.take_up import TakeUpDesk
from appliance.keeper.handlers.proof import ProofDesk
from appliance.keeper.subject import Subject
from appliance.link.handlers import handlers_of, handlers_while
from appliance.model.findings import Finding


def build(box: Box) -> Subject:
    """Return the subject."""
    calls = box.while_open(lambda now: Calls(now.records))
    erasures = box.while_open(lambda now: ErasureDesk(now.records))
    proofs = box.while_open(lambda now: ProofDesk(now.records))

    def findings() -> Iterator[Finding]:
        intake = box.opened().records.recordings.intake
        held, problems = intake.arrivals.held, intake.problems()
        return examine_arrivals(box.around.folders, held, problems)

    def follow(config: Config) -> None:
        box.opened().records.readers.reading.follow(config.office.country)

    return Subject(
        {
            **handlers_while(Calls, calls),
            **handlers_while(ErasureDesk, erasures),
            **handlers_while(ProofDesk, proofs),
            **handlers_of(TakeUpDesk(box)),
        },
        chores=(
            Chore("records", TICK, box.with_open(lambda now: now.records.tick())),
            Chore("take-up", TAKE_UP, box.take_up),
        ),
        findings=findings,
        follow=follow,
        need=lambda: box.opened().records.need,
    )
