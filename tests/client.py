"""One person's browser without a screen: sends our own origin, looks closely at every page it gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask, has_app_context
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests import pages_check
from tests.pages_check import Element, HtmlForm

HOST = "127.0.0.1:5000"
ORIGIN = f"http://{HOST}"


class Client:
    """Like a browser without JavaScript. `page` is the last HTML page it got, as a tree."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.inner = app.test_client()
        self._html = ""
        self._page: Element | None = None

    # ------------------------------------------------------------------------------------------- requests

    def get(self, path: str, status: int | None = None, **kwargs: Any) -> TestResponse:
        """Fetch a page; with `status`, insist on it."""
        return self.request("GET", path, status, **kwargs)

    def post(self, path: str, data: Any = None, status: int | None = None, **kwargs: Any) -> TestResponse:
        """Send `data` as it is, from our own origin, with no key unless `data` has one."""
        headers = {"Origin": ORIGIN, **kwargs.pop("headers", {})}
        return self.request("POST", path, status, data=data or {}, headers=headers, **kwargs)

    def request(self, method: str, path: str, status: int | None = None, **kwargs: Any) -> TestResponse:
        """Send anything. Raises AssertionError if the page that comes back has a problem."""
        # A request would share the context's `g`, and so the person who asked before.
        assert not has_app_context(), "Leave the application context before you send a request."
        response = self.inner.open(path, method=method, base_url=ORIGIN, **kwargs)
        self._look_at(response, method, path)
        if status is not None:
            assert response.status_code == status, f"{method} {path}: {response.status}\n{self._said()}"
        return response

    def form(self, path: str, to: str | None = None) -> HtmlForm:
        """The form on the page at `path` that is sent `to` an address (left out: to the page itself)."""
        self.get(path, 200)
        return self.form_here(to or urlsplit(path).path)

    def form_here(self, to: str, **values: str) -> HtmlForm:
        """The form of the page in hand that is sent `to` an address and holds these `values`."""
        found = [
            form
            for form in pages_check.forms(self.page)
            if form.method == "post" and form.action == to and set(values.items()) <= set(form.values)
        ]
        assert found, f"There is no form to {to} on this page."
        return found[0]

    def send(
        self, form: HtmlForm, data: Mapping[str, str] | None = None, status: int | None = None, **kwargs: Any
    ) -> TestResponse:
        """Fill a form in and send it; `data` replaces what stands in the fields."""
        data = dict(data or {})
        unknown = set(data) - form.names
        assert not unknown, f"The form to {form.action} has no {sorted(unknown)}."
        values = MultiDict((name, value) for name, value in form.values if name not in data)
        values.update(data)
        return self.post(form.action, values, status, **kwargs)

    def post_form(
        self,
        path: str,
        data: Mapping[str, str] | None = None,
        status: int | None = 303,
        *,
        to: str | None = None,
        **kwargs: Any,
    ) -> TestResponse:
        """Open the page at `path`, fill in its form and send it with the key it carries."""
        return self.send(self.form(path, to), data, status, **kwargs)

    def follow(self, response: TestResponse, status: int = 200) -> TestResponse:
        """Go where an answer leads."""
        assert response.status_code == 303, f"This answer leads nowhere: {response.status}\n{self._said()}"
        return self.get(urljoin(ORIGIN, response.location).removeprefix(ORIGIN), status)

    # ------------------------------------------------------------------------------------------ who asks

    def enter(self, code: str) -> Client:
        """Sign in with a personal code, by the page everybody uses."""
        self.post_form("/code", {"code": code}, 303)
        return self

    def plant(self, token: str, name: str = "session") -> None:
        """Give this browser a cookie."""
        self.inner.set_cookie(name, token, domain="127.0.0.1")

    def cookie(self, name: str = "session") -> str | None:
        """The value of a cookie this browser holds."""
        found = self.inner.get_cookie(name, domain="127.0.0.1")
        return found.value if found else None

    # ------------------------------------------------------------------------------------------- the page

    def hold(self, html: str) -> None:
        """Have this page in hand. It is read only when somebody asks for what is in it."""
        self._html, self._page = html, None

    @property
    def page(self) -> Element:
        """The page in hand as a tree, empty before the first."""
        if self._page is None:
            self._page = pages_check.parse(self._html)
        return self._page

    @property
    def text(self) -> str:
        """Everything that can be read in the main part of the page in hand."""
        return self.page.find("main").text

    @property
    def heading(self) -> str:
        """The first heading of the page in hand."""
        return self.page.find("h1").text

    @property
    def errors(self) -> list[str]:
        """The sentences of the summary above a refused form."""
        return [
            item.text
            for one in self.page.find_all("ul", class_="vs-error-list")
            for item in one.find_all("li")
        ]

    def _look_at(self, response: TestResponse, method: str, path: str) -> None:
        if response.mimetype != "text/html" or not response.data or 300 <= response.status_code < 400:
            return
        if "attachment" in response.headers.get("Content-Disposition", ""):
            # A document to take away is whole in itself, with its own style.
            return
        html = response.get_data(as_text=True)
        whole = "<html" in html[:500]
        found = pages_check.problems(html, dict(response.headers), whole=whole)
        assert not found, f"{method} {path}:\n  " + "\n  ".join(found)
        self.hold(html)

    def _said(self) -> str:
        mains = self.page.find_all("main")
        return mains[0].text[:1000] if mains else ""
