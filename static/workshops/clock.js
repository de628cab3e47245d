// The clock on top of a board: counts down to the moment the server has set, and warns before it.
//
// The element (data-module="workshops/clock", data-now: the server's time when the page was made) holds a region
// with [data-ends], [data-starts] and [data-warn] (seconds before the end). The server's time counts, because
// phones are often wrong by minutes. Other modules of the day use `serverTime` and `counted`.

const TICK_MS = 1000;
const JUMP_MS = 3000;
const ASK_AGAIN_MS = 5000;

let ahead = null;
let wall = 0;
let steady = 0;
let askAt = Infinity;

/** Take over by how much the server's clock is ahead of this device's; the first page says it. */
export function setClock(iso) {
  if (ahead !== null) return;
  const page = performance.getEntriesByType("navigation")[0];
  const made = performance.timeOrigin + (page?.responseStart ?? 0);
  ahead = Date.parse(iso) - made;
  wall = Date.now();
  steady = performance.now();
  setInterval(watch, TICK_MS);
}

// A phone that finds a network sets its clock, and every countdown on it would jump with that. After a sleep it
// looks the same, so that the server is asked then, too.
function watch() {
  const moved = Date.now() - wall;
  const passed = performance.now() - steady;
  wall += moved;
  steady += passed;
  if (Math.abs(moved - passed) > JUMP_MS) askAt = steady;
  if (steady >= askAt) ask();
}

async function ask() {
  askAt = steady + ASK_AGAIN_MS;
  try {
    const answer = await fetch("/healthz", { cache: "no-store", credentials: "omit" });
    const told = Date.parse(answer.headers.get("Date"));
    if (Number.isNaN(told)) return;
    // The header leaves out the fraction of the second.
    ahead = told + 500 - Date.now();
    askAt = Infinity;
  } catch {
    // Without a line it is asked again a little later.
  }
}

/** The server's time in milliseconds. */
export function serverTime() {
  return Date.now() + (ahead ?? 0);
}

/** The sentence for a number, from the element's data-<name>-<plural category>. */
export function counted(element, name, number) {
  const { lang } = document.documentElement;
  const form = new Intl.PluralRules(lang).select(number);
  const key = (category) => element.getAttribute(`data-${name}-${category}`);
  return (key(form) ?? key("other") ?? "").replace("{n}", new Intl.NumberFormat(lang).format(number));
}

export function start(root) {
  setClock(root.dataset.now);
  const say = root.querySelector("[data-clock-say]");
  let step = root.querySelector("[data-step]")?.dataset.step;
  let warned = null;

  const tell = (text) => {
    if (say && text) say.textContent = text;
  };

  const tick = () => {
    const asked = root.querySelector("[data-step]");
    if (asked && asked.dataset.step !== step) {
      step = asked.dataset.step;
      tell(asked.dataset.say);
    }
    const timer = root.querySelector("[data-ends]");
    if (!timer) return;
    const ends = Date.parse(timer.dataset.ends);
    const left = Math.max(0, ends - serverTime());
    show(timer, left, ends - Date.parse(timer.dataset.starts));

    // A warning is said once for each end; whoever comes later than it is not warned of what was.
    const due = timer.dataset.warn.split(" ").map(Number).filter((seconds) => left <= seconds * 1000);
    const now = `${timer.dataset.ends} ${left === 0 ? "over" : Math.min(...due)}`;
    if (warned !== null && now !== warned && due.length) {
      tell(left === 0 ? timer.dataset.over : counted(timer, "warning", Math.ceil(left / 60000)));
    }
    warned = now;
  };

  tick();
  setInterval(tick, TICK_MS);
  document.addEventListener("visibilitychange", tick);
}

function show(timer, left, whole) {
  const text = left === 0 ? timer.dataset.over : counted(timer, "left", Math.ceil(left / 60000));
  const words = timer.querySelector("[data-left]");
  if (words.textContent !== text) words.textContent = text;
  words.hidden = false;
  const first = Number(timer.dataset.warn.split(" ")[0]);
  timer.classList.toggle("vs-timer--warn", left <= first * 1000);
  timer.querySelector("[data-until]").hidden = left === 0;
  const share = whole > 0 ? Math.round((100 * left) / whole) : 0;
  timer.querySelector(".vs-timer__left")?.setAttribute("stroke-dasharray", `${Math.min(100, share)} 100`);
}
