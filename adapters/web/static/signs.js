// The signs that say how much an alert matters, drawn by the page: not every machine has a font for them.

import { el } from "./dom.js";
import { words } from "./words.js";

export const TONES = new Map([["🔴", "critical"], ["🟠", "error"], ["🟡", "warning"], ["🟢", "over"]]);
const SIGN = /[🔴🟠🟡🟢]/u;
const SIGNS = /([🔴🟠🟡🟢])/u;

// Replaces the signs in all texts of `element`, which it returns. Text to the letter stays as it is.
export function withSigns(element) {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (SIGN.test(text.data) && !text.parentElement?.closest("pre")) found.push(text);
  }
  for (const text of found) {
    text.replaceWith(...text.data.split(SIGNS).filter(Boolean).map((part) => {
      const tone = TONES.get(part);
      return tone ? el("span", { class: `sign ${tone}`, role: "img", "aria-label": words.tones[tone] }) : part;
    }));
  }
  return element;
}
