// A device that several people use: goes back to its first page when nobody is there, and asks before it does.
// Nothing is kept in the browser. The server ends the session by itself, too; this only clears the screen.

const ASK_BEFORE_MS = 60000;
const TELL_EVERY_MS = 120000;

export function start(body) {
  // A page that the browser had put aside whole is somebody else's by now.
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
  const idle = Number(body.dataset.idle) * 1000;
  if (!idle) return;
  const { stay } = body.dataset;
  // Browsers before 2022 have no dialogs; they go back without asking.
  const dialog = document.querySelector("dialog.vs-still");
  const leave = document.querySelector("form.vs-leave");
  let seen = Date.now();
  let told = Date.now();

  const here = () => {
    seen = Date.now();
    if (dialog.open) dialog.close();
    if (!stay || seen - told < TELL_EVERY_MS) return;
    told = seen;
    fetch(stay, { method: "POST", credentials: "same-origin" }).catch(() => {});
  };
  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) {
    document.addEventListener(kind, () => dialog.open || here(), { passive: true, capture: true });
  }
  dialog.querySelector("button").addEventListener("click", here);
  dialog.addEventListener("cancel", here);

  const look = () => {
    const left = seen + idle - Date.now();
    if (left <= 0) {
      document.body.dataset.left = "";
      leave.submit();
    } else if (left <= ASK_BEFORE_MS && !dialog.open) dialog.showModal?.();
  };
  setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);
}
