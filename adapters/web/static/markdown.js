// Markdown (the part of CommonMark and its tables that answers use) to DOM nodes. No HTML passes: "<b>" is shown as "<b>".

import { el, safeUrl } from "./dom.js";
import { codeBlock, tableOf } from "./pieces.js";

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([\w+-]*)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}([-*_])(\s*\1){2,}\s*$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const QUOTE = /^ {0,3}> ?(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const DEEPEST = 8; // of nested lists and quotes

export function markdown(text, depth = 0) {
  const fragment = document.createDocumentFragment();
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    const next = blockAt(lines, at, depth);
    if (next) {
      fragment.append(next.node);
      at = next.end;
    } else if (line.trim() === "") {
      at += 1;
    } else {
      const start = at;
      do at += 1; while (at < lines.length && lines[at].trim() !== "" && !startsBlock(lines, at));
      fragment.append(el("p", {}, inline(lines.slice(start, at).map((part) => part.trimStart()).join("\n"))));
    }
  }
  return fragment;
}

export function inlineMarkdown(text) {
  const fragment = document.createDocumentFragment();
  fragment.append(...inline(text));
  return fragment;
}

function startsBlock(lines, at) {
  const line = lines[at];
  return FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || ITEM.test(line)
    || isTable(lines, at);
}

function blockAt(lines, at, depth) {
  const line = lines[at];
  let match;
  if ((match = FENCE.exec(line))) return fenced(lines, at, match[1], match[2]);
  if ((match = HEADING.exec(line))) {
    const level = Math.min(match[1].length + 2, 6); // the page has its own h1 and h2
    return { node: el(`h${level}`, {}, inline(match[2])), end: at + 1 };
  }
  if (RULE.test(line)) return { node: el("hr"), end: at + 1 };
  if (depth < DEEPEST && QUOTE.test(line)) return quote(lines, at, depth);
  if (depth < DEEPEST && ITEM.test(line)) return list(lines, at, depth);
  if (isTable(lines, at)) return table(lines, at);
  return null;
}

function fenced(lines, at, fence, language) {
  const closing = new RegExp(`^ {0,3}${fence[0]}{${fence.length},}\\s*$`);
  let end = at + 1;
  while (end < lines.length && !closing.test(lines[end])) end += 1;
  return { node: codeBlock(lines.slice(at + 1, end).join("\n"), language), end: Math.min(end + 1, lines.length) };
}

function quote(lines, at, depth) {
  const inner = [];
  let end = at;
  for (let match; end < lines.length && (match = QUOTE.exec(lines[end])); end += 1) inner.push(match[1]);
  return { node: el("blockquote", {}, markdown(inner.join("\n"), depth + 1)), end };
}

// Items of one list: what is indented below an item belongs to it.
function list(lines, at, depth) {
  const [, indent, marker] = ITEM.exec(lines[at]);
  const isOrdered = /\d/.test(marker);
  const node = isOrdered ? el("ol", { start: parseInt(marker, 10) }) : el("ul");
  let end = at;
  while (end < lines.length) {
    const match = ITEM.exec(lines[end]);
    if (!match || match[1].length > indent.length + 1 || /\d/.test(match[2]) !== isOrdered) break;
    if (match[1].length < indent.length) break;
    const width = match[1].length + match[2].length + 1;
    const inner = [match[3]];
    end += 1;
    while (end < lines.length && belongsToItem(lines, end, match[1].length)) {
      inner.push(lines[end].slice(Math.min(width, lines[end].length - lines[end].trimStart().length)));
      end += 1;
    }
    node.append(el("li", {}, itemContent(inner, depth)));
  }
  return { node, end };
}

function belongsToItem(lines, at, indent) {
  const line = lines[at];
  const isIndented = line.length - line.trimStart().length > indent + 1;
  if (line.trim() !== "") return isIndented || (lines[at - 1].trim() !== "" && !startsBlock(lines, at));
  const following = lines[at + 1] ?? "";
  return following.trim() !== "" && following.length - following.trimStart().length > indent + 1;
}

// A tight item is not a paragraph.
function itemContent(inner, depth) {
  const content = markdown(inner.join("\n"), depth + 1);
  const first = content.firstElementChild;
  if (first?.tagName === "P") first.replaceWith(...first.childNodes);
  return content;
}

function isTable(lines, at) {
  return lines[at].includes("|") && at + 1 < lines.length && lines[at + 1].includes("-")
    && TABLE_RULE.test(lines[at + 1]) && cells(lines[at]).length === cells(lines[at + 1]).length;
}

function table(lines, at) {
  const columns = cells(lines[at]);
  const rows = [];
  let end = at + 2;
  for (; end < lines.length && lines[end].includes("|"); end += 1) {
    const row = cells(lines[end]);
    rows.push(columns.map((_, column) => row[column] ?? ""));
  }
  return { node: tableOf(columns, rows, inlineMarkdown), end };
}

function cells(line) {
  const inner = line.trim().replace(/^\|/, "").replace(/(^|[^\\])\|$/, "$1");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

// --- inline ---

const ESCAPABLE = /[!-/:-@[-`{-~]/;
const WORD = /[\p{L}\p{N}]/u;
const BARE_URL = /^https?:\/\/[^\s<>"'`|]+/;

function inline(text) {
  const nodes = [];
  const missing = new Set(); // delimiters that do not occur again: looking for them once is enough
  let plain = "";
  let at = 0;
  const flush = () => {
    if (plain) nodes.push(document.createTextNode(plain));
    plain = "";
  };
  while (at < text.length) {
    const found = spanAt(text, at, missing);
    if (found) {
      flush();
      nodes.push(found.node);
      at = found.end;
    } else if (text[at] === "\\" && ESCAPABLE.test(text[at + 1] ?? "")) {
      plain += text[at + 1];
      at += 2;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return nodes;
}

function spanAt(text, at, missing) {
  switch (text[at]) {
    case "`": return codeSpan(text, at, missing);
    case "[": return link(text, at);
    case "*": case "_": case "~": return emphasis(text, at, missing);
    case "h": return bareUrl(text, at);
    case "\n": return /( {2}|\\)$/.test(text.slice(Math.max(0, at - 2), at)) ? { node: el("br"), end: at + 1 } : null;
    default: return null;
  }
}

function codeSpan(text, at, missing) {
  const ticks = /^`+/.exec(text.slice(at))[0];
  if (missing.has(ticks)) return { node: document.createTextNode(ticks), end: at + ticks.length };
  for (let end = at + ticks.length; (end = text.indexOf(ticks, end)) !== -1;) {
    const run = /^`+/.exec(text.slice(end))[0];
    if (run.length === ticks.length) {
      const content = text.slice(at + ticks.length, end).replaceAll("\n", " ");
      return { node: el("code", {}, content.replace(/^ (.*[^ ].*) $/, "$1")), end: end + ticks.length };
    }
    end += run.length;
  }
  missing.add(ticks);
  return { node: document.createTextNode(ticks), end: at + ticks.length };
}

function link(text, at) {
  const match = /^\[([^[\]\n]{0,500})\]\(<?([^\s<>()]{1,2000})>?(?:\s+"[^"\n]{0,200}")?\)/.exec(text.slice(at, at + 2800));
  if (!match) return null;
  const url = safeUrl(match[2]);
  const content = inline(match[1]);
  return { node: url ? anchor(url, content) : el("span", {}, content), end: at + match[0].length };
}

function bareUrl(text, at) {
  if (at > 0 && WORD.test(text[at - 1])) return null;
  const match = BARE_URL.exec(text.slice(at, at + 2000));
  if (!match) return null;
  const shown = match[0].replace(/[.,;:!?)\]*_]+$/, "");
  const url = safeUrl(shown);
  return url ? { node: anchor(url, [shown]), end: at + shown.length } : null;
}

function anchor(url, content) {
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, content);
}

// Underscores within words, as in PAY_POST_DAILY, are no emphasis.
function emphasis(text, at, missing) {
  const mark = text[at];
  const run = new RegExp(`^\\${mark}+`).exec(text.slice(at, at + 4))[0];
  const before = text[at - 1] ?? " ";
  const after = text[at + run.length] ?? " ";
  const size = Math.min(run.length, 2);
  const delimiter = mark.repeat(size);
  const plainRun = { node: document.createTextNode(run), end: at + run.length };
  if (run.length > 3 || (mark === "~" && size !== 2)) return plainRun;
  if (/\s/.test(after) || (mark === "_" && WORD.test(before)) || missing.has(delimiter)) return plainRun;
  for (let end = at + size; (end = text.indexOf(delimiter, end)) !== -1; end += 1) {
    const isClosing = !/\s/.test(text[end - 1]) && end > at + size
      && (size === 2 || (text[end + 1] !== mark && text[end - 1] !== mark))
      && !(mark === "_" && WORD.test(text[end + size] ?? " "));
    if (isClosing) {
      while (size === 2 && text[end + 2] === mark) end += 1; // "***x***": the outer pair closes last
      const content = inline(text.slice(at + size, end));
      return { node: el(mark === "~" ? "s" : size === 2 ? "strong" : "em", {}, content), end: end + size };
    }
  }
  missing.add(delimiter);
  return plainRun;
}
