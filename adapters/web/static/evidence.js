// Under an answer: which look-ups it rests on, each with its arguments and, when opened, its result.

import { el, icon } from "./dom.js";
import { codeBlock } from "./pieces.js";
import { words } from "./words.js";

// The button that opens the panel, and the panel.
export function evidenceOf(evidence) {
  if (!evidence.length) return [];
  const panel = el("div", { class: "look-ups", hidden: true },
    el("p", { class: "context" }, words.evidenceWhy),
    evidence.map(lookUp));
  const button = el("button", { type: "button", class: "evidence", "aria-expanded": "false", onclick: () => {
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
  } }, icon("right"), words.evidence(evidence.length));
  return [button, panel];
}

function lookUp({ tool, arguments: given, result }) {
  const pairs = Object.entries(given).filter(([, value]) => value !== null);
  const details = el("details", { class: "look-up" },
    el("summary", {}, icon("right"), el("code", {}, tool),
      el("span", { class: "arguments" }, pairs.length
        ? pairs.map(([name, value]) => el("span", {}, `${name} `, el("b", {}, shown(value))))
        : words.noArguments)));
  // A result can be long: it is drawn when somebody wants to see it.
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) {
      details.append(codeBlock(JSON.stringify(result, null, 2), words.result));
    }
  });
  return details;
}

function shown(value) {
  if (Array.isArray(value)) return value.map(shown).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
