"""Offer purposes: the ready ones in plain words, and the office's own."""

from collections.abc import Mapping
from typing import Any

from appliance.config.words.ready import ReadyPurpose, ready_purposes
from web.setup import drafts, steps


def offered(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the ready purposes and the office's own, each as it is or as it would begin."""
    there = {str(table.get("id")): table for table in values.get("purpose", [])}
    phones = steps.phone_lines(values)
    used = set(phones[0].get("purposes", [])) if phones else set()
    found = []
    for ready in ready_purposes():
        table = there.pop(ready.id, {})
        found.append(
            {
                "id": ready.id,
                "label": table.get("label") or ready.label,
                "full": table.get("full") or ready.full,
                "bases": _bases(ready, table),
                "interest": table.get("interest_says") or ready.interest_says,
                "contract_to": table.get("contract_to") or ready.contract_to,
                "table": table,
                **_sensitive(table),
                "used": ready.id in used,
                "own": False,
            }
        )
    there.setdefault(drafts.OWN, {})
    for name, table in there.items():
        found.append(
            {
                "id": name,
                "label": table.get("label", {}),
                "full": table.get("full", {}),
                "bases": ["consent"] if not table else [str(table.get("basis"))],
                "interest": table.get("interest_says", {}),
                "contract_to": table.get("contract_to", ""),
                "table": table,
                **_sensitive(table),
                "used": name in used,
                "own": True,
            }
        )
    return found


def _sensitive(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return which sensitive data the settings say, and what was answered; empty: nothing was."""
    kinds = [*(["health"] if table.get("health") else []), *table.get("special", [])]
    return {"kinds": kinds, "sensitive": "yes" if kinds else "no" if "health" in table else ""}


def _bases(ready: ReadyPurpose, table: Mapping[str, Any]) -> list[str]:
    """Return the bases that fit a ready purpose, and the one that it has in the settings."""
    fitting = [str(basis) for basis in ready.bases]
    return list(dict.fromkeys([*fitting, str(table.get("basis", fitting[0]))]))
