"""Take what was typed into a page whose session has just ended."""

from flask import Blueprint, Response, request

from web import kept_forms
from web.language import own_path

blueprint = Blueprint("kept_form", __name__)

PREFIX = "field:"
"""Before the name of each field of the form."""


@blueprint.post("/kept-form")
def keep() -> Response:
    """Keep a form until its operator has logged in again; needs no session, but its cookie."""
    form = request.form
    fields = [
        (name.removeprefix(PREFIX), value)
        for name, value in form.items(multi=True)
        if name.startswith(PREFIX)
    ]
    page, action = own_path(form.get("page", "/")), own_path(form.get("action", "/"))
    return Response(status=204 if kept_forms.keep(page, action, fields) else 202)
