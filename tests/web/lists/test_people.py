"""Find people by name and role."""

from tests.web.conftest import Panel


def test_people_are_found_by_name_and_role_and_put_in_order(panel: Panel) -> None:
    adam = panel.log_in("Adam Admin")
    whole = adam.get("/people").text
    assert "5 people may log in" in whole
    assert whole.index(">Lena Listener") < whole.index(">Pola Officer")
    found = adam.find("/people/search", text="POLA")
    assert "1 person found" in found.text
    assert "Lena Listener" not in found.text
    assert "pola" not in found.request.url.lower()
    by_role = adam.find("/people/search", role="listener").text
    assert "Lena Listener" in by_role
    assert "Otto Operator" not in by_role
    assert "Nobody fits." in adam.find("/people/search", text="Zenobia").text
    panel.log_in("Pola Officer")
    shown = adam.get("/people?order=present").text
    assert shown.index(">Pola Officer") < shown.index(">Lena Listener")
    assert panel.log_in("Lena Listener").send("/people/search", text="x").status_code == 403
