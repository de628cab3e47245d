// Counts what is ticked in the queue and ticks a whole page without asking for it anew.

export function start(form) {
  const boxes = [...form.querySelectorAll("input[name=chosen]")];
  const everything = form.querySelector("input[name=everything]");
  const told = form.querySelector("[data-chosen]");
  const toggle = form.querySelector("[data-tick-page]");
  const count = () => boxes.filter((box) => box.checked).length;

  function tell() {
    const number = everything?.checked ? everything.dataset.total : String(count());
    told.textContent = told.dataset.words.replace("{n}", number);
    form.toggleAttribute("data-any", number !== "0");
  }

  toggle?.addEventListener("click", (event) => {
    event.preventDefault();
    const wanted = count() < boxes.length;
    for (const box of boxes) box.checked = wanted;
    tell();
  });
  form.addEventListener("change", tell);
  told.hidden = false;
  tell();
}
