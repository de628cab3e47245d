// Beside a text: putting the number of an entry where one writes, and finding entries in the list.

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/ß/g, "ss").toLowerCase();

function insert(area, number) {
  const { selectionEnd: at, value } = area;
  const gap = at > 0 && !/\s$/.test(value.slice(0, at)) ? " " : "";
  area.focus();
  area.setSelectionRange(at, at);
  const words = `${gap}(${number})`;
  // The only way that leaves the browser's own undo whole; where it is missing the text is put in as it is.
  if (!document.execCommand("insertText", false, words)) area.setRangeText(words, at, at, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/** `aside` lists entries; data-text is the id of the field their numbers are put into. */
export function start(aside) {
  const area = document.getElementById(aside.dataset.text);
  for (const button of aside.querySelectorAll("[data-insert]")) {
    button.hidden = false;
    button.addEventListener("click", () => insert(area, button.dataset.insert));
  }
  const search = aside.querySelector("[data-find]");
  const nothing = aside.querySelector("[data-nothing]");
  const entries = [...aside.querySelectorAll("[data-entry]")].map((entry) => [entry, fold(entry.textContent)]);
  search.hidden = false;
  search.querySelector("input").addEventListener("input", (event) => {
    const words = fold(event.target.value).split(/\s+/).filter(Boolean);
    let found = 0;
    for (const [entry, text] of entries) {
      entry.hidden = !words.every((word) => text.includes(word));
      if (!entry.hidden) found += 1;
    }
    nothing.hidden = found > 0;
  });
}
