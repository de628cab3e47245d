"""What the tables about offers hold, and the files people take away of them; see `core.inventory`."""

from __future__ import annotations

from core import inventory
from core.i18n import lazy_gettext as _l
from core.inventory import Activity, Basis, DataClass, Export, Table

inventory.declare(
    activities=[
        Activity(
            "offers",
            _l("Offers kept alive"),
            _l("How an offer can be used, and the mail address of the office that provides it."),
            _l("So that people find offers that exist, and providers are asked whether they still do."),
            _l("Offices and clubs that provide something"),
            _l("The coordination; what describes the offer, everybody. The mail address is never public."),
            (Basis.TASK,),
            _l("The mail address goes when the offer has ended, is withdrawn or staff delete it."),
            ("dialog.offer_mails",),
        ),
    ],
    tables={
        "offer_details": Table(
            "offers",
            public="contribution_id status serves_county cost cost_words access capacity begin ends_on"
            " schedule url checked_on",
            internal="revision languages funded_until contact contact_public contact_mail remark asked_at"
            " token_until gone_at",
            secret="token_digest",  # noqa: S106 - the name of a column
        ),
        "offer_traits": Table("offers", public="contribution_id trait code"),
        "offer_places": Table("offers", public="contribution_id municipality_id"),
        "need_details": Table(
            "lists",
            internal="contribution_id revision urgency reported_by reported_on known_how evidence remark",
        ),
        "details_versions": Table(
            "offers",
            internal="id contribution_id number values at",
            keys="by_key",
            nobody="It tells of an offer or a need; whoever of staff wrote it finds that in the journal.",
        ),
    },
    exports={
        "dialog.offers_table": Export(_l("The offers as a table"), DataClass.PUBLIC),
        "dialog.offers_fields": Export(_l("What the columns of the table of offers mean"), DataClass.PUBLIC),
        "dialog.offers_calendar": Export(_l("Offers with dates for a calendar"), DataClass.PUBLIC),
        "dialog.offer_file": Export(_l("The dates of an offer for a calendar"), DataClass.PUBLIC),
    },
)
