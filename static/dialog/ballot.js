// Dots without waiting for a new page: each press changes the ballot here and sends it whole. Sendings follow one
// another, and the last state wins; what is not saved yet is said so and tried again. What is refused is taken back.

import { newKey } from "../core/keys.js";

const RETRY_MS = 2000;

class Ballot {
  constructor(form) {
    this.form = form;
    this.dots = Number(form.dataset.dots);
    this.most = Number(form.dataset.most);
    this.state = form.querySelector("[data-ballot-state]");
    this.sending = false;
    this.wanted = null;
    this.refused = false;
    this.over = false;
    form.addEventListener("submit", (event) => this.press(event));
    this.watch(document.querySelector("[data-poll-status]")?.parentElement);
    window.addEventListener("beforeunload", (event) => {
      if (this.wanted || this.sending) event.preventDefault();
    });
  }

  inputs() {
    return [...this.form.querySelectorAll("[data-item] input")];
  }

  // The poll's state is a live region of the page: core/live draws it anew, and there it says that the poll is over.
  watch(region) {
    if (!region) return;
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
    if (!this.sending && !this.refused) this.say(this.form.dataset.over);
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
    const body = new URLSearchParams();
    for (const input of this.inputs()) body.set(input.name, input.value);
    this.wanted = { body, key: newKey() };
    if (this.sending) return;
    this.sending = true;
    this.refused = false;
    this.say(this.form.dataset.saving);
    let unanswered = null;
    while (this.wanted) {
      // What got no answer may still arrive, even after what is sent next: it is sent again under its own key
      // until it is answered, and only then what has been pressed meanwhile.
      const now = unanswered ?? this.wanted;
      const { body: sent, key } = now;
      try {
        const answer = await fetch(this.form.action, {
          method: "POST",
          body: sent,
          headers: { Accept: "application/json", "Idempotency-Key": key },
        });
        if (answer.ok) {
          unanswered = null;
          for (const input of this.inputs()) input.dataset.saved = sent.get(input.name);
          if (this.wanted === now) this.wanted = null;
        } else if (answer.status === 503 || answer.status === 429) {
          throw new Error("busy");
        } else {
          this.wanted = null;
          this.sending = false;
          if (answer.status === 403) {
            // The session is over. The page that comes now keeps the points and shows the way back in.
            this.form.submit();
            return;
          }
          this.refused = true;
          this.takeBack();
          const told = await answer.json().catch(() => null);
          this.say(told?.sentence ?? this.form.dataset.failed);
          return;
        }
      } catch {
        unanswered = now;
        this.say(this.form.dataset.failed);
        await new Promise((done) => setTimeout(done, RETRY_MS));
      }
    }
    this.sending = false;
    this.say(this.over ? this.form.dataset.over : this.form.dataset.saved);
  }

  say(text) {
    this.state.textContent = text;
  }
}

/** Take over the buttons of a ballot's form. */
export function start(form) {
  new Ballot(form);
}
