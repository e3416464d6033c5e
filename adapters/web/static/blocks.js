// The blocks of an answer, each drawn natively. `press` is called with a button that was pressed.

import { el, safeUrl } from "./dom.js";
import { inlineMarkdown, markdown } from "./markdown.js";
import { codeBlock, tableOf } from "./pieces.js";
import { withSigns } from "./signs.js";
import { words } from "./words.js";

const DRAW = {
  text: (block) => el("div", { class: "prose" }, markdown(block.markdown)),
  fields: (block) => el("dl", { class: "fields" },
    block.pairs.map(([label, value]) => el("div", {}, el("dt", {}, label), el("dd", {}, inlineMarkdown(value))))),
  table: (block) => el("figure", {}, tableOf(block.columns, block.rows),
    block.more > 0 ? el("figcaption", {}, words.more(block.more)) : null),
  code: (block) => codeBlock(block.text, block.language),
  image: (block) => image(block),
  buttons: (block, press) => el("div", { class: "buttons" }, block.buttons.map((button) =>
    el("button", { type: "button", class: `button ${button.style}`, onclick: () => press(button) }, button.label))),
  context: (block) => el("p", { class: "context" }, inlineMarkdown(block.markdown)),
  divider: () => el("hr"),
  mentions: (block) => el("p", { class: "called" }, block.people.map((one) => {
    const [whom, name] = one.split("|");
    return el("span", {}, `@${name || whom}`);
  })),
};

export function drawAnswer(answer, press) {
  const blocks = answer.blocks.length ? answer.blocks : [{ kind: "text", markdown: answer.text }];
  return blocks.map((block) => DRAW[block.kind]?.(block, press)).filter(Boolean).map(withSigns);
}

// The page loads nothing from elsewhere: a picture of another server is a link to it.
function image(block) {
  if (block.url.startsWith("data:image/")) return el("img", { src: block.url, alt: block.alt, class: "picture" });
  const url = safeUrl(block.url);
  return url ? el("p", {}, el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, block.alt || url)) : null;
}
