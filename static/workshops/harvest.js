// The harvest by keyboard. Every key presses a button that is on the page, so that there is one way to do it.

export function start(page) {
  const form = page.querySelector("[data-harvest]");
  const wording = form?.querySelector("[data-wording]");
  const undo = page.querySelector("form[data-undo]");
  const before = wording?.value;
  const keys = page.querySelector("[data-keys]");
  if (keys) keys.hidden = false;

  const press = (selector) => page.querySelector(selector)?.click();

  // Whoever is typing takes back letters with this key, not cards.
  function isTyping() {
    const one = document.activeElement;
    if (one === wording) return wording.value !== before;
    return one instanceof HTMLTextAreaElement || one instanceof HTMLInputElement ? one.value !== one.defaultValue : false;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key === "Enter" && form) {
      event.preventDefault();
      press("[data-confirm]");
    } else if (command && !event.shiftKey && event.key.toLowerCase() === "z" && undo && !isTyping()) {
      event.preventDefault();
      undo.requestSubmit();
    } else if (event.altKey && !command && form) {
      const place = event.code.match(/^(?:Digit|Numpad)([1-4])$/)?.[1];
      const wanted = { KeyM: "[data-join]", KeyL: "[data-later]" }[event.code];
      if (place) {
        const choice = form.querySelectorAll("input[name=kind]")[place - 1];
        choice.checked = true;
        choice.focus();
      } else if (wanted) {
        press(wanted);
      } else {
        return;
      }
      event.preventDefault();
    }
  });

  if (wording && !document.querySelector("[data-error-summary]") && !("ontouchstart" in window)) {
    wording.focus({ preventScroll: true });
  }
}
