// Live regions: what others change appears on the page, and what was missed is read again.
//
// The module's element (data-module="core/live", data-live-token) holds the regions and, once each, what people
// see of it; templates/components/live.html draws all of that. A region is
//   <div data-live-region="register:enzkreis" data-live-version="12" data-live-url="/…" data-live-insert="start">
// with entries that carry data-id. A push {region, version, id, html} is put in where it follows on what we
// have (an empty html takes the entry away; without an id, html is the whole region; texts {name: text} go to
// data-live-text; where a region has several lists, {list} names one by its data-live-list). Anything else, and
// every connection, is answered by reading data-live-url again.

import { io } from "../vendor/socket.io.js";
import { enhance } from "./main.js";
import { whenStill } from "./still.js";

const SPREAD_AFTER_PUSH_MS = 400;
const SPREAD_AFTER_CONNECT_MS = 1200;
const GATHER_NEWS_MS = 1200;
const KEEP_NEWS_MS = 15000;
const MOST_RETRY_MS = 60000;
const TOKEN_HEADER = "X-Live-Token";
const STATE_HEADER = "X-Live-State";
const CONTROLS = "input, textarea, select, [contenteditable]";
const FOCUSABLE = `a[href], button, summary, [tabindex], ${CONTROLS}`;

let socket = null;
let token = "";
let refusals = 0;
const regions = [];

class Region {
  constructor(element, panel) {
    this.element = element;
    this.panel = panel;
    this.name = element.dataset.liveRegion;
    this.version = Number(element.dataset.liveVersion);
    this.waiting = new Set();
    this.timer = null;
    this.failures = 0;
    this.sources = new WeakMap();
    this.remember();
  }

  entries() {
    return [...this.element.querySelectorAll("[data-id]")];
  }

  entry(id) {
    return this.element.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  // Entries as the server sent them, so that an unchanged one is kept with all that somebody opened in it.
  remember() {
    for (const entry of this.entries()) if (!this.sources.has(entry)) this.sources.set(entry, entry.outerHTML);
  }

  isInUse() {
    const active = document.activeElement;
    return this.element.contains(active) && active.matches(CONTROLS);
  }

  take(push) {
    if (!Number.isInteger(push.version) || push.version <= this.version) return;
    const whole = push.id === undefined && typeof push.html === "string";
    const fits = this.element.dataset.liveInsert !== undefined && push.version === this.version + 1;
    if (this.panel.paused || (whole && this.isInUse())) this.offer(push.id);
    else if (whole) this.replace(push.html, push.version);
    else if (fits && typeof push.html === "string" && this.put(push)) this.reached(push.version);
    else this.readSoon(SPREAD_AFTER_PUSH_MS);
  }

  reached(version) {
    this.version = version;
    this.element.dataset.liveVersion = String(version);
  }

  // Whether one entry could be put in, changed or taken away without disturbing anybody.
  put({ id, html, list: name = "", texts = {} }) {
    const former = this.entry(id);
    if (former?.contains(document.activeElement)) return false;
    if (html === "") {
      former?.remove();
    } else {
      const entry = parse(html).querySelector("[data-id]");
      const list = this.list(name);
      if (!entry || !list) return false;
      this.sources.set(entry, entry.outerHTML);
      keepPlace(this.element, () => {
        if (former) former.replaceWith(entry);
        else if (this.element.dataset.liveInsert === "end") list.append(entry);
        else list.prepend(entry);
      });
      enhance(entry);
      if (!former) this.welcome([entry]);
    }
    for (const [name, text] of Object.entries(texts)) {
      const places = this.element.querySelectorAll(`[data-live-text="${CSS.escape(name)}"]`);
      for (const place of places) place.textContent = text;
    }
    return true;
  }

  list(name) {
    if (name) return this.element.querySelector(`[data-live-list="${CSS.escape(name)}"]`);
    return this.element.matches("[data-live-list]") ? this.element : this.element.querySelector("[data-live-list]");
  }

  // Show the region as `html` has it; gives the entries that were not there before.
  replace(html, version) {
    const content = parse(html);
    const fresh = [];
    const same = [];
    for (const entry of content.querySelectorAll("[data-id]")) {
      const former = this.entry(entry.dataset.id);
      if (!former) fresh.push(entry);
      else if (this.sources.get(former) === entry.outerHTML) same.push([entry, former]);
    }
    keepPlace(this.element, () => {
      const opened = [...this.element.querySelectorAll("details[id][open]")].map((details) => details.id);
      for (const [entry, former] of same) entry.replaceWith(former);
      // What this page has put there itself stays, in the places that are made for it.
      for (const place of content.querySelectorAll("[data-live-keep]")) {
        const name = CSS.escape(place.dataset.liveKeep);
        const former = this.element.querySelector(`[data-live-keep="${name}"]`);
        if (former) place.replaceWith(former);
      }
      this.element.replaceChildren(content);
      for (const details of this.element.querySelectorAll("details[id]")) {
        if (opened.includes(details.id)) details.open = true;
      }
    });
    this.reached(version);
    this.waiting.clear();
    this.panel.settled();
    this.remember();
    enhance(this.element);
    this.welcome(fresh);
    if (fresh.length === 0) this.panel.updated();
    return fresh;
  }

  welcome(entries) {
    for (const entry of entries) {
      const card = entry.matches(".vs-card") ? entry : entry.querySelector(".vs-card");
      (card ?? entry).classList.add("vs-card--new");
    }
    this.panel.arrived(entries.length);
  }

  // Somebody is typing here or has asked for quiet: what came is named, and shown when they want it.
  offer(id) {
    this.waiting.add(id === undefined || this.entry(id) ? "" : id);
    this.panel.offer();
  }

  readSoon(spread) {
    if (this.timer === null) this.timer = setTimeout(() => this.read(), Math.random() * spread);
  }

  // What the region says here, as the server computes it: the words without spaces. What this page has added
  // itself, such as a mark on one's own card, carries data-local and does not count.
  async state() {
    if (!globalThis.crypto?.subtle) return null;
    const sent = this.element.cloneNode(true);
    for (const added of sent.querySelectorAll("[data-local]")) added.remove();
    const words = sent.textContent.replace(/[ \t\n\r\f\u00a0]/g, "");
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(words));
    return [...new Uint8Array(digest).slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async differs(response) {
    const theirs = response.headers.get(STATE_HEADER);
    const version = this.version;
    const ours = theirs && !this.isInUse() ? await this.state() : null;
    return ours !== null && ours !== theirs && version === this.version;
  }

  async read({ wanted = false, whole = false } = {}) {
    clearTimeout(this.timer);
    this.timer = null;
    const before = this.version;
    try {
      // In the language of this page: another one may have been chosen since, in another window.
      const address = new URL(this.element.dataset.liveUrl, document.baseURI);
      address.searchParams.set("lang", document.documentElement.lang);
      const response = await fetch(address, {
        headers: { Accept: "text/html", ...(whole ? {} : { "If-None-Match": `"${before}"` }) },
        credentials: "same-origin",
        redirect: "error",
      });
      token = response.headers.get(TOKEN_HEADER) ?? token;
      if (response.status >= 500 || response.status === 429) throw new Error(`status ${response.status}`);
      this.failures = 0;
      // The same version, and yet something else: what went wrong on the way is put right.
      if (response.status === 304 && !this.panel.paused && (await this.differs(response))) {
        this.sources = new WeakMap();
        return this.read({ whole: true });
      }
      const version = Number(/\d+/.exec(response.headers.get("ETag") ?? "")?.[0] ?? NaN);
      if (!response.ok || Number.isNaN(version)) return [];
      const html = await response.text();
      await new Promise(whenStill);
      if (this.version !== before) {
        this.readSoon(SPREAD_AFTER_PUSH_MS);
        return [];
      }
      if (!wanted && (this.panel.paused || this.isInUse())) {
        const ids = [...parse(html).querySelectorAll("[data-id]")].map((entry) => entry.dataset.id);
        const fresh = ids.filter((id) => !this.entry(id));
        for (const id of fresh.length ? fresh : [undefined]) this.offer(id);
        return [];
      }
      return this.replace(html, version);
    } catch {
      // The line is bad or the server busy; the page stays as it is until the next try.
      this.failures += 1;
      this.readSoon(Math.min(MOST_RETRY_MS, 4000 * 2 ** this.failures));
      return [];
    }
  }
}

// What people see and hear of the regions inside one module's element.
class Panel {
  constructor(root) {
    const part = (name) => root.querySelector(`[data-live-${name}]`);
    this.state = part("state");
    this.news = part("news");
    this.show = part("show");
    this.pause = part("pause");
    this.paused = false;
    this.count = 0;
    this.timer = null;
    this.quietUntil = 0;
    this.regions = [...root.querySelectorAll("[data-live-region]")].map((element) => new Region(element, this));
    this.show?.addEventListener("click", () => this.reveal());
    this.pause?.addEventListener("click", () => this.toggle());
    if (this.pause) this.pause.hidden = false;
  }

  connected(yes) {
    if (!this.state) return;
    this.state.hidden = false;
    this.state.dataset.state = yes ? "on" : "off";
    this.tellState();
  }

  refused() {
    if (!this.state) return;
    this.state.hidden = false;
    this.state.dataset.state = "gone";
    this.tellState();
  }

  tellState() {
    if (!this.state || this.state.hidden) return;
    const { state, on, off, gone, paused } = this.state.dataset;
    const text = this.paused ? paused : on;
    this.state.textContent = { on: text, gone }[state] ?? off;
  }

  arrived(count) {
    if (count === 0) return;
    this.count += count;
    this.announceSoon();
  }

  updated() {
    if (this.news?.dataset.updated && performance.now() >= this.quietUntil) this.announceSoon();
  }

  offer() {
    if (this.show) this.show.hidden = false;
    this.announceSoon();
  }

  // What waited is shown, whoever asked for it.
  settled() {
    if (this.show && !this.show.contains(document.activeElement) && !this.regions.some((region) => region.waiting.size)) {
      this.show.hidden = true;
    }
  }

  // A burst is one sentence, and a screen reader hears it once.
  announceSoon() {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      const waiting = this.regions.flatMap((region) => [...region.waiting]);
      const count = waiting.length ? waiting.filter(Boolean).length : this.count;
      this.count = 0;
      this.say(count ? this.counted(count) : this.news?.dataset.updated ?? "", waiting.length > 0);
    }, GATHER_NEWS_MS);
  }

  counted(count) {
    const { dataset } = this.news ?? { dataset: {} };
    const { lang } = document.documentElement;
    const form = new Intl.PluralRules(lang).select(count);
    return (dataset[form] ?? dataset.other ?? "").replace("{n}", new Intl.NumberFormat(lang).format(count));
  }

  say(text, stays) {
    if (!this.news) return;
    this.news.textContent = text;
    this.quietUntil = performance.now() + KEEP_NEWS_MS;
    clearTimeout(this.clearing);
    if (!stays) this.clearing = setTimeout(() => (this.news.textContent = ""), KEEP_NEWS_MS);
  }

  async reveal() {
    this.show.hidden = true;
    const stale = this.regions.filter((region) => region.waiting.size > 0);
    const fresh = (await Promise.all(stale.map((region) => region.read({ wanted: true })))).flat();
    if (this.regions.some((region) => region.waiting.size)) this.show.hidden = false;
    const first = fresh[0] ?? this.regions[0]?.element;
    if (!first) return;
    if (!first.matches(FOCUSABLE)) first.tabIndex = -1;
    first.focus();
  }

  toggle() {
    this.paused = !this.paused;
    const label = this.pause.querySelector(".kern-label") ?? this.pause;
    label.textContent = this.paused ? this.pause.dataset.resume : this.pause.dataset.stop;
    this.pause.classList.toggle("vs-live__resume", this.paused);
    this.tellState();
    if (this.paused) return;
    if (this.show) this.show.hidden = true;
    for (const region of this.regions) {
      region.waiting.clear();
      region.read();
    }
  }
}

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// Change a region so that neither the line being read nor the place of the keyboard jumps.
function keepPlace(element, change) {
  const active = element.contains(document.activeElement) ? document.activeElement : null;
  const entryOf = (id) => element.querySelector(`[data-id="${CSS.escape(id ?? "")}"]`);
  const home = active?.closest("[data-id]")?.dataset.id;
  const index = active ? [...(entryOf(home) ?? element).querySelectorAll(FOCUSABLE)].indexOf(active) : -1;
  const mark = [...element.querySelectorAll("[data-id]")].find((one) => one.getBoundingClientRect().bottom > 0);
  const top = mark?.getBoundingClientRect().top ?? 0;
  const reading = element.getBoundingClientRect().top < 0;
  change();
  if (active && document.activeElement !== active) {
    const place = entryOf(home) ?? element;
    const all = [...place.querySelectorAll(FOCUSABLE)];
    const again = active.isConnected ? active : all.find((one) => one.outerHTML === active.outerHTML) ?? (home && place !== element ? all[index] : null);
    if (again) again.focus({ preventScroll: true });
    else {
      if (!element.matches(FOCUSABLE)) element.tabIndex = -1;
      element.focus({ preventScroll: true });
    }
  }
  const now = mark?.isConnected ? mark : entryOf(mark?.dataset.id);
  if (reading && now) window.scrollBy({ top: now.getBoundingClientRect().top - top, behavior: "instant" });
}

function watch(region) {
  const wish = { region: region.name, language: document.documentElement.lang };
  socket.timeout(10000).emit("watch", wish, (error, answer) => {
    if (!error && answer?.ok) region.readSoon(SPREAD_AFTER_CONNECT_MS);
    else if (error) setTimeout(() => socket.connected && watch(region), 5000);
    else region.panel.refused();
  });
}

function show(connected) {
  for (const panel of new Set(regions.map((region) => region.panel))) panel.connected(connected);
}

// The server does not want this page's token (any more): read a region, which brings a new one, and try again.
function knockAgain() {
  refusals += 1;
  setTimeout(async () => {
    await regions[0]?.read();
    socket.connect();
  }, Math.min(MOST_RETRY_MS, 1000 * 2 ** refusals) * (0.5 + Math.random()));
}

function connect() {
  socket = io({
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    auth: (give) => give({ token }),
    reconnectionDelay: 1000,
    reconnectionDelayMax: 15000,
  });
  socket.on("connect", () => {
    refusals = 0;
    show(true);
    regions.forEach(watch);
  });
  socket.on("changed", (push) => {
    for (const region of regions) if (region.name === push?.region) whenStill(() => region.take(push));
  });
  // A right has ended, or is another one: ask again what may be watched.
  socket.on("gone", (told) => {
    for (const region of regions) if (region.name === told?.region) watch(region);
  });
  socket.on("disconnect", (reason) => {
    show(false);
    if (reason === "io server disconnect") knockAgain();
  });
  window.addEventListener("online", () => {
    if (!socket.connected) socket.disconnect().connect();
  });
  // Something has been changed from here, and nobody has told of it yet.
  document.addEventListener("live:stale", () => regions.forEach((region) => region.readSoon(0)));
  socket.on("connect_error", () => {
    show(false);
    if (!socket.active) knockAgain();
  });
}

/** Keep the regions inside `root` up to date. */
export function start(root) {
  token ||= root.dataset.liveToken ?? "";
  const panel = new Panel(root);
  regions.push(...panel.regions);
  if (socket?.connected) panel.regions.forEach(watch);
  else if (!socket) connect();
}
