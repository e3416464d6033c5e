// Making elements. Nothing on this page is ever parsed as HTML: texts become text nodes, and only these.

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  send: "M12 19V5M5.5 11.5 12 5l6.5 6.5",
  stop: "M7 7h10v10H7z",
  copy: "M9 9h10v11H9zM5 15V4h10",
  done: "M5 12.5l4.5 4.5L19 7.5",
  plus: "M12 5v14M5 12h14",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4",
  moon: "M20 14.2A8.2 8.2 0 0 1 9.8 4 8.2 8.2 0 1 0 20 14.2z",
  down: "M12 5v14M5.5 12.5 12 19l6.5-6.5",
  right: "M9.5 6l6 6-6 6",
  bell: "M6 17v-6.5a6 6 0 0 1 12 0V17l1.5 1.5h-15zM10 21.5h4",
  close: "M6 6l12 12M18 6L6 18",
  alert: "M12 4 2.8 19.5h18.4zM12 10v4.2M12 17v.2",
};

// el("p", {class: "x", onclick: f, "aria-label": "y"}, "text", node, [more])
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onclick, properties = {}) {
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...properties },
    icon(name));
}

// A button that copies `text()` and says so for a moment; none where the browser lets no page copy (plain http).
export function copyButton(words, text) {
  if (!navigator.clipboard) return null;
  const button = iconButton("copy", words.copy, async () => {
    await navigator.clipboard.writeText(text());
    button.replaceChildren(icon("done"));
    button.setAttribute("aria-label", words.copied);
    setTimeout(() => {
      button.replaceChildren(icon("copy"));
      button.setAttribute("aria-label", words.copy);
    }, 1600);
  });
  return button;
}

// A random id that nobody guesses.
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Only these lead anywhere: no javascript:, no data:, nothing relative.
export function safeUrl(text) {
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}
