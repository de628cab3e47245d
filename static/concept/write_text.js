// Writing a section: a toolbar for Markdown, a warning before unsaved words are left, and a sign that one writes here.

import { newKey } from "../core/keys.js";

const SIGN_EVERY_MS = 30_000;

// What a tool puts around or before the chosen words.
const AROUND = { bold: ["**", "**"], italic: ["*", "*"], link: ["[", "](https://)"] };
const BEFORE = { heading: "## ", items: "* ", quote: "> " };

class Editor {
  constructor(form) {
    this.form = form;
    this.area = form.querySelector("textarea");
    this.saved = form.dataset.unsaved ? null : this.area.value;
    this.revision = Number(form.elements.based_on.value);
    // The name of this window's latest sign; a later one of the same person is from another window.
    this.last = "";
    this.tools();
    this.guard();
    this.sign();
    setInterval(() => this.sign(), SIGN_EVERY_MS);
    addEventListener("pagehide", () => this.sign(true));
  }

  // -- the toolbar: one stop for the Tab key, arrows inside, as toolbars have it

  tools() {
    const bar = this.form.querySelector("[role=toolbar]");
    const buttons = [...bar.querySelectorAll("button")];
    bar.hidden = false;
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("[data-tool]");
      if (button) this.use(button);
    });
    bar.addEventListener("keydown", (event) => {
      const at = buttons.indexOf(document.activeElement);
      const isRightToLeft = getComputedStyle(bar).direction === "rtl";
      const forward = isRightToLeft ? "ArrowLeft" : "ArrowRight";
      const back = isRightToLeft ? "ArrowRight" : "ArrowLeft";
      const next = { [forward]: at + 1, [back]: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
      if (at < 0 || next === undefined) return;
      event.preventDefault();
      const target = buttons[(next + buttons.length) % buttons.length];
      for (const button of buttons) button.tabIndex = button === target ? 0 : -1;
      target.focus();
    });
    this.area.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      const name = { b: "bold", i: "italic" }[event.key.toLowerCase()];
      if (!name) return;
      event.preventDefault();
      this.use(buttons.find((button) => button.dataset.tool === name));
    });
  }

  use(button) {
    const { tool, words, columns } = button.dataset;
    const { selectionStart: start, selectionEnd: end, value } = this.area;
    const chosen = value.slice(start, end);
    if (AROUND[tool]) {
      const [open, close] = AROUND[tool];
      this.put(start, end, open + (chosen || words) + close);
      const from = start + open.length;
      // Of a link the address is written next, of everything else the words.
      const isLink = tool === "link" && chosen;
      const at = from + (chosen || words).length;
      if (isLink) this.area.setSelectionRange(at + 2, at + close.length - 1);
      else this.area.setSelectionRange(from, at);
    } else if (BEFORE[tool]) {
      const first = value.lastIndexOf("\n", start - 1) + 1;
      const lines = value.slice(first, end) || words;
      const gap = first > 0 && !value.slice(0, first).endsWith("\n\n") ? "\n" : "";
      this.put(first, end, gap + lines.split("\n").map((line) => BEFORE[tool] + line).join("\n"));
    } else {
      const gap = start === 0 || value.slice(0, start).endsWith("\n\n") ? "" : "\n\n";
      const row = `| ${columns} 1 | ${columns} 2 |`;
      this.put(start, end, `${gap}${row}\n| --- | --- |\n| ${words} | ${words} |\n\n${chosen}`);
    }
  }

  put(start, end, text) {
    this.area.focus();
    this.area.setSelectionRange(start, end);
    // The only way that leaves the browser's own undo whole; where it is missing the text is put in as it is.
    if (!document.execCommand("insertText", false, text)) this.area.setRangeText(text, start, end, "end");
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // -- nothing gets lost unnoticed

  guard() {
    let isSending = false;
    this.form.addEventListener("submit", (event) => {
      const length = [...this.area.value].length;
      const limit = Number(this.form.dataset.limit);
      const told = this.form.querySelector("[data-told]");
      told.hidden = length <= limit;
      isSending = length <= limit;
      if (isSending) return;
      event.preventDefault();
      event.stopPropagation();
      const format = new Intl.NumberFormat(document.documentElement.lang);
      told.textContent = this.form.dataset.tooLong
        .replace("{n}", format.format(length))
        .replace("{max}", format.format(limit));
    });
    addEventListener("pageshow", () => (isSending = false));
    addEventListener("beforeunload", (event) => {
      if (!isSending && this.area.value !== this.saved) event.preventDefault();
    });
  }

  // -- who writes where

  async sign(left = false) {
    const body = new URLSearchParams({ _key: newKey(), left: left ? "1" : "", last: this.last });
    try {
      const answer = await fetch(this.form.dataset.here, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        keepalive: left,
      });
      if (left || !answer.ok) return;
      const { others, elsewhere, sign, revision } = await answer.json();
      this.last = sign;
      this.form.querySelector("[data-others]").hidden = !others;
      this.form.querySelector("[data-elsewhere]").hidden = !elsewhere;
      this.form.querySelector("[data-saved]").hidden = revision === this.revision;
    } catch {
      // Without a line nobody sees that we write; the text is not touched by that.
    }
  }
}

/** `form` holds the textarea; data-here is the address of the signs, data-limit the most characters. */
export function start(form) {
  new Editor(form);
}
