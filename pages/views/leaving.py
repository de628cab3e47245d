"""The page between a link of staff and a site that is no public body's: it says where the link leads.

It never leads there by itself, and it shows only addresses that this site has signed, so that nobody can use
our name to send people elsewhere.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, render_template, request

from core import markdown
from core.errors import NotFound
from core.web import page
from pages.views.blueprint import blueprint


@blueprint.get("/out")
def leave() -> Response:
    """Say that a link leads away, and where. Raises NotFound for an address we have not signed."""
    target = markdown.signed_target(request.args.get("to", ""), request.args.get("s", ""))
    if target is None:
        raise NotFound
    response = page(render_template("pages/leave.html", target=target, host=urlsplit(target).hostname or ""))
    response.headers["X-Robots-Tag"] = "noindex"
    return response
