// A page about now: reads itself again when something begins or ends (data-again, in seconds), and shows it
// if it says something else (data-state). Without a script there is a link that loads the page again.

const SPREAD_MS = 4000;
const RETRY_S = 30;

export function start(root) {
  const region = () => root.querySelector("[data-now-region]");
  let timer = 0;
  let due = 0;

  const plan = (seconds, spread) => {
    clearTimeout(timer);
    due = Date.now() + seconds * 1000;
    timer = setTimeout(read, seconds * 1000 + Math.random() * spread);
  };

  const show = (fresh) => {
    const before = region();
    const after = fresh.querySelector("[data-now-region]");
    const changed = fresh.dataset.state !== root.dataset.state;
    if (!after) return;
    if (!changed && before.dataset.nowAlways === undefined) {
      // Nothing has begun or ended: only the words about the time, so that nobody loses their place.
      for (const text of before.querySelectorAll("[data-now-text]")) {
        const now = after.querySelector(`[data-now-text="${text.dataset.nowText}"]`);
        if (now) text.textContent = now.textContent;
      }
      return;
    }
    const held = before.contains(document.activeElement);
    if (changed) root.replaceChildren(...fresh.children);
    else before.replaceWith(after);
    root.dataset.state = fresh.dataset.state;
    if (held) region().focus({ preventScroll: true });
    const news = root.querySelector("[data-now-news]");
    // A live region is read aloud only when it changes after it is there.
    if (news && changed) setTimeout(() => (news.textContent = region().dataset.news), 100);
  };

  async function read() {
    try {
      const answer = await fetch(window.location.pathname, {
        headers: { Accept: "text/html" },
        credentials: "same-origin",
        redirect: "error",
      });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-again]");
      show(fresh);
      plan(Number(fresh.dataset.again), root.dataset.state === "screen" ? 0 : SPREAD_MS);
    } catch {
      // The line is bad, or the session has ended: the page stays as it is and the link still works.
      plan(RETRY_S, SPREAD_MS);
    }
  }

  plan(Number(root.dataset.again), root.dataset.state === "screen" ? 0 : SPREAD_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && Date.now() > due) read();
  });
}
