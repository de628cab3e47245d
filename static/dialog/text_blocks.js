// Turns the list of texts to use again into buttons: one press puts the text where the cursor stands.

export function start(element) {
  const area = document.getElementById(element.dataset.target);
  const select = element.querySelector("select");
  if (!area || !select) return;
  const buttons = document.createElement("div");
  buttons.className = "vs-row vs-row--tight";
  buttons.setAttribute("role", "group");
  buttons.setAttribute("aria-label", element.dataset.label);
  for (const option of select.options) {
    if (!option.dataset.text) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "kern-btn kern-btn--secondary vs-btn--small";
    const label = document.createElement("span");
    label.className = "kern-label";
    label.textContent = option.text;
    button.append(label);
    button.addEventListener("click", () => insert(area, option.dataset.text));
    buttons.append(button);
  }
  // What was chosen without us is sent as before.
  if (select.value) insert(area, select.selectedOptions[0].dataset.text);
  select.value = "";
  for (const child of [...element.children]) child.hidden = true;
  element.append(buttons);
}

function insert(area, text) {
  const before = area.value.slice(0, area.selectionStart);
  const after = area.value.slice(area.selectionEnd);
  const gap = before && !/\s$/.test(before) ? "\n\n" : "";
  area.value = before + gap + text + after;
  const at = (before + gap + text).length;
  area.focus();
  area.setSelectionRange(at, at);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
