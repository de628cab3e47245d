// A button that prints the page; without a script people use the menu of their browser.

/** `element` holds a button of type "button", hidden until a script can make it work. */
export function start(element) {
  const button = element.querySelector("button");
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
