"""Texts that staff use again and again."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from core.errors import Invalid
from core.i18n import lazy_gettext as _l
from core.i18n import own_name
from core.web import Answer, current_actor, page, submit
from dialog.actions import text_blocks as actions
from dialog.moderation_forms import TextBlockForm, languages_of_site, text_block_form
from dialog.queries import dialogues as dialogue_queries
from dialog.queries import text_blocks as queries
from dialog.views.blueprint import blueprint


@blueprint.route("/moderation/texts", methods=["GET", "POST"])
def text_blocks(slug: str) -> Response:
    """List them, write a new one, change or delete one, or take our suggestions."""
    actor = current_actor()
    dialogue = dialogue_queries.access_dialogue(actor, slug)
    names = [(code, own_name(code)) for code in languages_of_site()]
    blocks = queries.visible_text_blocks(actor, dialogue)
    form = text_block_form(names, request.form if request.method == "POST" else None)

    def show(form: TextBlockForm) -> str:
        return render_template(
            "dialog/text_blocks.html",
            dialogue=dialogue,
            blocks=queries.visible_text_blocks(actor, dialogue),
            form=form,
            names=names,
            done=request.args.get("done", ""),
        )

    if request.method != "POST":
        wanted = next((one for one in blocks if str(one.id) == request.args.get("change")), None)
        if wanted is not None:
            form.show(wanted)
        return page(show(form))

    def act() -> Answer:
        here = dialogue_queries.access_dialogue(actor, slug)
        number = form.block.data or ""
        is_one = number.isascii() and number.isdigit() and len(number) < 10
        block = queries.access_text_block(actor, here, int(number)) if is_one else None
        if form.step.data == "suggest":
            actions.take_suggestions(actor, here)
        elif form.step.data == "remove" and block is not None:
            actions.remove_text_block(actor, block)
        elif form.step.data == "keep":
            actions.keep_text_block(actor, here, title=form.title.data or "", texts=form.texts(), block=block)
        else:
            raise Invalid(_l("Please choose what should happen with this text."))
        return Answer(url_for("dialog.text_blocks", slug=slug, done=form.step.data))

    return submit(form, act, show)
