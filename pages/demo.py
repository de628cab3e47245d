"""The demonstration county: the Enzkreis process of 2019-2022 as far as it is public, with made-up votes.

Everything goes in through the same actions as real data. Codes and passwords are derived from the keys of
the installation, so that they stay the same at every start and are written down nowhere.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import io
import json
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from accounts import codes, passwords
from accounts import queries as account_queries
from accounts.actions import second_factor
from accounts.actions.accounts import create_account
from accounts.permissions import Scope
from core import keys
from core.actor import OPERATOR, Actor, Grant
from core.clock import LOCAL_TIME
from core.config import ROOT, Config
from core.transaction import transaction
from dialog.actions import contributions, dialogues, events, polls
from dialog.actions.dialogues import step
from dialog.actions.events import PlannedGroup, PlannedItem
from dialog.models import Dialogue, DialogueEvent, Poll
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import polls as poll_queries
from dialog.slip_sheets import Occasion, sheets, slip_of
from dialog.vocabulary import Kind
from pages import demo_concept, demo_days, demo_offers
from pages.demo_languages import about_topic, in_many
from region import actions as region_actions
from region import queries as region_queries
from region.folder import read_folder
from region.models import ActionField

FOLDER = ROOT / "demo"
SLUG = "enzkreis"
SLIPS = 15
COMING_TODAY = 2
"""How many of the last slips have places in the day that is going on."""
EVENT_DAY = datetime(2021, 11, 19, tzinfo=LOCAL_TIME)
ACCOUNTS = (
    ("koordination", "Koordination", "coordinator", ""),
    ("verwaltung", "Verwaltung der Konten", "administrator", ""),
    ("pruefung", "Prüfung", "auditor", ""),
    ("keltern", "Gemeinde Keltern", "municipality_editor", "08236070"),
)
"""Log-in, title, role, and the official key of the municipality where it counts; else the county."""


def load() -> bool:
    """Fill an empty installation; False if the demonstration is there already, which is only kept current."""
    if dialogue_queries.dialogue_exists(SLUG):
        demo_days.keep_current()
        return False
    data = json.loads((FOLDER / "enzkreis-demo.json").read_text("utf-8"))
    hashes = {login: passwords.make_hash(_password(login)) for login, *_ in ACCOUNTS}
    with transaction():
        _county(data)
        dialogue = _dialogue(data)
        plan, groups = _event(dialogue, data)
        _register(dialogue, data)
        demo_offers.load(dialogue, data)
        _event_polls(dialogue)
        demo_concept.load(dialogue, data)
        _follow_up_polls(dialogue)
        slips = _people(dialogue, hashes)
        demo_days.load(dialogue, plan, groups, slips[-COMING_TODAY:], code=trial_code(), entries=data)
    return True


def describe() -> str:
    """Log-ins, codes and where the slips lie, for the terminal."""
    settings: Config = current_app.config["SETTINGS"]
    lines = [
        "Staff:        "
        + "\n              ".join(f"{login:<14} {_password(login)}" for login, *_ in ACCOUNTS),
        "Participants: " + "\n              ".join(codes.show(_slip_code(n)) for n in range(1, 4)),
        f"              all {SLIPS} slips for printing: {_write_slips(settings)}",
        f"Event code:   {event_code()} for the event of 2021",
        f"Today:        {trial_code()} is the event code of the trial run that is going on,",
        f"              {codes.show(_slip_code(SLIPS))} a slip with places in it",
    ]
    return "\n".join(lines)


def event_code() -> str:
    """The event code of the demonstration, six characters; it only opens registration."""
    return _letters("event", 6)


def trial_code() -> str:
    """The event code of the day that is going on."""
    return _letters("trial", 6)


def _letters(what: str, length: int) -> str:
    digest = hmac.digest(keys.current().code, f"demo {what}".encode(), hashlib.sha256)
    return "".join(codes.ALPHABET[byte % 32] for byte in digest[:length])


def _password(login: str) -> str:
    letters = _letters(f"password {login}", 20).lower()
    return "-".join(letters[i : i + 5] for i in range(0, 20, 5))


def _second_factor(login: str) -> str:
    digest = hmac.digest(keys.current().code, f"demo second factor {login}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:20]).decode()


def _slip_code(number: int) -> str:
    return _letters(f"slip {number}", codes.LENGTH)


def _county(data: dict[str, Any]) -> None:
    region_actions.set_up_county(OPERATOR, read_folder(FOLDER / "enzkreis"))
    for figure in data["indicators"]:
        value = figure["value"]
        region_actions.add_figure(
            OPERATOR,
            figure["id"],
            name=figure["name"],
            amounts=value if isinstance(value, list) else [value],
            unit=figure["unit"],
            as_of=figure.get("as_of", ""),
            period=figure.get("period", ""),
            note=figure.get("conflict", ""),
            publication=region_queries.publication_of(figure["source"]),
        )


def _dialogue(data: dict[str, Any]) -> Dialogue:
    field_set = region_queries.visible_field_sets(OPERATOR)[0]
    return dialogues.found_dialogue(
        OPERATOR,
        field_set,
        slug=SLUG,
        titles=in_many(
            {
                "de": "Integrations- und Vielfaltskonzept 2030",
                "en": "Integration and diversity concept 2030",
            }
        ),
        questions=in_many(
            {
                "de": "Sagen Sie, was im Enzkreis fehlt – und was schon hilft.",
                "en": "Say what is missing in the Enzkreis – and what already helps.",
                "ar": "قولوا لنا ما ينقص في إنتسكرايس، وما الذي يساعد بالفعل.",
            }
        ),
        introductions=in_many(
            {
                "de": "Der Landkreis schreibt sein Integrations- und Vielfaltskonzept 2030. "
                "Alle können mitreden: mit oder ohne Namen, in vielen Sprachen.",
                "en": "The county is writing its integration and diversity concept 2030. "
                "Everybody can have a say: with or without a name, in many languages.",
                "ar": "تكتب الدائرة خطتها للاندماج والتنوع حتى عام 2030. "
                "يمكن للجميع المشاركة: بالاسم أو بدونه، وبلغات كثيرة.",
            }
        ),
        steps=[
            step(
                "2019",
                "yes",
                in_many(
                    {
                        "de": "Der Kreistag stimmt den Eckpunkten bis 2030 zu.",
                        "en": "The county council agrees to the cornerstones until 2030.",
                        "ar": "وافق مجلس الدائرة على الخطوط العريضة حتى عام 2030.",
                    }
                ),
            ),
            step(
                "10/2020",
                "yes",
                in_many(
                    {
                        "de": "Start im Programm „Land.Zuhause.Zukunft“.",
                        "en": "Start in the programme “Land.Zuhause.Zukunft”.",
                        "ar": "البداية في برنامج „Land.Zuhause.Zukunft“.",
                    }
                ),
            ),
            step(
                "07/2021",
                "yes",
                in_many(
                    {
                        "de": "Vier Pilotkommunen beschreiben ihre Lage.",
                        "en": "Four pilot municipalities describe their situation.",
                        "ar": "أربع بلديات نموذجية تصف وضعها.",
                    }
                ),
            ),
            step(
                "19.11.2021",
                "now",
                in_many(
                    {
                        "de": "Wir sammeln und gewichten, was fehlt.",
                        "en": "We collect and weigh what is missing.",
                        "ar": "نجمع ما ينقص ونحدد الأهم.",
                    }
                ),
            ),
            step(
                "2022",
                "",
                in_many(
                    {
                        "de": "Das Konzept wird fertig und beschlossen.",
                        "en": "The concept is finished and adopted.",
                        "ar": "تكتمل الخطة وتُعتمد.",
                    }
                ),
            ),
        ],
    )


def _at(clock: str) -> datetime:
    hour, minute = clock.split(":")
    return EVENT_DAY.replace(hour=int(hour), minute=int(minute))


def _fields(dialogue: Dialogue) -> dict[str, ActionField]:
    return {field.slug: field for field in dialogue_queries.fields_of(dialogue)}


def _event(dialogue: Dialogue, data: dict[str, Any]) -> tuple[DialogueEvent, list[PlannedGroup]]:
    event = data["event"]
    fields = _fields(dialogue)
    formats = {"plenum": "plenary", "breakout": "groups", "pause": "break"}
    groups = [
        PlannedGroup(
            {**fields[group["field"]].names, "de": group["name"]},
            [fields[group["field"]]],
        )
        for group in event["groups"]
    ]
    # Six groups were announced and five named; the sixth is kept as what it is, one without a topic.
    for number in range(len(groups) + 1, event["groups_announced"] + 1):
        groups.append(
            PlannedGroup(
                in_many(
                    {
                        "de": f"Arbeitsgruppe {number} (Thema nicht überliefert)",
                        "en": f"Working group {number} (topic not on record)",
                    }
                ),
                [],
            )
        )
    event_of_2021 = events.plan_event(
        OPERATOR,
        dialogue,
        slug="dialogveranstaltung-2021",
        titles=in_many(
            {
                "de": event["title"],
                "en": "Digital dialogue event on the integration and diversity concept",
            }
        ),
        aims=in_many(
            {
                "de": "Bestehende Angebote und Bedarfe aus den Kommunen sammeln und priorisieren.",
                "en": "Collect existing offers and needs from the municipalities and set priorities.",
            }
        ),
        format=event["mode"],
        starts_at=_at(event["agenda"][0]["start"]),
        ends_at=_at(event["agenda"][-1]["end"]),
        groups_per_person=event["max_groups_per_participant"],
        agenda=[
            PlannedItem(
                _at(item["start"]),
                _at(item["end"]),
                in_many({"de": item["de"], "en": item["en"]}),
                formats[item["format"]],
            )
            for item in event["agenda"]
        ],
        groups=groups,
        code=event_code(),
    )
    return event_of_2021, groups


def _register(dialogue: Dialogue, data: dict[str, Any]) -> None:
    fields = _fields(dialogue)
    begin = _at("11:00")
    for kind, entries in ((Kind.OFFER, data["offers"]), (Kind.NEED, data["needs"])):
        for entry in entries:
            number = int(entry["id"].split("-")[1])
            contributions.import_contribution(
                OPERATOR,
                dialogue,
                kind=kind,
                number=number,
                title=entry["title"],
                text=entry["text"],
                field=fields[entry["field"]],
                municipality=region_queries.municipality_of(entry["ags"]) if entry["ags"] else None,
                target_group=entry["target_group"] or "",
                provider=entry.get("provider") or "",
                publication=region_queries.publication_of(entry["source"]),
                # Spread over the first round, so that topics and kinds stand mixed as they came.
                at=begin + timedelta(seconds=number * 1709 % 5400),
            )


def _event_polls(dialogue: Dialogue) -> None:
    """The five votes of the event day: made-up points of 120 participants, closed and published."""
    votes: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    text = (FOLDER / "demo_punkte.csv").read_text("utf-8-sig")
    for row in csv.DictReader(io.StringIO(text)):
        votes[row["field"]][row["participant"]][row["need_id"]] = int(row["points"])
    for slug, field in _fields(dialogue).items():
        poll = _poll(dialogue, field, "")
        polls.open_poll(OPERATOR, poll, at=_at("15:45"))
        item_of = {need: item for item, need in poll_queries.references_of(poll.items).items()}
        polls.import_ballots(
            OPERATOR,
            poll,
            ballots={
                voter: {item_of[need]: points for need, points in choices.items()}
                for voter, choices in votes[slug].items()
            },
            tier="B",
        )
        polls.close_poll(OPERATOR, poll, at=_at("16:10"))
        polls.publish_poll(OPERATOR, poll, at=_at("16:20"))


def _follow_up_polls(dialogue: Dialogue) -> None:
    """Five votes that are open now, so that a slip can be tried; needs published later join them."""
    for field in _fields(dialogue).values():
        polls.open_poll(OPERATOR, _poll(dialogue, field, "Nachabstimmung"))


def _poll(dialogue: Dialogue, field: ActionField, prefix: str) -> Poll:
    titles = (
        {"de": f"{prefix} {{topic}}", "en": "Follow-up vote {topic}", "ar": "تصويت لاحق: {topic}"}
        if prefix
        else {
            "de": "{topic}, 19. November 2021",
            "en": "{topic}, 19 November 2021",
            "ar": "{topic}، 19 نوفمبر 2021",
        }
    )
    questions = {
        "de": "{topic}: Was ist am wichtigsten?",
        "en": "{topic}: What matters most?",
        "ar": "{topic}: ما الأهم؟",
    }
    return polls.prepare_poll(
        OPERATOR,
        dialogue,
        field,
        titles=about_topic(titles, field.names),
        questions=about_topic(questions, field.names),
        dots=5,
        max_per_item=2,
    )


def _people(dialogue: Dialogue, hashes: dict[str, str]) -> list[Actor]:
    """Make the accounts and the slips; gives the holders of the slips."""
    for login, label, role, ags in ACCOUNTS:
        place = region_queries.municipality_of(ags) if ags else None
        roles = [(role, Scope("municipality", place.id) if place else Scope("county"))]
        account = create_account(
            OPERATOR, login, password_hash=hashes[login], label=label, roles=roles, demo=True
        )
        second_factor.give_demo_factor(OPERATOR, account, secret=_second_factor(login))
    holders = [
        dialogues.register_participant(OPERATOR, dialogue, tier="B", demo=True, demo_code=_slip_code(number))
        for number in range(1, SLIPS + 1)
    ]
    takes_part = frozenset({Grant("participant", "dialogue", dialogue.id)})
    return [Actor(issued.holder_key, takes_part, tier="B") for issued in holders]


def _write_slips(settings: Config) -> str:
    """Write the demo slips as a page for printing, readable by its owner alone; gives its path."""
    folder = settings.var_dir / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "slips.html"
    dialogue = dialogue_queries.access_dialogue(OPERATOR, SLUG)
    county = region_queries.county()
    occasion = Occasion(county.name if county else "", dialogue.titles, settings.public_url)
    if path.exists() and f">{occasion.address}</p>" in path.read_text("utf-8"):
        # The codes never change; drawing them anew would only slow every start down.
        return str(path)
    handed_out = [_slip_code(number) for number in range(1, SLIPS + 1)]
    kept = {code: account_queries.usable_code(code) for code in handed_out}
    languages = settings.languages[1:] or ("",)
    drawn = sheets(
        occasion,
        (
            slip_of(occasion, code, found.slip_number, second=languages[number % len(languages)])
            for number, (code, found) in enumerate(kept.items())
            if found is not None
        ),
    )
    page = current_app.jinja_env.get_template("dialog/_sheets.html").render(**drawn)
    style = (ROOT / "static" / "dialog" / "slips.css").read_text("utf-8")
    path.touch(mode=0o600, exist_ok=True)
    path.write_text(
        "<!doctype html><html lang='de'><meta charset='utf-8'><title>Zettel mit Codes</title>"
        f"<style>{style} body{{font-family:sans-serif}} p{{margin:0}}</style>"
        f"<h1 class='vs-screen'>Zettel mit Codes (Vorführung)</h1><div class='vs-sheets'>{page}</div></html>",
        encoding="utf-8",
    )
    return str(path)
