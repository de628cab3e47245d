// The control room: says how long ago and how long still, in place of the time of day, and shows a group as
// silent when nobody has written for a while, which no message from the server would tell.

import { counted, serverTime, setClock } from "./clock.js";

const TICK_MS = 5000;
const MINUTE_MS = 60000;

export function start(root) {
  setClock(root.dataset.now);

  const tick = () => {
    const now = serverTime();
    const minutes = (iso) => Math.max(0, Math.floor((now - Date.parse(iso)) / MINUTE_MS));
    for (const span of root.querySelectorAll("[data-since]")) {
      const waited = minutes(span.dataset.since);
      put(span, waited ? ` (${counted(span, "since", waited)})` : "");
    }
    for (const span of root.querySelectorAll("[data-ago]")) {
      const past = minutes(span.dataset.ago);
      put(span, past ? counted(span, "ago", past) : span.dataset.agoNow);
    }
    for (const span of root.querySelectorAll("[data-due]")) {
      const left = Math.ceil((Date.parse(span.dataset.due) - now) / MINUTE_MS);
      put(span, left > 0 ? counted(span, "due", left) : span.dataset.dueOver);
    }
    for (const tag of root.querySelectorAll("[data-silent-from]")) {
      const silent = now >= Date.parse(tag.dataset.silentFrom);
      tag.hidden = !silent;
      const fine = tag.parentElement.querySelector("[data-fine]");
      if (fine) fine.hidden = silent;
    }
  };

  tick();
  setInterval(tick, TICK_MS);
  // A region that was read again says the time of day.
  new MutationObserver(tick).observe(root, { childList: true, subtree: true });
}

// Writing the same text again would wake the observer for ever.
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
