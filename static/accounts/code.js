// Takes the code of a printed QR out of the address: /code#7K4QM2XR9T. A fragment never leaves the browser,
// so the code stands in no log. Without a script people type it from the slip.

const CODE = /^#[0-9A-Za-z-]{10,14}$/;

export function start(form) {
  const take = () => {
    if (!CODE.test(window.location.hash)) return;
    const field = form.elements.namedItem("code");
    field.value = window.location.hash.slice(1).toUpperCase();
    history.replaceState(null, "", window.location.pathname + window.location.search);
    form.querySelector("button[type=submit]").focus();
  };
  take();
  window.addEventListener("hashchange", take);
}
