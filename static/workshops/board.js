// A board in the hand: own cards are marked, a phone shows one lane at a time, and writing opens over the board.
// Without this script own cards stand in a list, lanes follow the address, and writing is a page.

class Board {
  constructor(root) {
    this.root = root;
    this.own = new Set((root.dataset.own ?? "").split(" ").filter(Boolean));
    this.region = root.querySelector("[data-live-region]");
    this.mark = root.querySelector("template[data-own-mark]");
    this.dialog = document.querySelector("dialog[data-write-dialog]");
    this.connection = root.querySelector("[data-live-state]");
    this.current = this.wanted();
    new MutationObserver(() => this.draw()).observe(this.region, { childList: true, subtree: true });
    root.addEventListener("click", (event) => this.choose(event));
    document.addEventListener("click", (event) => this.write(event));
    // static/core/unsent.js keeps a card, sends it, and says so with the answer of the server.
    document.addEventListener("outbox:kept", (event) => this.kept(event));
    document.addEventListener("outbox:found", (event) => this.found(event.detail.place));
    document.addEventListener("outbox:begun", (event) => this.begun(event));
    document.addEventListener("outbox:edit", (event) => this.isOurs(event) && this.open());
    document.addEventListener("outbox:sent", (event) => this.sent(event.detail));
    if (this.connection) new MutationObserver(() => this.tellWriter()).observe(this.connection, { attributes: true });
    this.dialog?.querySelector("[name=lane]").addEventListener("change", () => this.tellWriter());
    this.draw();
  }

  // The lane of the address: the lane itself, or the one that holds the card it names.
  wanted() {
    const target = window.location.hash.length > 1 && document.getElementById(window.location.hash.slice(1));
    return target ? target.closest("[data-lane]")?.dataset.lane : undefined;
  }

  lanes() {
    return [...this.region.querySelectorAll("[data-lane]")];
  }

  draw() {
    const lanes = this.lanes();
    if (!lanes.some((lane) => lane.dataset.lane === this.current)) this.current = lanes[0]?.dataset.lane;
    this.region.querySelector(".vs-lanes")?.classList.add("vs-lanes--chosen");
    for (const lane of lanes) lane.classList.toggle("is-current", lane.dataset.lane === this.current);
    for (const tab of this.region.querySelectorAll("[data-tab]")) {
      if (tab.dataset.tab === this.current) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
    for (const entry of this.region.querySelectorAll("[data-id]")) {
      const card = entry.querySelector(".vs-card");
      if (!this.own.has(entry.dataset.id) || card.classList.contains("vs-card--own")) continue;
      card.classList.add("vs-card--own");
      if (this.mark) card.querySelector(".vs-card__top").append(this.mark.content.cloneNode(true));
    }
    // Nobody but who leads the group can change what stands in a locked lane.
    const locked = this.locked();
    for (const link of this.root.querySelectorAll("[data-correct]")) link.hidden = locked.includes(link.dataset.correct);
    this.tellWriter();
  }

  locked() {
    return this.lanes().filter((lane) => "locked" in lane.dataset).map((lane) => lane.dataset.lane);
  }

  // Whoever is writing reads in the dialog over the board what has changed below it.
  tellWriter() {
    if (!this.dialog) return;
    const { closed, chosen } = this.dialog.dataset;
    const choice = this.dialog.querySelector("[name=lane]");
    const locked = this.locked();
    for (const option of choice.options) option.disabled = !option.selected && locked.includes(option.value);
    const isOpen = Boolean(this.region.querySelector(".vs-addline"));
    if (isOpen && this.wasOpen === false) {
      document.dispatchEvent(new CustomEvent("outbox:eased", { detail: { reason: closed } }));
    }
    this.wasOpen = isOpen;
    const said = this.dialog.querySelector("[data-write-news]");
    let text = "";
    if (this.connection?.dataset.state === "gone") text = this.connection.dataset.gone;
    else if (locked.includes(choice.value)) text = chosen;
    else if (!isOpen) text = closed;
    if (said.textContent !== text) said.textContent = text;
  }

  choose(event) {
    const tab = event.target.closest("[data-tab]");
    if (!tab) return;
    event.preventDefault();
    this.current = tab.dataset.tab;
    history.replaceState(history.state, "", `#lane-${this.current}`);
    this.draw();
  }

  write(event) {
    const link = event.target.closest("a[data-write]");
    // Browsers before 2022 have no dialogs; they follow the link to the page with the same form.
    if (!link || !this.dialog?.showModal || event.defaultPrevented || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    // On a phone the button below means the lane that is open.
    const tabs = this.region.querySelector(".vs-board-tabs");
    const open = tabs && getComputedStyle(tabs).display !== "none" ? this.current : "";
    const lane = link.dataset.write || open || new URL(link.href).searchParams.get("lane");
    const choice = this.dialog.querySelector("[name=lane]");
    if (lane && [...(choice.options ?? [])].some((option) => option.value === lane)) choice.value = lane;
    const addresses = [link.getAttribute("href"), link.dataset.write];
    const leave = () => {
      if (link.isConnected) return;
      const same = (one) => one.getAttribute("href") === addresses[0] && one.dataset.write === addresses[1];
      [...document.querySelectorAll("a[data-write]")].find(same)?.focus({ preventScroll: true });
    };
    this.dialog.addEventListener("close", leave, { once: true });
    this.open();
  }

  open() {
    this.dialog.showModal();
    this.tellWriter();
    this.dialog.querySelector("textarea").focus();
  }

  // The page was loaded again while somebody was writing.
  begun(event) {
    if (!this.isOurs(event) || !event.detail.open || !this.dialog.showModal || this.dialog.open) return;
    if (performance.getEntriesByType("navigation")[0]?.type === "navigate") return;
    this.open();
  }

  isOurs(event) {
    return this.dialog?.contains(event.target);
  }

  // Whoever comes back sees first what of theirs has not arrived.
  found(place) {
    if (window.location.hash.length > 1) return;
    this.current = place.closest("[data-lane]")?.dataset.lane ?? this.current;
    this.draw();
  }

  // The card is shown in its lane, so that lane is the one to be seen.
  kept(event) {
    if (!this.isOurs(event)) return;
    this.dialog.close();
    this.current = event.detail.fields.find(([name]) => name === "lane")?.[1] ?? this.current;
    this.draw();
    const lane = this.lanes().find((one) => one.dataset.lane === this.current);
    if (lane?.getBoundingClientRect().top < 0) lane.scrollIntoView({ block: "start" });
  }

  sent(answer) {
    if (!answer?.id) return;
    this.own.add(String(answer.id));
    this.draw();
  }
}

/** Take over a board. */
export function start(root) {
  new Board(root);
}
