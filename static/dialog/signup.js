// Groups by ticking: the first tick is the first wish, the next the second. The lists that a page without scripts
// has for each group stay what is sent; here they show only where something is chosen, for changing the order.

const RESERVE = "reserve";

class Picks {
  constructor(form) {
    this.form = form;
    this.limit = Number(form.dataset.limit);
    this.picks = [...form.querySelectorAll("[data-pick]")].map((card) => this.take(card));
    this.draw(false);
    // Coming back to the page, the browser fills in what was chosen after this has run.
    addEventListener("pageshow", () => this.restored());
  }

  restored() {
    for (const pick of this.picks) pick.last = pick.select.value;
    this.draw(false);
  }

  take(card) {
    const pick = {
      card,
      tick: card.querySelector("[data-tick]"),
      select: card.querySelector("select"),
      rank: card.querySelector("[data-rank]"),
      reserve: card.querySelector("[data-reserve]"),
    };
    pick.tick.hidden = false;
    card.classList.add("is-live");
    card.querySelector("[data-pick-label]").htmlFor = pick.tick.id;
    pick.select.setAttribute("aria-labelledby", pick.select.id.replace("group", "name"));
    pick.last = pick.select.value;
    pick.tick.addEventListener("change", () => this.press(pick));
    pick.select.addEventListener("change", () => this.rank(pick));
    pick.reserve.addEventListener("click", () => {
      this.set(pick, RESERVE);
      this.draw(false);
      pick.select.focus();
    });
    return pick;
  }

  wishes() {
    return this.picks
      .filter(({ select }) => select.value && select.value !== RESERVE)
      .sort((one, other) => Number(one.select.value) - Number(other.select.value));
  }

  set(pick, value) {
    pick.select.value = value;
    pick.last = value;
  }

  press(pick) {
    let refused = false;
    if (!pick.tick.checked) this.set(pick, "");
    else if (this.wishes().length < this.limit) this.set(pick, String(this.wishes().length + 1));
    else refused = true;
    this.close();
    this.draw(refused);
    if (refused) this.say(pick);
  }

  // The sentence below all groups is out of sight on a phone, so it stands in the card that was pressed, too.
  say(pick) {
    const said = this.form.querySelector("[data-too-many]").cloneNode(true);
    said.removeAttribute("data-too-many");
    said.setAttribute("data-said-here", "");
    said.setAttribute("aria-hidden", "true");
    said.hidden = false;
    pick.reserve.before(said);
  }

  // A rank that another group has is exchanged with it.
  rank(pick) {
    const other = this.picks.find((one) => one !== pick && one.select.value && one.select.value === pick.select.value);
    if (other) this.set(other, pick.last);
    pick.last = pick.select.value;
    this.close();
    this.draw(false);
  }

  // No gaps: who takes back the first wish has a new first one.
  close() {
    this.wishes().forEach((pick, index) => this.set(pick, String(index + 1)));
  }

  draw(refused) {
    for (const said of this.form.querySelectorAll("[data-said-here]")) said.remove();
    const chosen = this.wishes().length;
    const taken = this.picks.some(({ select }) => select.value === RESERVE);
    for (const { card, tick, select, rank, reserve } of this.picks) {
      tick.checked = Boolean(select.value);
      rank.hidden = !select.value;
      reserve.hidden = Boolean(select.value) || taken || chosen < this.limit;
      card.classList.toggle("is-chosen", Boolean(select.value));
    }
    const shown = String(Math.min(chosen, this.limit));
    for (const said of this.form.querySelectorAll("[data-chosen]")) said.hidden = said.dataset.chosen !== shown;
    this.form.querySelector("[data-too-many]").hidden = !refused && chosen <= this.limit;
  }
}

/** Take over the cards of a sign-up form. */
export function start(form) {
  if (form.querySelector("[data-pick]")) new Picks(form);
}
