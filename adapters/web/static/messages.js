// The list of what was said.

import { drawAnswer } from "./blocks.js";
import { copyButton, el, icon } from "./dom.js";
import { evidenceOf } from "./evidence.js";
import { markdown } from "./markdown.js";
import { words } from "./words.js";

const clock = new Intl.DateTimeFormat(navigator.language, { hour: "2-digit", minute: "2-digit" });

export class Messages {
  #list;
  #press;
  #announce;
  #questions = new Map(); // by our own id of the message
  #turns = new Map();
  #waiting = null; // the sign of life before a turn has said anything

  // `press` is called with a button that was pressed; `announce` says a text to those who listen.
  constructor(list, { press, announce }) {
    this.#list = list;
    this.#press = press;
    this.#announce = announce;
  }

  get isEmpty() {
    return this.#list.childElementCount === 0;
  }

  clear() {
    this.#list.replaceChildren();
    this.#questions.clear();
    this.#turns.clear();
    this.#waiting = null;
  }

  question(message, text, at = new Date()) {
    if (this.#questions.has(message) || !text) return;
    const item = el("li", { class: "question" },
      el("span", { class: "unseen" }, `${words.you}: `),
      el("div", { class: "bubble", title: clock.format(at) }, text));
    this.#questions.set(message, item);
    this.#list.append(item);
    if (this.#waiting) this.#list.append(this.#waiting);
  }

  // Shown at once after a question, until its turn shows something of its own.
  wait() {
    this.#waiting ??= this.#item(statusLine(words.thinking));
    this.#list.append(this.#waiting);
  }

  status(turn, text) {
    const shown = this.#turn(turn);
    shown.status.replaceChildren(statusLine(text));
    this.#announce(text);
  }

  delta(turn, text) {
    const shown = this.#turn(turn);
    shown.status.replaceChildren();
    shown.latest = text;
    if (shown.frame) return; // one drawing per frame, of the newest text
    shown.frame = requestAnimationFrame(() => {
      shown.frame = 0;
      shown.body.replaceChildren(el("div", { class: "prose streaming" }, markdown(shown.latest)));
    });
  }

  answer(data) {
    const shown = this.#turn(data.turn ?? `refused:${data.questions[0].message}`);
    cancelAnimationFrame(shown.frame);
    shown.item.classList.remove("working");
    shown.item.setAttribute("aria-busy", "false");
    shown.status.replaceChildren();
    shown.body.replaceChildren(...drawAnswer(data.answer, this.#press));
    const copy = copyButton(words, () => data.answer.text);
    shown.foot.replaceChildren(
      ...evidenceOf(data.evidence), el("span", { class: "model" }, data.model), ...(copy ? [copy] : []));
    if (data.state === "FAILED" || data.state === "REFUSED") shown.item.classList.add("notice");
    this.#announce(data.answer.text.slice(0, 600));
  }

  // The question did not arrive. `again` asks it once more.
  failed(message, sentence, again) {
    this.#waiting?.remove();
    this.#waiting = null;
    const note = el("p", { class: "failure" }, icon("alert"), el("span", {}, sentence ?? words.failed),
      el("button", { type: "button", class: "button", onclick: () => { note.remove(); again(); } }, words.again));
    (this.#questions.get(message) ?? this.#list.lastElementChild)?.append(note);
    this.#announce(sentence ?? words.failed);
  }

  // Nothing is being worked on any more.
  idle() {
    this.#waiting?.remove();
    this.#waiting = null;
    for (const { item, status, body } of this.#turns.values()) {
      item.setAttribute("aria-busy", "false");
      status.replaceChildren();
      body.firstElementChild?.classList.remove("streaming");
    }
  }

  #turn(turn) {
    let shown = this.#turns.get(turn);
    if (!shown) {
      this.#waiting?.remove();
      this.#waiting = null;
      const body = el("div", { class: "body" });
      const status = el("div", { class: "status" });
      const foot = el("div", { class: "foot" });
      const item = this.#item(body, status, foot);
      item.classList.add("working");
      item.setAttribute("aria-busy", "true");
      shown = { item, body, status, foot, frame: 0, latest: "" };
      this.#turns.set(turn, shown);
      this.#list.append(item);
    }
    return shown;
  }

  #item(...content) {
    return el("li", { class: "answer" },
      el("img", { class: "face", src: "/static/chat/logo.svg", alt: words.bot }),
      el("div", { class: "content" }, content));
  }
}

function statusLine(text) {
  return el("p", { class: "status-line" }, el("span", { class: "pulse", "aria-hidden": "true" }), text);
}
