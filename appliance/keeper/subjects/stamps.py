"""Build time stamps: each day's head goes to an authority that the owner names."""

from appliance.keeper.box import Box, OpenBox
from appliance.keeper.doctor.stamps import examine_stamps
from appliance.keeper.handlers.stamps import StampDesk
from appliance.keeper.stamps.stamping import HeadStamps
from appliance.keeper.subject import Subject
from appliance.link.handlers import handlers_of


def build(box: Box) -> Subject:
    """Return the subject."""

    def stamping_of(now: OpenBox) -> HeadStamps:
        return HeadStamps(now.audit, now.records.time, lambda: box.around.config.stamp)

    stamping = box.while_open(stamping_of)

    def wants_courier() -> bool:
        now = stamping.now
        return now is not None and now.wanted

    def hears_courier() -> bool:
        seen = stamping().facts()
        return seen.wanted and not seen.away

    return Subject(
        handlers_of(StampDesk(stamping)),
        findings=lambda: examine_stamps(stamping().facts()),
        hears_courier=hears_courier,
        wants_courier=wants_courier,
    )
