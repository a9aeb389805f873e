"""The consent receipt on a call's page."""

from typing import Literal

import pytest
from flask import render_template
from msgspec import structs

from appliance.errors import LinkError
from tests.web.conftest import RECEIPT
from tests.web.test_app import refusing
from web.app import create_app


@pytest.mark.parametrize("grade", ["A", "B", "C"])
def test_a_receipt_says_what_its_grade_does_not_resist(grade: Literal["A", "B", "C"]) -> None:
    app = create_app(refusing(LinkError("away")))
    receipt = structs.replace(RECEIPT, grade=grade)
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        told = render_template("calls/receipt.html", receipt=receipt, purpose_words=str)
    assert ("does not resist an employee who cheats" in told) is (grade != "A")
    assert f"(grade {grade})" in told
