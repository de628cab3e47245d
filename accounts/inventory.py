"""What the tables and cookies of this package hold; see `core.inventory`."""

from __future__ import annotations

from accounts.roles import ROLE_LABELS
from core import inventory
from core.errors import Sentence
from core.i18n import lazy_gettext as _l
from core.i18n import own_name
from core.inventory import Activity, Basis, DataClass, Export, Table


def _role(role: str) -> Sentence:
    return ROLE_LABELS.get(role, role)


inventory.declare(
    activities=[
        Activity(
            "sign_in",
            _l("Signing in"),
            _l("When this device was signed in and until when. The secret is in your browser only."),
            _l("So that you need not enter your code on every page."),
            _l("Everybody who enters a code or signs in"),
            _l("Nobody"),
            (Basis.TASK,),
            rules=("accounts.sessions",),
        ),
        Activity(
            "codes",
            _l("Personal codes"),
            _l("The number of your slip, how you got it and until when it works. Not the code itself."),
            _l("So that you can take part without name, mail address or account."),
            _l("Everybody who takes part with a code"),
            _l("The help desk, which sees the number of the slip"),
            (Basis.TASK,),
            rules=("accounts.codes",),
        ),
        Activity(
            "accounts",
            _l("Accounts of staff"),
            _l("User name, title of the role, rights, and a digest of the password."),
            _l("So that only those responsible can check, publish and administer."),
            _l("Staff of the county, of municipalities and of organisations"),
            _l("The administration of the accounts"),
            (Basis.STAFF,),
            rules=("accounts.accounts", "accounts.invitations"),
        ),
        Activity(
            "mail",
            _l("News by mail"),
            _l("Your mail address, if you give it, and letters to you until they are sent."),
            _l("So that you learn by mail what has happened, once a day at most."),
            _l("Whoever wants news by mail"),
            _l("The mail server of the county"),
            (Basis.CONSENT,),
            _l("Until you unsubscribe. A letter is deleted once it is sent, after a day at the latest."),
            ("dialog.people",),
        ),
        Activity(
            "notices",
            _l("Telling you something"),
            _l("What became of your contributions and places, as it stands on your page."),
            _l("So that you learn what has happened."),
            _l("Everybody who takes part"),
            _l("Nobody"),
            rules=("accounts.notices",),
        ),
        Activity(
            "requests",
            _l("Wishes to be erased"),
            _l("That somebody asked staff to erase them, how, and which two of staff did it."),
            _l("So that nobody is erased by a single person."),
            _l("Whoever asks staff to be erased"),
            _l("The coordination"),
            (Basis.SECURITY,),
            rules=("accounts.requests",),
        ),
    ],
    tables={
        "accounts": Table(
            "accounts",
            internal="id password_is_initial demo",
            personal="login label language active created_at",
            keys="key",
            secret="password_hash",  # noqa: S106 - the name of a column
            person=("key",),
            title=_l("Your account"),
            shown={"language": own_name},
        ),
        "role_assignments": Table(
            "accounts",
            internal="id account_id scope_id",
            personal="role scope_kind expires_at",
            person=("account_id>accounts",),
            title=_l("Your roles"),
            shown={"role": _role},
        ),
        "personal_codes": Table(
            "codes",
            internal="id role scope_kind scope_id purpose demo batch_id",
            personal="slip_number used tier write_until read_until revoked_at created_at",
            keys="holder_key",
            secret="code_hmac",  # noqa: S106 - the name of a column
            person=("holder_key",),
            title=_l("Your code"),
        ),
        "login_sessions": Table(
            "sign_in",
            internal="account_id personal_code_id",
            personal="created_at expires_at shared_device",
            secret="id token_hash second_factor",  # noqa: S106 - names of columns
            person=("account_id>accounts", "personal_code_id>personal_codes"),
            title=_l("Where you are signed in"),
        ),
        "second_factors": Table(
            "accounts",
            internal="account_id last_step",
            personal="created_at",
            secret="key sealed_secret",  # noqa: S106 - names of columns
            person=("account_id>accounts",),
            title=_l("Your second factor"),
        ),
        "recovery_codes": Table("accounts", internal="id account_id", secret="code_hmac"),  # noqa: S106
        "invitations": Table(
            "accounts",
            internal="id scope_id account_id",
            personal="role scope_kind role_until label login created_at expires_at used_at revoked_at",
            keys="inviter_key",
            secret="code_hmac",  # noqa: S106 - the name of a column
            person=("account_id>accounts",),
            title=_l("How you were invited"),
            shown={"role": _role},
        ),
        "code_batches": Table(
            "codes",
            internal="id scope_kind scope_id event_id label tier size created_at revoked_at",
            secret="digest",  # noqa: S106 - the name of a column
        ),
        "mail_addresses": Table(
            "mail",
            internal="id",
            personal="address language token_until confirmed_at last_mail_at",
            keys="holder_key",
            secret="token_digest",  # noqa: S106 - the name of a column
            person=("holder_key",),
            title=_l("Your mail address"),
            shown={"language": own_name},
        ),
        "notices": Table(
            "notices",
            internal="id label values",
            personal="url at mailed_at",
            keys="holder_key",
            person=("holder_key",),
            title=_l("What we have told you"),
        ),
        "erasure_requests": Table(
            "requests",
            internal="id scope_kind scope_id",
            personal="channel texts status requested_at decided_at",
            keys="holder_key requested_by decided_by",
            person=("holder_key",),
            title=_l("Your wish to be erased"),
        ),
    },
    exports={
        "accounts.download_my_data": Export(
            _l("Everything kept about the person who asks, given to them alone"), DataClass.SPECIAL
        ),
    },
    codes={
        "channel": {"phone": _l("by telephone"), "writing": _l("in writing"), "person": _l("in person")},
        "texts": {"keep": _l("stay without a link"), "withdraw": _l("are taken back")},
        "status": {
            "waiting": _l("waits to be confirmed"),
            "done": _l("done"),
            "dropped": _l("dropped"),
        },
        "scope_kind": {
            "county": _l("county"),
            "dialogue": _l("one dialogue"),
            "event": _l("one event"),
            "group": _l("one group"),
            "municipality": _l("one municipality"),
            "organisation": _l("one organisation"),
        },
    },
    labels={
        "url": _l("Page"),
        "mailed_at": _l("Sent"),
        "address": _l("Mail address"),
        "token_until": _l("Link until"),
        "confirmed_at": _l("Confirmed"),
        "last_mail_at": _l("Last mail"),
        "role_until": _l("Role until"),
        "used_at": _l("Used"),
        "used": _l("Used"),
        "login": _l("User name"),
        "active": _l("Open"),
        "role": _l("Role"),
        "scope_kind": _l("Area"),
        "expires_at": _l("Until"),
        "slip_number": _l("Slip"),
        "write_until": _l("Writing until"),
        "read_until": _l("Reading until"),
        "revoked_at": _l("Void since"),
        "shared_device": _l("Shared device"),
        "channel": _l("How you asked"),
        "texts": _l("Your texts"),
        "status": _l("State"),
        "requested_at": _l("Taken down"),
        "decided_at": _l("Decided"),
    },
    cookies={
        "session": DataClass.SECRET,
        "visit": DataClass.SECRET,
        "sign-in": DataClass.SECRET,
        "kiosk": DataClass.INTERNAL,
        "language": DataClass.INTERNAL,
    },
)
