// What the bot tells without having been asked: a panel beside the conversation, the same for everybody who looks.
//
// It follows the conversation "alerts" while the page is seen: a browser opens six connections to one server, and one
// for each hidden tab would leave none to ask with.

import { drawAnswer } from "./blocks.js";
import { el, icon, iconButton } from "./dom.js";
import { isAfter, readEvents } from "./events.js";
import { TONES } from "./signs.js";
import { words } from "./words.js";

const PATH = "/api/chat/alerts";
const LONGEST_WAIT = 15_000; // ms
const MOST = 100; // cards that are kept
const FEW = 4; // open ones up to which all are shown whole
const CLOSED = "resync.alerts.closed";

const clock = new Intl.DateTimeFormat(navigator.language, { hour: "2-digit", minute: "2-digit" });

export class Alerts {
  #panel;
  #badge;
  #button;
  #announcer;
  #ask;
  #lists;
  #cards = new Map(); // by the alert's id
  #position = null; // until the whole was read
  #wide = matchMedia("(min-width: 1360px)"); // there is room for it beside the conversation
  #opener = null;

  // `panel` is the element to fill; `announcer` says a text to those who listen; `ask` is called with a question.
  constructor(panel, announcer, ask) {
    this.#panel = panel;
    this.#announcer = announcer;
    this.#ask = ask;
    this.#badge = el("span", { class: "badge", "aria-hidden": "true", hidden: true });
    this.#button = el("button", { type: "button", class: "icon-button bell", "aria-controls": panel.id,
      onclick: () => this.#toggle() }, icon("bell"), this.#badge);
    this.#lists = { open: el("ol", { class: "cards" }), over: el("ol", { class: "cards" }) };
    this.#draw();
    this.#count();
    this.#show(this.#wide.matches && !localStorage.getItem(CLOSED));
    this.#wide.addEventListener("change", () => this.#show(this.#wide.matches && !localStorage.getItem(CLOSED)));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.#wide.matches && this.#isOpen) this.#close();
    });
  }

  // To stand in the bar.
  get button() {
    return this.#button;
  }

  async start() {
    for (let attempt = 0; ; attempt += 1) {
      await seen();
      const life = new AbortController();
      const hide = () => { if (document.hidden) life.abort(); };
      document.addEventListener("visibilitychange", hide);
      try {
        const response = await this.#reach(life.signal);
        if (response.status === 403 || response.status === 404) return;
        for await (const event of readEvents(response)) {
          attempt = 0;
          if (event.kind === "answer") this.#take(event.data);
          if (event.id && isAfter(event.id, this.#position)) this.#position = event.id;
        }
      } catch {
        // hidden, cut or not reached: it goes on from its position
      } finally {
        document.removeEventListener("visibilitychange", hide);
        life.abort();
      }
      if (!document.hidden) await pause(Math.min(LONGEST_WAIT, 500 * 2 ** attempt) * (0.5 + Math.random() / 2));
    }
  }

  async #reach(signal) {
    if (this.#position === null) {
      const whole = await fetch(PATH, { signal });
      if (!whole.ok) return refused(whole);
      const { position, entries } = await whole.json();
      entries.sort((a, b) => a.at.localeCompare(b.at));
      for (const entry of entries.slice(-MOST)) this.#take(entry, { isNews: false });
      this.#position = position;
    }
    const events = await fetch(`${PATH}/events?after=${this.#position}`, { signal, headers: { Accept: "text/event-stream" } });
    return events.ok ? events : refused(events);
  }

  // --- cards ---

  #take(data, { isNews = true } = {}) {
    const known = this.#cards.get(data.turn);
    const { tone, answer } = toned(data.answer);
    const card = known ?? { at: new Date(data.at), isOpened: null, item: el("li"), tone: null, headline: "" };
    const before = card.tone;
    card.tone = tone;
    this.#cards.set(data.turn, card);
    this.#fill(card, answer);
    const list = tone === "over" ? this.#lists.over : this.#lists.open;
    if (card.item.parentElement !== list) {
      const after = [...list.children].find((other) => Number(other.dataset.at) <= card.at.getTime());
      list.insertBefore(card.item, after ?? null);
    }
    this.#drop();
    this.#unfold();
    this.#count();
    if (isNews && (!known || before !== tone)) {
      card.item.classList.remove("news");
      requestAnimationFrame(() => card.item.classList.add("news"));
      this.#announcer.textContent = card.headline;
    }
  }

  #fill(card, answer) {
    const { item } = card;
    const [first, ...rest] = answer.blocks;
    const [headline, ...more] = (first?.markdown ?? answer.text).split("\n\n");
    const [title] = drawAnswer({ blocks: [{ kind: "text", markdown: headline }] }, () => {});
    const blocks = [...(more.length ? [{ kind: "text", markdown: more.join("\n\n") }] : []), ...rest];
    const hadFocus = item.contains(document.activeElement) ? document.activeElement.textContent : null;
    const details = el("details", { class: "card-details" },
      el("summary", {}, el("span", { class: "tone", "aria-hidden": "true" }), title,
        el("time", { datetime: card.at.toISOString(), title: card.at.toLocaleString() }, clock.format(card.at)),
        icon("right")),
      el("div", { class: "card-body" }, drawAnswer({ blocks }, (button) => this.#press(button))));
    details.open = card.isOpened ?? item.firstElementChild?.open ?? false;
    details.firstElementChild.addEventListener("click", () => { card.isOpened = !details.open; });
    card.headline = title.textContent;
    item.className = `card ${card.tone}`;
    item.dataset.at = String(card.at.getTime());
    item.replaceChildren(details);
    if (hadFocus === null) return;
    const same = [...item.querySelectorAll("button, summary")].find((one) => one.textContent === hadFocus);
    (same ?? details.firstElementChild).focus();
  }

  // While there are few all are shown whole; in a storm the worst and the newest, as long as nobody says otherwise.
  #unfold() {
    const open = [...this.#lists.open.children];
    const isOf = new Map([...this.#cards.values()].map((card) => [card.item, card]));
    open.forEach((item, place) => {
      const card = isOf.get(item);
      const details = item.firstElementChild;
      details.open = card.isOpened ?? (open.length <= FEW || place === 0 || card.tone === "critical");
    });
  }

  #drop() {
    if (this.#cards.size <= MOST) return;
    const [turn, oldest] = [...this.#cards].filter(([, card]) => card.tone === "over")
      .reduce((a, b) => (b[1].at < a[1].at ? b : a), [...this.#cards][0]);
    oldest.item.remove();
    this.#cards.delete(turn);
  }

  #press(button) {
    if (button.action !== "ask") return;
    if (this.#ask(button.value) && !this.#wide.matches) this.#close();
  }

  #count() {
    const open = [...this.#cards.values()].filter(({ tone }) => tone in { critical: 1, error: 1, warning: 1 });
    const worst = ["critical", "error", "warning"].find((tone) => open.some((card) => card.tone === tone));
    this.#badge.hidden = !open.length;
    this.#badge.textContent = open.length > 99 ? "99+" : String(open.length);
    this.#badge.className = `badge ${worst ?? ""}`;
    const said = words.alertsOpen(open.length);
    this.#button.setAttribute("aria-label", said);
    this.#button.title = said;
    document.title = open.length ? `(${open.length}) Resync` : "Resync";
    const [sum, quiet, over, overCount] = this.#texts;
    sum.textContent = open.length ? String(open.length) : "";
    sum.className = `badge ${worst ?? ""}`;
    sum.hidden = !open.length;
    quiet.hidden = this.#lists.open.childElementCount > 0;
    over.hidden = this.#lists.over.childElementCount === 0;
    overCount.textContent = words.alertsOver(this.#lists.over.childElementCount);
  }

  // --- the panel ---

  #texts = [];

  #draw() {
    const sum = el("span", { class: "badge", "aria-hidden": "true" });
    const overCount = el("span", {});
    const quiet = el("div", { class: "quiet" }, icon("done"), el("p", {}, el("b", {}, words.alertsQuiet)),
      el("p", {}, words.alertsQuietText));
    const over = el("details", { class: "over-list" }, el("summary", {}, icon("right"), overCount), this.#lists.over);
    this.#texts = [sum, quiet, over, overCount];
    this.#panel.setAttribute("aria-label", words.alerts);
    this.#panel.append(
      el("header", {}, el("h2", { tabindex: "-1" }, words.alerts), sum,
        iconButton("close", words.alertsClose, () => this.#close())),
      el("div", { class: "alerts-scroll" }, quiet, this.#lists.open, over));
  }

  get #isOpen() {
    return !this.#panel.hidden;
  }

  #toggle() {
    if (this.#isOpen) this.#close();
    else this.#open();
  }

  #open() {
    if (this.#wide.matches) localStorage.removeItem(CLOSED);
    this.#opener = document.activeElement;
    this.#show(true);
    this.#panel.querySelector("h2").focus({ preventScroll: true });
  }

  #close() {
    if (this.#wide.matches) localStorage.setItem(CLOSED, "1");
    const hadFocus = this.#panel.contains(document.activeElement);
    this.#show(false);
    if (hadFocus) (this.#opener ?? this.#button).focus();
  }

  #show(isOpen) {
    this.#panel.hidden = !isOpen;
    document.body.classList.toggle("has-alerts", isOpen);
    this.#button.setAttribute("aria-expanded", String(isOpen));
  }
}

// The tone that the sign of its headline gives an answer, and the answer without it. What bears none is a note.
function toned(answer) {
  const [first, ...rest] = answer.blocks;
  const sign = first?.kind === "text" ? [...first.markdown][0] : "";
  const tone = TONES.get(sign);
  if (!tone) return { tone: "note", answer };
  return { tone, answer: { ...answer, blocks: [{ ...first, markdown: first.markdown.slice(sign.length).trimStart() }, ...rest] } };
}

function refused(response) {
  if (response.status >= 500) throw new Error(`status ${response.status}`);
  return response;
}

function pause(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}

function seen() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
  });
}
