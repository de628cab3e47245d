// Typing in one card after the other: the cursor is in the text, and Ctrl+Enter sends.

export function start(form) {
  const text = form.querySelector("textarea[name=text]");
  if (text && !document.querySelector("[data-error-summary]")) text.focus();
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}
