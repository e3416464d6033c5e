// The live status: the plan as a bar, the connections as dots, from GET /api/status. Every member of it may be missing.

import { el } from "./dom.js";
import { words } from "./words.js";

const EVERY = 8_000; // ms
const GROUPS = {
  SUCCESSFUL: "done", SUCC: "done", COMPLETED: "done",
  RUNNING: "busy", EXECUTING: "busy", EXEC: "busy",
  ERROR: "bad", ABEND: "bad", FAIL: "bad",
  BLOCKED: "held", HELD: "held", UNDECIDED: "held", STUCK: "held",
  CANCELED: "other", CANCELLED: "other", SUPPRESS: "other",
};
const ORDER = ["done", "busy", "bad", "held", "calm", "other"];

const number = new Intl.NumberFormat(navigator.language);

export class Status {
  #parts;
  #ask;
  #timer = 0;

  // `parts`: elements {environment, strip, dots, plan, connections}; `ask` is called with a question.
  constructor(parts, ask) {
    this.#parts = parts;
    this.#ask = ask;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#pause() : this.#look()));
  }

  start() {
    this.#look();
  }

  #pause() {
    clearTimeout(this.#timer);
  }

  async #look() {
    this.#pause();
    let status = null;
    try {
      const response = await fetch("/api/status", { headers: { Accept: "application/json" } });
      if (response.ok) status = await response.json();
    } catch {
      // shown as unknown
    }
    this.#show(status ?? {});
    if (!document.hidden) this.#timer = setTimeout(() => this.#look(), EVERY);
  }

  #show({ environment, engine, redis, model, plan }) {
    const { environment: label, strip, dots, plan: planCard, connections } = this.#parts;
    label.textContent = environment ?? "";
    label.hidden = !environment;
    const links = [
      [words.engine, engine?.name, engine?.state, [engine?.detail, clock(engine?.clock)].filter(Boolean).join(" · ")],
      [words.model, model?.name, model?.state, null],
      [words.redis, null, redis?.state, null],
    ];
    dots.replaceChildren(...links.map(([name, , state]) => {
      const said = `${name}: ${stateWord(state)}`;
      return el("span", { class: `dot ${tone(state)}`, title: said }, el("span", { class: "dot-name" }, name),
        el("span", { class: "unseen" }, `: ${stateWord(state)}`));
    }));
    connections.replaceChildren(...links.map(([name, detail, state, more]) =>
      el("li", {}, el("span", { class: `dot ${tone(state)}`, "aria-hidden": "true" }),
        el("span", { class: "link-name" }, name, detail ? el("b", {}, detail) : null),
        el("span", { class: "link-state", title: more || null }, stateWord(state)),
        more ? el("span", { class: "link-more" }, more) : null)));
    const counts = grouped(plan?.by_status ?? {});
    const total = plan?.total ?? [...counts.values()].reduce((sum, count) => sum + count, 0);
    strip.replaceChildren(...(plan ? stripOf(counts, total) : []));
    planCard.replaceChildren(...(plan ? this.#planOf(counts, total) : [el("p", { class: "context" }, words.noPlan)]));
  }

  #planOf(counts, total) {
    return [
      el("p", { class: "total" }, el("b", {}, number.format(total)), ` ${words.jobs}`),
      bar(counts),
      el("ul", { class: "counts" }, [...counts].map(([group, count]) =>
        el("li", {}, el("button", { type: "button", title: words.statusQuestions[group],
          onclick: () => this.#ask(words.statusQuestions[group]) },
        el("span", { class: `mark ${group}`, "aria-hidden": "true" }), words.statuses[group],
        el("b", {}, number.format(count)))))),
    ];
  }
}

function stripOf(counts, total) {
  const shown = ["bad", "busy", "held"].filter((group) => counts.has(group));
  return [
    bar(counts),
    el("span", { class: "strip-counts" },
      shown.map((group) => el("span", { title: words.statuses[group] }, el("span", { class: `mark ${group}` }),
        number.format(counts.get(group)), el("span", { class: "unseen" }, ` ${words.statuses[group]}`))),
      el("span", { class: "strip-total" }, `${number.format(total)} ${words.jobs}`)),
  ];
}

function bar(counts) {
  const said = [...counts].map(([group, count]) => `${words.statuses[group]} ${count}`).join(", ");
  return el("div", { class: "plan-bar", role: "img", "aria-label": said }, [...counts].map(([group, count]) => {
    const part = el("span", { class: `part ${group}` });
    part.style.flexGrow = count;
    return part;
  }));
}

function grouped(byStatus) {
  const counts = new Map(ORDER.map((group) => [group, 0]));
  for (const [status, count] of Object.entries(byStatus)) {
    const group = GROUPS[status.toUpperCase()] ?? "calm";
    counts.set(group, counts.get(group) + count);
  }
  return new Map([...counts].filter(([, count]) => count > 0));
}

// The engine's own wall clock, whatever the browser's zone: 2026-11-23T02:05:00-03:00 is five past two.
function clock(time) {
  const match = /T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?([+-]\d\d:\d\d|Z)?$/.exec(time ?? "");
  return match ? `${match[1]}${match[2] ? ` (UTC${match[2] === "Z" ? "" : match[2]})` : ""}` : time;
}

function stateWord(state) {
  return words.states[state] ?? state ?? words.states.unknown;
}

function tone(state) {
  if (["up", "ready", "ok", "closed", "built-in"].includes(state)) return "good";
  if (["down", "open", "error", "unreachable"].includes(state)) return "bad";
  return "unknown";
}
