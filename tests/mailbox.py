"""A mail server in this process that keeps what it is sent, and an application that sends to it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from flask import Flask


class Mailbox:
    """The mails that arrived, as a reader's program sees them; `answer` replaces the server's “taken”."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the mail, unless it is refused."""
        if self.answer.startswith("250"):
            message = message_from_bytes(envelope.original_content, policy=cast(Any, default))
            assert [message["To"]] == envelope.rcpt_tos
            self.mails.append(cast(EmailMessage, message))
        return self.answer

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Take the recipient, or refuse it at once if the answer is final."""
        if self.answer.startswith("550"):
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"


def text_of(mail: EmailMessage) -> str:
    """What the mail says."""
    return str(mail.get_content())


@contextmanager
def mail_server(app: Flask) -> Iterator[Mailbox]:
    """Let `app` send its mails to a server of its own, for as long as the block lasts."""
    box = Mailbox()
    # The library connects to its own server once and does not ask which port that got.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(
        before,
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security="none",
        mail_from="Dialog Enzkreis <dialog@example.de>",
    )
    try:
        yield box
    finally:
        app.config["SETTINGS"] = before
        controller.stop()
