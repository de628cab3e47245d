// Shows how far long work is, and loads the page when it is done. Without it there is a link that does so.

const PAUSE_MS = 1000;

/** `element` shows work; data-url is the page on which it stands as long as there is any. */
export function start(element) {
  const bar = element.querySelector("progress");
  const text = element.querySelector("[data-progress-text]");

  async function look() {
    try {
      const answer = await fetch(element.dataset.url);
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const now = page.querySelector("[data-progress]");
        if (!now) {
          location.reload();
          return;
        }
        bar.max = now.querySelector("progress").max;
        bar.value = now.querySelector("progress").value;
        text.textContent = now.querySelector("[data-progress-text]").textContent;
      }
    } catch {
      // Without a line the next look tells.
    }
    setTimeout(look, PAUSE_MS);
  }

  setTimeout(look, PAUSE_MS);
}
