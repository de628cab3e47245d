"""Texts that staff of every county need: questions and notes to authors, to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Suggestion(NamedTuple):
    """A text block to begin with: its name, which staff read, and its words by language."""

    title: str
    texts: Mapping[str, str]


SUGGESTIONS = (
    Suggestion(
        "Wo genau?",
        {
            "de": "Vielen Dank für Ihren Beitrag. In welchem Ort oder Ortsteil ist das so?",
            "en": "Thank you for your contribution. In which town or part of town is this?",
            "ar": "شكرًا على مساهمتك. في أي بلدة أو حي يوجد ذلك؟",
        },
    ),
    Suggestion(
        "Bitte ohne Namen",
        {
            "de": (
                "In Ihrem Text kann man eine Person erkennen. Bitte schreiben Sie ihn ohne "
                "Namen, Telefonnummer und Adresse. Dann können wir ihn veröffentlichen."
            ),
            "en": (
                "A person can be recognised in your text. Please write it without names, "
                "telephone numbers and addresses. Then we can publish it."
            ),
            "ar": (
                "يمكن التعرف على شخص في نصك. يُرجى كتابته بدون أسماء وأرقام هواتف وعناوين. عندها يمكننا نشره."
            ),
        },
    ),
    Suggestion(
        "Was würde helfen?",
        {
            "de": "Vielen Dank für Ihren Beitrag. Was würde Ihnen am meisten helfen?",
            "en": "Thank you for your contribution. What would help you most?",
            "ar": "شكرًا على مساهمتك. ما الذي يساعدك أكثر؟",
        },
    ),
    Suggestion(
        "Mehrere Themen",
        {
            "de": (
                "Ihr Text spricht mehrere Themen an. Bitte schicken Sie für jedes Thema einen "
                "eigenen Beitrag. Dann geht nichts verloren."
            ),
            "en": (
                "Your text is about several topics. Please send one contribution for each "
                "topic. Then nothing is lost."
            ),
            "ar": "يتناول نصك عدة مواضيع. يُرجى إرسال مساهمة منفصلة لكل موضوع. هكذا لا يضيع شيء.",
        },
    ),
    Suggestion(
        "Hilfe in einem Notfall",
        {
            "de": (
                "Wir können im Einzelfall nicht helfen. In einem Notfall rufen Sie bitte die "
                "112 an. Eine Beratungsstelle finden Sie bei Ihrer Gemeinde."
            ),
            "en": (
                "We cannot help in single cases. In an emergency please call 112. Your "
                "municipality names an advice centre."
            ),
            "ar": (
                "لا يمكننا المساعدة في الحالات الفردية. في حالة الطوارئ يُرجى الاتصال بالرقم "
                "112. تدلك بلديتك على مركز استشارة."
            ),
        },
    ),
)
