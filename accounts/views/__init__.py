"""Signing in and out, and the pages about one's own account or participation.

What is sent here carries passwords and codes, and the answers set cookies or show secrets. Such an answer
cannot be given again from a store, so most forms here use no idempotency key; sent twice, they sign in twice,
which does no harm.
"""

from accounts.views import (
    account,
    administration,
    codes,
    invitations,
    messages,
    privacy,
    second_factor,
    sign_in,
)
from accounts.views.blueprint import blueprint

__all__ = [
    "account",
    "administration",
    "blueprint",
    "codes",
    "invitations",
    "messages",
    "privacy",
    "second_factor",
    "sign_in",
]
