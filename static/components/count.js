// Counts the characters of a text field while one types. The sentences come from the page, in its language.

const SPEAK_AFTER_MS = 1000;

/** `element` wraps a textarea and carries data-left, data-over (with {n} for the number) and data-limit. */
export function start(element) {
  const input = element.querySelector("textarea, input");
  const shown = element.querySelector("[data-count]");
  const spoken = element.querySelector("[data-count-spoken]");
  if (!input || !shown || !spoken) return;
  const limit = Number(element.dataset.limit);
  const format = new Intl.NumberFormat(document.documentElement.lang);
  // The browser would cut a long paste without a word; with a counter we let it stand and say so.
  input.removeAttribute("maxlength");
  let timer = 0;

  function sentence() {
    // Counted as the server counts: by characters, a line break as one.
    const left = limit - [...input.value].length;
    const pattern = left < 0 ? element.dataset.over : element.dataset.left;
    shown.classList.toggle("vs-count--over", left < 0);
    return pattern.replace("{n}", format.format(Math.abs(left)));
  }

  function update() {
    shown.textContent = sentence();
    clearTimeout(timer);
    // Spoken only after a pause and only near the end, so that nobody is interrupted while typing.
    timer = setTimeout(() => {
      const near = limit - [...input.value].length < limit / 5;
      spoken.textContent = near ? shown.textContent : "";
    }, SPEAK_AFTER_MS);
  }

  input.addEventListener("input", update);
  shown.textContent = sentence();
}
