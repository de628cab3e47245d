// Starts the small modules that a page asks for: data-module="package/name" loads static/package/name.js and
// calls its start(element). A page works without any of them; <html data-ready> says that all have started.

const started = new WeakMap();
let starting = 0;

function tellReady() {
  document.documentElement.toggleAttribute("data-ready", starting === 0);
}

async function start(element, name) {
  const done = started.get(element) ?? new Set();
  if (done.has(name)) return;
  started.set(element, done.add(name));
  starting += 1;
  // Relative to this file, so that the address carries the same version.
  const module = await import(new URL(`../${name}.js`, import.meta.url));
  module.start(element);
  starting -= 1;
  tellReady();
}

/** Start every module named inside `root`; pages that change a region call it again for the new part. */
export function enhance(root) {
  const elements = [...root.querySelectorAll("[data-module]")];
  if (root instanceof Element && root.matches("[data-module]")) elements.unshift(root);
  for (const element of elements) {
    for (const name of element.dataset.module.split(/\s+/).filter(Boolean)) start(element, name);
  }
  tellReady();
}

// A second tap while the first is under way sends nothing, unless its button leads elsewhere. No control is
// disabled, so nothing loses its focus; the key in the form guards the rest.
const RESEND_AFTER_MS = 8000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method === "get" || event.defaultPrevented) return;
  // A button that only closes the dialog around its form sends nothing.
  if (event.submitter?.formMethod === "dialog") return;
  const now = performance.now();
  const target = event.submitter?.formAction ?? form.action;
  const isSame = (form.dataset.sentTo ?? target) === target;
  if (isSame && now - Number(form.dataset.sentAt ?? -RESEND_AFTER_MS) < RESEND_AFTER_MS) {
    event.preventDefault();
    return;
  }
  form.dataset.sentAt = String(now);
  form.dataset.sentTo = target;
});

// Back out of the cache brings the form as it was left: it may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sentAt;
});

// Back brings what was typed but a fresh form around it, and sending that would make a second entry. So the entry
// of the history remembers the number of each form; a form that asks something else by now keeps its own.
// On a shared device nothing is remembered: the next person could go back to it.
const isShared = document.body.dataset.idle !== undefined;
const numbers = isShared ? {} : (history.state?.numbers ?? {});
const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
for (const key of document.querySelectorAll("form input[name=_key]")) {
  const fixed = [...key.form.querySelectorAll("input[type=hidden]")].filter((input) => input !== key);
  const asks = [key.form.action, ...fixed.map((input) => `${input.name}=${input.value}`)].join(" ");
  if (isBack && numbers[asks]) key.value = numbers[asks];
  numbers[asks] = key.value;
}
if (!isShared && Object.keys(numbers).length) history.replaceState({ ...history.state, numbers }, "");

// One open menu at a time, and Escape closes it where the keyboard is.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// The summary of errors takes the focus, so that screen readers begin with what is to be mended.
document.querySelector("[data-error-summary]")?.focus();

enhance(document);
