"""Have the vectors' heads stamped by OpenSSL's ``ts``: ``python -m tests.vectors.stamps``.

A token tells the time at which it is made, so these are made once and kept: the keys of both
authorities are gone with the folder. Anew only where the heads of ``tests.vectors.placed`` or of
``compared.stamped_stories`` change; then ``proofs`` and ``stories`` have to follow. Not in the
first or last three hours of a day (UTC): what is two hours late in a story is of that day.
"""

import json
import tempfile
import time
from base64 import b64encode
from pathlib import Path

from rfc3161_client import decode_timestamp_response

from appliance.vault.audit.heads import head_of
from appliance.vault.audit.stamps import read_token, stamp_request
from appliance.vault.audit.tokens import in_order
from tests.vault.audit.stamped import StampAuthority
from tests.vectors.audit import LATE
from tests.vectors.compared.stamped_stories import BELATED, device
from tests.vectors.placed import STAMPS, head, stamped_log, the_log
from tests.vectors.proofs import OURS


def main() -> None:
    """Write the tokens."""
    with tempfile.TemporaryDirectory() as folder:
        authority = StampAuthority(Path(folder) / "authority")
        stranger = StampAuthority(Path(folder) / "stranger")

        def stamped(by: StampAuthority, text: str) -> str:
            of = head_of(text.encode())
            query, nonce = stamp_request(of)
            answer = by.answer(query)
            # As the keeper does, but a stamp may be older than its head.
            token = decode_timestamp_response(in_order(answer)).time_stamp_token()
            stamp = read_token(token)
            stamp.check_signer([by.root], nonce)
            assert stamp.is_over(of)
            return b64encode(token).decode()

        core = OURS.core()
        made: dict[str, str | int] = {"roots": authority.roots.read_text("ascii")}
        made["made"] = int(time.time())
        made["before"] = stamped(authority, head(the_log("other log", core)))
        write(made)
        made["behind"] = stamped(authority, head(stamped_log(core)))
        made["stranger"] = stamped(stranger, head(stamped_log(core)))
        made["early"] = stamped(authority, head(stamped_log(core, LATE), LATE))
        write(made)
        one, late = device()[0].head, device(BELATED)[0].head
        made |= {"story": stamped(authority, one), "story_late": stamped(authority, late)}
        made["story_back"] = stamped(authority, device(back=BELATED)[0].head)
        made["story_stranger"] = stamped(stranger, one)
        write(made)


def write(made: dict[str, str | int]) -> None:
    """Write what there is."""
    STAMPS.write_text(json.dumps(made, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
