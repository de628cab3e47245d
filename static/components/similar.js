// Tells whoever writes what has been said already, after a pause, without ever being in the way.

const PAUSE_MS = 700;
const SHORTEST = 12;

/**
 * `element` is empty, polite and carries data-url, which ends with the kind; the text field of the same form is what
 * is looked at, and what is chosen as its kind goes before the one in the address.
 */
export function start(element) {
  const form = element.closest("form");
  const input = form?.querySelector("textarea");
  if (!input) return;
  let timer = 0;
  let asked = "";
  let running = null;

  function address() {
    const kind = form.querySelector("input[name=kind]:checked")?.value;
    return kind ? element.dataset.url.replace(/[^/]+$/, kind) : element.dataset.url;
  }

  async function look() {
    const words = input.value.trim();
    if (words === asked) return;
    asked = words;
    running?.abort();
    if (!navigator.onLine) {
      asked = "";
      return;
    }
    if (words.length < SHORTEST) {
      element.replaceChildren();
      return;
    }
    running = new AbortController();
    try {
      const answer = await fetch(address(), {
        method: "POST",
        body: new URLSearchParams({ text: words }),
        signal: running.signal,
      });
      // Whatever else comes back, a sign-in or a fault, is none of the writer's business now.
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector(".vs-similar");
      if (found?.textContent !== element.textContent) element.replaceChildren(...(found ? [found] : []));
    } catch {
      // Without a line nothing is said; the words stay where they are, and the next pause asks again.
      if (asked === words) asked = "";
    }
  }

  function wait() {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  }

  input.addEventListener("input", wait);
  form.addEventListener("change", (event) => {
    if (event.target.name !== "kind") return;
    asked = "";
    wait();
  });
  if (input.value.trim()) look();
}
