// Enter sends the line and gives it free at once: whoever types need not wait for the page.
//
// Lines are sent one after the other in the order in which they were typed, each with a key of its own.
// The answer is the page without a script; its list replaces ours. What is refused stays in sight.

import { newKey } from "../core/keys.js";

export function start(root) {
  const form = root.querySelector("form");
  const text = form.elements.text;
  const waiting = root.querySelector("[data-waiting]");
  const refused = root.querySelector("[data-refused]");
  const queue = [];
  let busy = false;

  form.addEventListener("submit", (event) => {
    if (!text.value.trim()) return;
    event.preventDefault();
    moveLane();
    if (!text.value.trim()) return;
    enqueue(new FormData(form));
    text.value = "";
    text.focus();
  });
  addEventListener("beforeunload", (event) => {
    if (queue.length || refused.children.length) event.preventDefault();
  });

  // “/2” moves on at once, so that the next line finds its column although this one is still on its way.
  function moveLane() {
    const found = /^\s*\/(\d)(\s+|$)/.exec(text.value);
    const lane = found && form.querySelectorAll("input[name=lane]")[Number(found[1]) - 1];
    if (!lane) return;
    lane.checked = true;
    text.value = text.value.slice(found[0].length);
  }

  function enqueue(data) {
    data.set("_key", newKey());
    data.delete("_again");
    queue.push(data);
    send();
  }

  async function send() {
    if (busy) return;
    busy = true;
    while (queue.length) {
      tell();
      await one(queue[0]);
      queue.shift();
    }
    busy = false;
    tell();
  }

  async function one(data) {
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data), redirect: "follow" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const list = page.querySelector("[data-part=latest]");
      if (answer.ok && answer.redirected && list) {
        const shown = root.querySelector("[data-part=latest]");
        shown.replaceChildren(...list.childNodes);
        forgive();
        return;
      }
      const errors = [...page.querySelectorAll("[data-error-summary] li, [data-error-summary] h2")];
      const why = errors.pop() || page.querySelector("h1");
      refuse(data, why ? why.textContent.trim() : "");
    } catch {
      refuse(data, refused.dataset.lost);
    }
  }

  // What the page said of an earlier line is over once a line is kept.
  function forgive() {
    for (const said of root.querySelectorAll("[data-error-summary], .vs-error")) said.remove();
    text.removeAttribute("aria-invalid");
  }

  function refuse(data, why) {
    const item = document.createElement("li");
    const words = document.createElement("p");
    const mark = document.createElement("strong");
    const said = document.createElement("bdi");
    const reason = document.createElement("p");
    const again = document.createElement("button");
    mark.textContent = `${refused.dataset.word} `;
    said.textContent = data.get("text");
    words.append(mark, said);
    reason.textContent = why;
    again.type = "button";
    again.className = "kern-btn kern-btn--secondary vs-btn--small";
    again.textContent = refused.dataset.again;
    again.addEventListener("click", () => {
      item.remove();
      // With the same key: should the first one have arrived after all, there is still only one card.
      queue.push(data);
      text.focus();
      send();
    });
    item.append(words, reason, again);
    refused.append(item);
    tell();
  }

  function tell() {
    waiting.textContent = waiting.dataset.waiting.replace("{n}", String(queue.length));
    waiting.hidden = queue.length < 2;
    refused.hidden = !refused.children.length;
  }
}
