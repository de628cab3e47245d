// Whoever goes to a field that is there to be copied has all of it marked.

export function start(field) {
  field.addEventListener("focus", () => field.select());
}
