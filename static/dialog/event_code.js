// Takes the event code of the QR on the screen out of the address: /join#K7M2QX. A fragment never leaves the
// browser, so it stands in no log. Without a script people type it from the screen.

const CODE = /^#[0-9A-Za-z-]{4,12}$/;

export function start(form) {
  const take = () => {
    if (!CODE.test(window.location.hash)) return;
    const field = form.elements.namedItem("code");
    field.value = window.location.hash.slice(1).toUpperCase();
    history.replaceState(history.state, "", window.location.pathname + window.location.search);
    form.querySelector("button[type=submit]").focus();
  };
  take();
  window.addEventListener("hashchange", take);
}
