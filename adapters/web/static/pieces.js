// What Markdown and blocks share: tables and code.

import { copyButton, el } from "./dom.js";
import { words } from "./words.js";

const FIGURE = /^[-+]?\d[\d.,: ]*\s?(%|[kMGT]?B|ms|s|min|h|d)?$|^(\d+\s?(d|h|min|m|s)\s?)+$|^[-–—]?$/;
const NAME = /^[A-Z0-9@/][A-Z0-9_@#./()$-]*$/;
const COMPOUND_NAME = /[A-Z].*[_#/.]|[_#/.].*[A-Z]/;
const TONES = {
  good: ["SUCC", "SUCCESSFUL", "LINKED", "UP", "AVAILABLE"],
  bad: ["ABEND", "ABENDED", "ERROR", "FAIL", "FAILED", "UNLINKED", "DOWN", "LATE", "STUCK", "NOT_AVAILABLE"],
  busy: ["EXEC", "RUNNING", "EXECUTING", "INTRO", "STARTED"],
  held: ["HELD", "BLOCKED", "SUSP", "FENCE", "AT RISK", "HIGH RISK", "UNDECIDED", "ASKED", "PEND"],
  calm: ["WAITING", "HOLD", "READY", "ADD", "CANCEL", "CANCELED", "SUPPRESS", "SUPPR"],
};
const TONE_OF = new Map(Object.entries(TONES).flatMap(([tone, statuses]) => statuses.map((status) => [status, tone])));

export function codeBlock(text, language = "") {
  return el("div", { class: "code" },
    el("div", { class: "code-bar" }, el("span", {}, language || words.text), copyButton(words, () => text)),
    el("pre", { tabindex: "0" }, el("code", {}, text)));
}

// `content` makes the nodes of a cell. Columns of figures are set to the right, names as code, statuses get their colour.
export function tableOf(columns, rows, content = (text) => document.createTextNode(text)) {
  const styles = columns.map((_, column) => styleOf(rows.map((row) => row[column].trim())));
  const style = (column) => styles[column];
  const cell = (text, column) => el("td", { class: style(column) }, cellContent(text, content));
  return el("div", { class: "table", tabindex: "0", role: "region", "aria-label": columns.join(", ") },
    el("table", {},
      el("thead", {}, el("tr", {}, columns.map((name, column) => el("th", { scope: "col", class: style(column) }, name)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map(cell))))));
}

function cellContent(text, content) {
  const tone = TONE_OF.get(text.trim().toUpperCase());
  if (tone) return el("span", { class: `pill ${tone}` }, text);
  return content(text);
}

function styleOf(texts) {
  if (texts.some((text) => /\d/.test(text)) && texts.every((text) => FIGURE.test(text))) return "figure";
  const isNames = texts.some((text) => COMPOUND_NAME.test(text)) && texts.every((text) => !text || NAME.test(text));
  return isNames ? "name" : null;
}
