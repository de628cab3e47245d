// Dots without waiting for a new page: each press changes the ballot here and gives it whole to the outbox, where the
// last state wins and outlives the page. What is not saved yet is said so; what is refused is taken back.
//
// With the ballot goes every state of it that this page knows of, so that the server finds out when it was changed in
// another window; then what is saved is read again. After the end the result stands above the ballot.

import { newKey } from "../core/keys.js";
import { outboxHere } from "../core/outbox.js";

const MOST_SEEN = 60;

// A ballot in one word, as `dialog.uniting.written` makes it.
function written(pairs) {
  const given = pairs.map(([name, points]) => [Number(name.slice("item-".length)), Number(points)]);
  const kept = given.filter(([, points]) => points > 0).sort(([one], [other]) => one - other);
  return kept.map(([item, points]) => `${item}.${points}`).join("_");
}

const ofItems = (fields) => fields.filter(([name]) => name.startsWith("item-"));

class Ballot {
  constructor(form) {
    this.form = form;
    this.dots = Number(form.dataset.dots);
    this.most = Number(form.dataset.most);
    this.state = form.querySelector("[data-ballot-state]");
    this.place = new URL(form.action, document.baseURI).pathname;
    this.putting = 0;
    this.refused = false;
    this.over = false;
    this.seen = [form.elements.seen?.value ?? ""];
    form.addEventListener("submit", (event) => this.press(event));
    this.watch(document.querySelector("[data-poll-status]")?.parentElement);
    this.opening = outboxHere();
    this.opening.then((outbox) => this.follow(outbox));
  }

  inputs() {
    return [...this.form.querySelectorAll("[data-item] input")];
  }

  // The poll's state is a live region of the page: core/live draws it anew, and there it says that the poll is over.
  watch(region) {
    if (!region) return;
    this.result = region.closest("[data-module~='core/live']") ?? region;
    const look = () => {
      const status = region.querySelector("[data-poll-status]")?.dataset.pollStatus;
      if (!this.over && ["closed", "published"].includes(status)) this.end();
    };
    new MutationObserver(look).observe(region, { childList: true });
    look();
  }

  end() {
    this.over = true;
    this.draw();
    const { form, result } = this;
    if (form.compareDocumentPosition(result) & Node.DOCUMENT_POSITION_FOLLOWING) form.before(result);
    if (!this.isWaiting() && !this.refused) this.say(this.form.dataset.over);
  }

  left() {
    return this.dots - this.inputs().reduce((sum, input) => sum + Number(input.value), 0);
  }

  press(event) {
    const button = event.submitter;
    if (!button || button.name !== "step") return;
    event.preventDefault();
    event.stopPropagation();
    const input = button.closest("[data-item]").querySelector("input");
    const next = Number(input.value) + (button.value.startsWith("plus-") ? 1 : -1);
    if (next < 0 || next > this.most || (next > Number(input.value) && this.left() <= 0)) return;
    input.value = String(next);
    this.draw();
    this.send();
  }

  draw() {
    const active = this.form.contains(document.activeElement) ? document.activeElement : null;
    const left = this.left();
    this.form.querySelector("[data-ballot-left]").textContent = this.form.dataset.left.replace("{left}", left);
    [...this.form.querySelectorAll("[data-ballot-dots] .vs-dot")].forEach((dot, n) => {
      dot.classList.toggle("vs-dot--on", n < left);
    });
    for (const group of this.form.querySelectorAll("[data-item]")) {
      const given = Number(group.querySelector("input").value);
      const [minus, plus] = group.querySelectorAll("button");
      minus.disabled = this.over || given <= 0;
      plus.disabled = this.over || given >= this.most || left <= 0;
      const spoken = group.querySelector("[data-given]");
      spoken.textContent = spoken.dataset.given.replace("{given}", given);
      [...group.querySelectorAll(".vs-dot")].forEach((dot, n) => dot.classList.toggle("vs-dot--on", n < given));
    }
    if (active?.disabled) {
      // The keyboard must not lose its place when a button has done all it can.
      this.state.tabIndex = -1;
      const other = active.closest("[data-item]").querySelector("button:not(:disabled)");
      (other ?? this.state).focus({ preventScroll: true });
    }
  }

  takeBack() {
    for (const input of this.inputs()) input.value = input.dataset.saved;
    this.draw();
  }

  async send() {
    this.refused = false;
    this.putting += 1;
    this.say(this.form.dataset.saving);
    const points = this.inputs().map((input) => [input.name, input.value]);
    const fields = [...points, ["seen", this.seen.join(",")]];
    this.see(points);
    try {
      const outbox = await this.opening;
      await outbox.put({ action: this.place, key: newKey(), fields, last: true });
    } catch {
      // What cannot be kept goes as without a script.
      this.form.submit();
    } finally {
      this.putting -= 1;
    }
    this.tell();
  }

  follow(outbox) {
    this.outbox = outbox;
    outbox.addEventListener("change", () => this.tell());
    outbox.addEventListener("sent", ({ detail }) => detail.entry.action === this.place && this.arrived(detail.entry));
    outbox.addEventListener("refused", ({ detail }) => detail.entry.action === this.place && this.refuse(detail.entry, detail.told));
    const kept = this.kept();
    for (const entry of kept) this.see(entry.fields);
    for (const entry of kept.filter((one) => one.refusal)) this.refuse(entry);
    const latest = kept.filter((entry) => !entry.refusal).pop();
    // An earlier page has left it; what has been pressed meanwhile is later.
    if (latest && !this.putting) this.show(Object.fromEntries(latest.fields));
    this.tell();
  }

  kept() {
    return this.outbox?.entries.filter((entry) => entry.action === this.place) ?? [];
  }

  // Whether what is shown has not been answered yet.
  isWaiting() {
    return this.putting > 0 || this.kept().some((entry) => !entry.refusal);
  }

  show(values) {
    for (const input of this.inputs()) input.value = values[input.name] ?? input.value;
    this.draw();
  }

  tell() {
    if (!this.isWaiting()) return;
    const { saving, failed } = this.form.dataset;
    const halts = ["unanswered", "signed_out"].includes(this.outbox?.state);
    if (halts) this.say(failed);
    else if (this.state.textContent !== failed) this.say(saving);
  }

  arrived({ fields }) {
    const sent = Object.fromEntries(fields);
    this.see(fields);
    for (const input of this.inputs()) input.dataset.saved = sent[input.name] ?? input.dataset.saved;
    if (this.isWaiting()) return;
    this.takeBack();
    this.say(this.over ? this.form.dataset.over : this.form.dataset.saved);
  }

  refuse({ id, refusal }, told) {
    const sentence = told?.sentence || refusal || this.kept().find((entry) => entry.id === id)?.refusal;
    const isKnown = sentence && !["refused", "fault"].includes(sentence);
    this.outbox.drop(id);
    if (this.isWaiting()) return;
    this.refused = true;
    if (told?.code === "stale") this.readAgain();
    else this.takeBack();
    this.say(isKnown ? sentence : this.form.dataset.refused);
  }

  see(fields) {
    this.seen = [...this.seen, written(ofItems(fields))].slice(-MOST_SEEN);
  }

  // What is saved by now, after a change that this page knew nothing of.
  async readAgain() {
    const page = await fetch(window.location.href, { credentials: "same-origin" }).then((answer) => answer.text()).catch(() => "");
    const there = new DOMParser().parseFromString(page, "text/html");
    for (const input of this.inputs()) {
      input.dataset.saved = there.querySelector(`[data-item] input[name="${input.name}"]`)?.dataset.saved ?? input.dataset.saved;
    }
    this.see(this.inputs().map((input) => [input.name, input.dataset.saved]));
    this.takeBack();
  }

  say(text) {
    if (this.state.textContent !== text) this.state.textContent = text;
  }
}

/** Take over the buttons of a ballot's form. */
export function start(form) {
  new Ballot(form);
}
