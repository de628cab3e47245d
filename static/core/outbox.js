// What was typed and has not arrived yet. Entries are kept before they are sent, so that they outlive the page, and
// sent one after the other, each under its own key until the server has answered for good.
//
// On one's own device they lie encrypted in IndexedDB: the key belongs to this browser and cannot be taken out of it.
// On a shared device, and where the browser has no cryptography (plain http), they live in this page only.
// An entry belongs to whoever was signed in when it was typed; the server sends it back to nobody else.
// What is only begun is kept for a day in the same way, so that a page that is loaded again has it.

const DATABASE = "vielstimmig-outbox";
const LOCK = "vielstimmig-outbox";
const OWNER_HEADER = "X-Outbox-Owner";
const PATIENCE_MS = 20000;
const LEAST_RETRY_MS = 1500;
const MOST_RETRY_MS = 30000;
const MOST_FAULTS = 5;
// The server keeps the keys for thirty days; what is older would no longer be known there.
const KEPT_MS = 28 * 24 * 3600 * 1000;
const DRAFTS_KEPT_MS = 24 * 3600 * 1000;

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

// Entries of this page only.
class PageStore {
  constructor() {
    this.lasts = false;
    this.records = new Map();
    this.next = 1;
  }

  async add(entry) {
    const id = this.next;
    this.next += 1;
    this.records.set(id, { ...entry, id });
    return id;
  }

  async all() {
    return [...this.records.values()].map((entry) => ({ ...entry }));
  }

  async update(entry) {
    if (!this.records.has(entry.id)) return false;
    this.records.set(entry.id, { ...entry });
    return true;
  }

  async remove(id, { untried = false } = {}) {
    if (untried && this.records.get(id)?.tries > 0) return false;
    return this.records.delete(id);
  }

  // What is begun stands in its form, and outlives no page.
  async keepDraft() {}

  async draft() {
    return null;
  }
}

// Entries on this device. `tries` is readable, so that it can be asked and changed in one transaction.
class DeviceStore {
  static async open() {
    const opening = indexedDB.open(DATABASE, 2);
    opening.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) {
        opening.result.createObjectStore("keys");
        opening.result.createObjectStore("entries", { keyPath: "id", autoIncrement: true });
      }
      opening.result.createObjectStore("drafts");
    };
    const store = new DeviceStore();
    store.lasts = true;
    store.database = await done(opening);
    store.database.onversionchange = () => store.database.close();
    store.secret = await store.loadSecret();
    return store;
  }

  async loadSecret() {
    const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const transaction = this.database.transaction("keys", "readwrite");
    const keys = transaction.objectStore("keys");
    const found = await done(keys.get("entries"));
    if (!found) keys.put(fresh, "entries");
    await finished(transaction);
    return found ?? fresh;
  }

  async seal({ id, tries, ...content }) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(content));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.secret, plain);
    return { tries, iv, sealed, ...(id === undefined ? {} : { id }) };
  }

  async unseal({ id, tries, iv, sealed }) {
    try {
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, this.secret, sealed);
      return { id, tries, ...JSON.parse(new TextDecoder().decode(plain)) };
    } catch {
      return null;
    }
  }

  // Null for nothing any more.
  async keepDraft(place, content) {
    const record = content && { ...(await this.seal(content)), at: Date.now() };
    const transaction = this.database.transaction("drafts", "readwrite");
    const drafts = transaction.objectStore("drafts");
    if (record) drafts.put(record, place);
    else drafts.delete(place);
    await finished(transaction);
  }

  async draft(place) {
    const transaction = this.database.transaction("drafts", "readwrite");
    const drafts = transaction.objectStore("drafts");
    const [names, records] = await Promise.all([done(drafts.getAllKeys()), done(drafts.getAll())]);
    names.forEach((name, n) => Date.now() - records[n].at > DRAFTS_KEPT_MS && drafts.delete(name));
    const found = await done(drafts.get(place));
    await finished(transaction);
    return found ? this.unseal(found) : null;
  }

  async add(entry) {
    const record = await this.seal(entry);
    const transaction = this.database.transaction("entries", "readwrite");
    const id = await done(transaction.objectStore("entries").add(record));
    await finished(transaction);
    return id;
  }

  async all() {
    const records = await done(this.database.transaction("entries").objectStore("entries").getAll());
    return (await Promise.all(records.map((record) => this.unseal(record)))).filter(Boolean);
  }

  async update(entry) {
    return this.change(entry.id, await this.seal(entry));
  }

  async remove(id, { untried = false } = {}) {
    return this.change(id, null, untried);
  }

  // Gives whether the entry was still there; another page may have sent it or taken it back.
  async change(id, record, untried = false) {
    const transaction = this.database.transaction("entries", "readwrite");
    const entries = transaction.objectStore("entries");
    const found = await done(entries.get(id));
    const fits = Boolean(found) && !(untried && found.tries > 0);
    if (fits && record) entries.put(record);
    else if (fits) entries.delete(id);
    await finished(transaction);
    return fits;
  }
}

async function openStore(shared) {
  if (shared || !globalThis.indexedDB || !globalThis.crypto?.subtle) return new PageStore();
  try {
    return await DeviceStore.open();
  } catch {
    // A private window, or a browser that is told to keep nothing.
    return new PageStore();
  }
}

// What an answer of the server means for the entry: sent, refused, signed_out, or nothing that can be relied on.
async function read(answer) {
  const isJson = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
  const told = isJson ? await answer.json().catch(() => null) : null;
  const wait = Number(answer.headers.get("Retry-After") ?? 0) * 1000;
  if (answer.ok && typeof told?.location === "string") return { state: "sent", told };
  if (told?.code === "signed_out") return { state: "signed_out", told };
  if (answer.status === 500) return { state: "fault", told, wait };
  const isFinal = told && answer.status >= 400 && answer.status < 500 && ![408, 425, 429].includes(answer.status);
  return isFinal ? { state: "refused", told } : { state: "unanswered", wait };
}

/** All that one person has typed in this browser and that has not arrived. */
export class Outbox extends EventTarget {
  /** Open it for `owner`. On a `shared` device nothing is kept beyond this page. */
  static async open(owner, { shared = false } = {}) {
    const outbox = new Outbox();
    outbox.owner = owner;
    outbox.store = await openStore(shared);
    outbox.state = "idle";
    outbox.entries = [];
    outbox.delay = LEAST_RETRY_MS;
    outbox.running = false;
    outbox.keeping = 0;
    outbox.kept = Promise.resolve();
    outbox.again = false;
    if (outbox.lasts && globalThis.BroadcastChannel) {
      outbox.channel = new BroadcastChannel(LOCK);
      outbox.channel.onmessage = ({ data }) => outbox.hear(data);
    }
    window.addEventListener("online", () => outbox.send());
    document.addEventListener("visibilitychange", () => !document.hidden && outbox.send());
    await outbox.look();
    outbox.send();
    return outbox;
  }

  /** Whether entries outlive this page. */
  get lasts() {
    return this.store.lasts;
  }

  /** Keep an entry and send it as soon as possible: where it goes, its key, its fields as pairs, and the path of
   * the page where it was typed, if one leads back there.
   *
   * With `last`, entries for the same place of which nothing has gone out yet are replaced by this one. */
  put(entry) {
    // One after the other, so that they keep the order in which they were typed.
    this.keeping += 1;
    const kept = this.kept.then(() => this.keep(entry)).finally(() => (this.keeping -= 1));
    this.kept = kept.catch(() => {});
    return kept;
  }

  async keep({ action, key, fields, last = false, page = "" }) {
    if (last) {
      for (const entry of this.entries.filter((one) => one.last && one.action === action && !one.refusal)) {
        await this.store.remove(entry.id, { untried: true });
      }
    }
    const about = { owner: this.owner, action, key, fields, last, page };
    const entry = { ...about, at: Date.now(), tries: 0, faults: 0, refusal: "" };
    await this.store.add(entry);
    // From here on it is kept: whatever goes wrong in looking must not have it sent another way as well.
    await this.changed().catch(() => {});
    this.send();
  }

  /** Keep what somebody has begun in the form that goes to `action`; null once there is nothing of it. */
  keepDraft(action, content) {
    return this.store.keepDraft(`${this.owner} ${action}`, content);
  }

  /** What was begun there and neither sent nor cleared, or null. */
  draft(action) {
    return this.store.draft(`${this.owner} ${action}`);
  }

  /** Forget an entry that was refused. */
  async drop(id) {
    await this.store.remove(id);
    await this.changed();
  }

  async look() {
    const found = (await this.store.all()).filter((entry) => entry.owner === this.owner);
    this.entries = found.sort((one, other) => one.id - other.id);
    this.dispatchEvent(new Event("change"));
  }

  async changed() {
    await this.look();
    this.channel?.postMessage({});
  }

  /** Try at once, because somebody asks for it. */
  hurry() {
    this.delay = LEAST_RETRY_MS;
    this.send();
  }

  waiting() {
    return this.entries.filter((entry) => !entry.refusal);
  }

  /** Send what waits. One page of this browser does it at a time. */
  async send() {
    clearTimeout(this.timer);
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    do {
      this.again = false;
      const locks = this.lasts ? navigator.locks : null;
      const pass = () => this.pass();
      const take = (lock) => (lock ? pass() : 1000);
      const wait = await (locks ? locks.request(LOCK, { ifAvailable: true }, take) : pass()).catch(() => this.stumble());
      if (wait > 0) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.send(), wait * (0.75 + Math.random() / 2));
      }
    } while (this.again && this.state !== "signed_out");
    this.running = false;
  }

  // The store itself failed: nothing is lost, and it is tried again.
  stumble() {
    this.say("unanswered");
    this.delay = Math.min(MOST_RETRY_MS, this.delay * 2);
    return this.delay;
  }

  // Gives the time to wait before the next one, 0 if there is nothing to wait for.
  async pass() {
    await this.look();
    for (const entry of this.waiting()) {
      const { state, told, wait = 0 } = await this.attempt(entry);
      if (state === "gone") continue;
      if (state === "signed_out" || state === "unanswered") {
        this.say(state);
        this.delay = Math.min(MOST_RETRY_MS, this.delay * 2);
        return Math.max(wait, this.delay);
      }
      this.delay = LEAST_RETRY_MS;
      if (state === "sent") {
        await this.store.remove(entry.id);
        this.entries = this.entries.filter((one) => one.id !== entry.id);
        // Before anybody draws what is left: it is shown as sent, and does not just go.
        this.dispatchEvent(new CustomEvent("sent", { detail: { entry, told } }));
        this.say("idle");
        await this.changed();
        continue;
      }
      const refusal = told?.sentence || state;
      if (!(await this.store.update({ ...entry, refusal }))) continue;
      this.say("idle");
      await this.changed();
      this.dispatchEvent(new CustomEvent("refused", { detail: { entry, told } }));
    }
    if (this.waiting().length === 0) this.say("idle");
    return this.waiting().length ? LEAST_RETRY_MS : 0;
  }

  async attempt(entry) {
    if (Date.now() - entry.at > KEPT_MS) return { state: "refused", told: null };
    entry.tries += 1;
    if (!(await this.store.update(entry))) return { state: "gone" };
    this.say("sending");
    // Browsers before 2022 cannot make a signal that gives up by itself.
    const patience = new AbortController();
    const giveUp = setTimeout(() => patience.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(entry.action, {
        method: "POST",
        body: new URLSearchParams(entry.fields),
        headers: { Accept: "application/json", "Idempotency-Key": entry.key, [OWNER_HEADER]: entry.owner },
        credentials: "same-origin",
        redirect: "error",
        signal: patience.signal,
      });
      const result = await read(answer);
      if (result.state !== "fault") return result;
      entry.faults += 1;
      await this.store.update(entry);
      // A fault of ours that stays must not hold up what was typed after it.
      return entry.faults < MOST_FAULTS ? { ...result, state: "unanswered" } : { ...result, state: "refused" };
    } catch {
      return { state: "unanswered" };
    } finally {
      clearTimeout(giveUp);
    }
  }

  say(state) {
    // One page sends for all of them, and only that one knows how it goes.
    this.channel?.postMessage({ owner: this.owner, state });
    this.show(state);
  }

  show(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }

  async hear({ owner, state }) {
    await this.look();
    if (state && owner === this.owner) this.show(state);
  }
}

let here;

/** The outbox of whoever is signed in on this page, the same for every module of it; null where nobody is. */
export function outboxHere() {
  const { outboxOwner } = document.querySelector("[data-outbox-owner]")?.dataset ?? {};
  const shared = document.body.dataset.idle !== undefined;
  here ??= outboxOwner ? Outbox.open(outboxOwner, { shared }) : null;
  return here;
}
