// What was typed on a bad line: a form with data-outbox="card" is kept in the browser (core/outbox), shown as not yet
// sent, and sent once when the line is back. templates/components/unsent.html is the element of this module.
//
// Entries stand in its list, or in the element with data-unsent-place that has the value of their field "lane". Forms
// hear "outbox:kept", "outbox:sent" with the server's answer, and "outbox:edit" when their words are wanted again;
// "outbox:found" tells the page of a place that has something in it from the start.
// "outbox:begun" is told to a form that has words again which were begun on a page before; "outbox:eased", with the
// reason that is over, tells this module that what was refused for it can be sent once more.
// A form with data-outbox="own" looks after its entries itself. What cannot be kept goes as without a script.

import { newKey } from "./keys.js";
import { outboxHere } from "./outbox.js";
import { whenStill } from "./still.js";

const SHOW_AFTER_MS = 700;
const ARRIVE_MS = 1000;
const DRAFT_AFTER_MS = 300;
const TWICE_MS = 1500;
const KEY = "_key";
const TYPED = "textarea, input:not([type]), input[type=text]";

class Unsent {
  constructor(root, outbox) {
    const part = (name) => root.querySelector(`[data-outbox-${name}]`);
    this.root = root;
    this.words = root.dataset;
    this.outbox = outbox;
    this.state = part("state");
    this.panel = part("panel");
    this.list = part("list");
    this.alert = part("alert");
    this.wayIn = part("code");
    this.model = root.querySelector("template");
    this.items = new Map();
    this.arriving = new Map();
    this.editing = new Map();
    this.eased = new Set();
    this.drafting = new Map();
    this.keptAt = new WeakMap();
    this.listen();
    this.bringBack();
    this.draw();
    const place = this.places().find((one) => one.childElementCount > 0);
    if (place) document.dispatchEvent(new CustomEvent("outbox:found", { detail: { place } }));
  }

  listen() {
    const { outbox } = this;
    outbox.addEventListener("change", () => whenStill(() => this.draw()));
    outbox.addEventListener("sent", (event) => whenStill(() => this.sent(event.detail)));
    outbox.addEventListener("refused", (event) => whenStill(() => this.refused(event.detail)));
    document.addEventListener("submit", (event) => this.take(event), { capture: true });
    document.addEventListener("close", () => this.draw(), { capture: true });
    document.addEventListener("close", () => this.keepDrafts(true), { capture: true });
    document.addEventListener("input", (event) => this.begin(event.target));
    document.addEventListener("visibilitychange", () => this.keepDrafts());
    document.addEventListener("outbox:eased", ({ detail }) => this.ease(detail.reason));
    const watching = new MutationObserver(() => whenStill(() => this.look()));
    for (const region of document.querySelectorAll("[data-live-region]")) {
      watching.observe(region, { childList: true, subtree: true });
    }
    window.addEventListener("beforeunload", (event) => {
      // Nobody is there to be asked when a shared device makes room for the next person.
      if ("left" in document.body.dataset) return;
      if (outbox.keeping || (!outbox.lasts && outbox.waiting().length)) event.preventDefault();
    });
    // What lives in this page only must not be left for the code.
    if (!outbox.lasts) this.wayIn.querySelector("a").target = "_blank";
  }

  take(event) {
    const form = event.target;
    if (!form.matches?.("form[data-outbox=card]") || event.defaultPrevented) return;
    if ((event.submitter?.getAttribute("formmethod") ?? form.method) !== "post") return;
    const fields = fieldsOf(form, event.submitter);
    if (fields.some(([, value]) => typeof value !== "string")) return;
    // The second tap of two: the words of the first are on their way.
    if (isEmpty(form) && performance.now() - (this.keptAt.get(form) ?? -TWICE_MS) < TWICE_MS) {
      event.preventDefault();
      return;
    }
    if (!form.checkValidity()) {
      // With a line the server says what is missing, in its own words.
      if (navigator.onLine) return;
      event.preventDefault();
      form.reportValidity();
      return;
    }
    event.preventDefault();
    this.keep(form, event.submitter, fields);
  }

  async keep(form, submitter, fields) {
    const action = new URL(submitter?.getAttribute("formaction") ?? form.action, document.baseURI);
    const former = this.editing.get(form);
    this.tell("");
    this.shownFrom = performance.now() + SHOW_AFTER_MS;
    setTimeout(() => whenStill(() => this.draw()), SHOW_AFTER_MS + 20);
    // At once: whoever types on must not lose it when this one has been kept.
    empty(form);
    this.keptAt.set(form, performance.now());
    try {
      const { pathname } = window.location;
      await this.outbox.put({ action: action.pathname + action.search, key: newKey(), fields, page: pathname });
    } catch {
      if (isEmpty(form)) {
        fill(form, fields);
        form.submit();
        return;
      }
      // The next words are under way already: both stay in the field, for their writer to part.
      const [name, value] = fields.find(([one]) => form.elements[one]?.matches?.(TYPED)) ?? [];
      if (name) setValue(form.elements[name], `${value}\n${form.elements[name].value}`);
      this.tell(this.words.refused);
      return;
    }
    this.keepDraft(form);
    if (former !== undefined) {
      await this.outbox.drop(former);
      if (this.editing.get(form) === former) this.editing.delete(form);
    }
    form.dispatchEvent(new CustomEvent("outbox:kept", { bubbles: true, detail: { fields } }));
  }

  begin(field) {
    const form = field.form;
    if (!form?.matches("form[data-outbox=card]") || !field.matches(TYPED)) return;
    clearTimeout(this.drafting.get(form));
    this.drafting.set(form, setTimeout(() => this.keepDraft(form), DRAFT_AFTER_MS));
  }

  keepDrafts(all = false) {
    for (const form of all ? document.querySelectorAll("form[data-outbox=card]") : [...this.drafting.keys()]) {
      this.keepDraft(form);
    }
  }

  keepDraft(form) {
    clearTimeout(this.drafting.get(form));
    this.drafting.delete(form);
    const open = Boolean(form.closest("dialog")?.open);
    const draft = isEmpty(form) ? null : { fields: fieldsOf(form), open, of: this.editing.get(form) };
    // Where it cannot be kept it stands in its form, as before.
    this.outbox.keepDraft(actionOf(form), draft).catch(() => {});
  }

  async bringBack() {
    // It was sent from the page of its own, where the server had asked for something that was missing.
    const isWritten = new URLSearchParams(window.location.search).get("done") === "written";
    for (const form of document.querySelectorAll("form[data-outbox=card]")) {
      const draft = await this.outbox.draft(actionOf(form)).catch(() => null);
      if (isWritten) await this.outbox.keepDraft(actionOf(form), null).catch(() => {});
      if (isWritten || !draft || !isEmpty(form)) continue;
      fill(form, draft.fields);
      const { open, of } = draft;
      if (this.outbox.entries.some(({ id, refusal }) => id === of && refusal)) this.editing.set(form, of);
      this.draw();
      form.dispatchEvent(new CustomEvent("outbox:begun", { bubbles: true, detail: { open } }));
    }
  }

  // What was refused for this reason alone can be sent now.
  ease(reason) {
    for (const entry of this.outbox.entries) if (entry.refusal === reason) this.eased.add(entry.id);
    if (this.alert.textContent === reason) this.tell("");
    this.draw();
  }

  draw() {
    const { state } = this.outbox;
    const { signedOut, kept, open, sending } = this.words;
    const entries = this.outbox.entries.filter((entry) => formOf(entry)?.dataset.outbox !== "own");
    const waiting = entries.filter((entry) => !entry.refusal).length;
    const isQuick = state === "sending" && !this.halting && performance.now() < (this.shownFrom ?? 0);
    const isSignedOut = state === "signed_out" && this.outbox.waiting().length > 0;
    this.wayIn.hidden = !isSignedOut;
    if (isSignedOut) {
      this.halting = true;
      this.announce(signedOut);
    } else if (waiting === 0) {
      this.halting = false;
    } else if (state === "unanswered") {
      this.halting = true;
      this.announce(this.asked ? this.words.still : this.outbox.lasts ? kept : open);
    } else if (!this.halting || this.asked) {
      this.announce(sending);
    }
    this.drawItems(entries, isQuick);
    const lines = [...this.list.children].some((item) => !item.hidden);
    this.panel.hidden = !lines;
    // What its own card says need not be said twice to those who see it.
    this.state.classList.toggle("vs-sr", !lines && !isSignedOut && Boolean(this.places().length));
  }

  drawItems(entries, isQuick) {
    const inHand = [...this.editing].filter(([form]) => !form.closest("dialog:not([open])")).map(([, id]) => id);
    const shown = entries.filter((entry) => !inHand.includes(entry.id));
    for (const [id, item] of this.items) {
      if (this.arriving.has(id)) item.hidden = performance.now() < (this.shownFrom ?? 0);
      else if (!shown.some((entry) => entry.id === id)) this.remove(id);
    }
    for (const entry of shown) {
      const item = this.items.get(entry.id) ?? this.newItem(entry);
      const place = this.placeOf(entry);
      if (item.parentNode !== place) place.append(item);
      item.hidden = isQuick && !entry.refusal;
      this.drawItem(item, entry);
    }
  }

  drawItem(item, entry) {
    const { still, noteKept, noteOpen, sending } = this.words;
    const part = (name) => item.querySelector(`[data-outbox-${name}]`);
    const { state, lasts } = this.outbox;
    part("reason").textContent = this.reasonOf(entry);
    const waits = this.asked && state === "unanswered" ? still : lasts ? noteKept : noteOpen;
    const isUnderWay = state !== "signed_out" && (!this.halting || (this.asked && state === "sending"));
    part("note").textContent = isUnderWay ? sending : waits;
    part("note").parentNode.hidden = Boolean(entry.refusal);
    part("now").hidden = Boolean(entry.refusal) || !this.halting || state === "signed_out";
    part("edit").hidden = !entry.refusal || !formOf(entry);
    part("drop").hidden = !entry.refusal;
    part("there").hidden = !entry.refusal || !entry.page || entry.page === window.location.pathname;
  }

  reasonOf({ id, refusal, faults }) {
    const { refused, tooOld, eased } = this.words;
    if (this.eased.has(id)) return eased;
    if (["refused", "fault"].includes(refusal)) return faults ? refused : tooOld;
    return refusal;
  }

  newItem(entry) {
    const item = this.model.content.firstElementChild.cloneNode(true);
    const part = (name) => item.querySelector(`[data-outbox-${name}]`);
    part("text").textContent = words(entry) || this.words.ballot;
    part("now").addEventListener("click", () => this.hurry());
    part("edit").addEventListener("click", () => this.edit(entry.id));
    part("drop").addEventListener("click", () => this.drop(entry.id));
    if (entry.page) part("there").href = entry.page;
    const place = this.placeOf(entry);
    const { kind, label } = place.dataset;
    if (label) {
      const icon = place.parentNode.querySelector(".vs-lane__head svg");
      if (kind && icon) part("kind").append(icon.cloneNode(true));
      part("kind").append(label);
      if (kind) item.querySelector(".vs-card").classList.add(`vs-card--${kind}`);
    }
    this.items.set(entry.id, item);
    return item;
  }

  places() {
    return [...document.querySelectorAll("[data-unsent-place]")];
  }

  placeOf({ action, fields }) {
    const lane = fields.find(([name]) => name === "lane")?.[1];
    const fits = ({ dataset }) => dataset.unsentPlace === lane && dataset.unsentAction === action;
    return this.places().find(fits) ?? this.list;
  }

  remove(id) {
    this.items.get(id)?.remove();
    this.items.delete(id);
    this.arriving.delete(id);
  }

  // The page around the entries has changed: a card may have come that was sent from here.
  look() {
    for (const [id, card] of this.arriving) {
      const item = this.items.get(id);
      if (!item?.isConnected || document.querySelector(`[data-live-region] [data-id="${card}"]`)) this.remove(id);
    }
    if ([...this.items.values()].some((item) => !item.isConnected)) this.draw();
  }

  sent({ entry, told }) {
    const form = formOf(entry);
    const isOwn = form?.dataset.outbox === "own";
    this.halting = false;
    this.asked = false;
    this.announce(isOwn ? "" : told.waits ? this.words.waits : this.words.sent);
    if (!isOwn && told.id) this.expect(entry, told);
    (form ?? document).dispatchEvent(new CustomEvent("outbox:sent", { bubbles: true, detail: told }));
  }

  // A card that was sent stays where it is until the board shows it.
  expect(entry, told) {
    const item = this.items.get(entry.id);
    if (!item || item.parentNode === this.list) return;
    this.arriving.set(entry.id, String(told.id));
    item.querySelector(".vs-card").classList.remove("vs-card--unsent");
    item.querySelector("[data-outbox-note]").textContent = told.waits ? this.words.waits : this.words.sent;
    item.querySelector("[data-outbox-now]").hidden = true;
    this.look();
    const ask = () => this.arriving.has(entry.id) && document.dispatchEvent(new Event("live:stale"));
    if (!told.waits) setTimeout(ask, ARRIVE_MS);
  }

  // What came back at once stands in its form again, as on a page that was refused.
  refused({ entry }) {
    const form = formOf(entry);
    if (form?.dataset.outbox === "own") return;
    if (!this.outbox.waiting().length) this.announce("");
    const current = this.outbox.entries.find((one) => one.id === entry.id);
    this.tell(current?.refusal && current.refusal !== "refused" ? current.refusal : this.words.refused);
    if (form && isEmpty(form) && !form.closest("dialog")) this.putBack(entry, form);
  }

  hurry() {
    this.asked = true;
    this.outbox.hurry();
  }

  edit(id) {
    const entry = this.outbox.entries.find((one) => one.id === id);
    const form = entry && formOf(entry);
    if (!form) return;
    if (this.editing.get(form) !== id && !isEmpty(form)) {
      // Neither of the two texts may be lost for the other.
      this.tell(this.words.first);
      const reason = this.items.get(id).querySelector("[data-outbox-reason]");
      reason.textContent = `${this.reasonOf(entry)} ${this.words.first}`;
      return;
    }
    if (this.editing.get(form) !== id) this.putBack(entry, form);
    form.dispatchEvent(new CustomEvent("outbox:edit", { bubbles: true }));
    this.draw();
    form.querySelector(TYPED)?.focus();
  }

  // It is forgotten only when it has been sent again: the page may be left before.
  putBack(entry, form) {
    fill(form, entry.fields);
    this.editing.set(form, entry.id);
    this.draw();
  }

  async drop(id) {
    await this.outbox.drop(id);
    this.tell("");
    this.state.tabIndex = -1;
    this.state.focus({ preventScroll: true });
  }

  announce(text) {
    if (this.state.textContent !== text) this.state.textContent = text;
  }

  tell(text) {
    this.alert.hidden = !text;
    this.alert.textContent = text;
  }
}

// What somebody typed themselves, to be known again by.
function words({ action, fields }) {
  const form = formOf({ action, fields });
  const typed = form ? [...form.querySelectorAll(TYPED)].map((field) => field.name) : ["text"];
  return fields.filter(([name, value]) => typed.includes(name) && value.trim()).map(([, value]) => value).join(" – ");
}

// The form on this page that an entry came from: the same place, and the same in what it does not let be changed.
function formOf({ action, fields }) {
  return [...document.querySelectorAll("form[data-outbox]")].find((form) => {
    const fixed = [...form.querySelectorAll("input[type=hidden]")].filter((input) => input.name !== KEY);
    const given = (input) => fields.some(([name, value]) => name === input.name && value === input.value);
    return actionOf(form) === action && (form.dataset.outbox === "own" || fixed.every(given));
  });
}

function fieldsOf(form, submitter) {
  return [...new FormData(form, submitter)].filter(([name]) => name !== KEY);
}

function actionOf(form) {
  const { pathname, search } = new URL(form.action, document.baseURI);
  return pathname + search;
}

function isEmpty(form) {
  return [...form.querySelectorAll(TYPED)].every((field) => !field.value.trim());
}

function empty(form) {
  for (const field of form.querySelectorAll(TYPED)) {
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function fill(form, fields) {
  const given = (name) => fields.filter(([one]) => one === name).map(([, value]) => value);
  for (const field of form.elements) {
    if (!field.name || field.name === KEY || field.type === "hidden" || field.type === "submit") continue;
    const values = given(field.name);
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
    else if (values.length) setValue(field, values[0]);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// A list that no longer has it keeps what is chosen.
function setValue(field, value) {
  if (!field.options || [...field.options].some((option) => option.value === value)) field.value = value;
}

/** Take over the forms of this page, and send what earlier pages have left. */
export async function start(root) {
  new Unsent(root, await outboxHere());
  root.dataset.outboxReady = "";
}
