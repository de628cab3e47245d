// Between pressing something and letting it go nothing may come or go on the page: a button that moves away from under
// the finger is not pressed. Whatever changes the page by itself asks here first.

// A press that becomes no click is over after that.
const CLICK_MS = 100;
let held = null;
let letting = 0;

function press() {
  clearTimeout(letting);
  held ??= [];
}

function go() {
  clearTimeout(letting);
  const changes = held ?? [];
  held = null;
  for (const change of changes) change();
}

function release() {
  clearTimeout(letting);
  letting = setTimeout(go, CLICK_MS);
}

document.addEventListener("pointerdown", press, { capture: true, passive: true });
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, release, { capture: true, passive: true });
}
window.addEventListener("blur", release);
window.addEventListener("click", go);

/** Do `change` now, or as soon as nothing is pressed, in the order asked for. */
export function whenStill(change) {
  if (held) held.push(change);
  else change();
}
