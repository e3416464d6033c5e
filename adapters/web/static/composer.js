// The place to write. Enter sends, Shift+Enter breaks the line, ArrowUp and ArrowDown walk through earlier questions,
// Escape clears, "/" leads here from anywhere.

import { el, icon, iconButton } from "./dom.js";
import { words } from "./words.js";

const KEY = "resync.questions";
const KEPT = 50;
const TALLEST = 200; // px

export class Composer {
  #field;
  #button;
  #send;
  #earlier = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
  #at = 0; // how far back in the earlier questions

  // `send` takes a text and says whether it was taken.
  constructor(dock, send) {
    this.#send = send;
    this.#field = el("textarea", {
      rows: "1", placeholder: words.ask, "aria-label": words.ask, autocomplete: "off", spellcheck: "false",
      enterkeyhint: "send",
      oninput: () => { this.#at = 0; this.#fit(); },
      onkeydown: (event) => this.#key(event),
    });
    this.#button = iconButton("send", words.send, () => this.#submit(), { class: "send", disabled: true });
    const hints = [];
    for (let at = 0; at < words.keys.length; at += 2) {
      hints.push(el("span", {}, el("kbd", {}, words.keys[at]), ` ${words.keys[at + 1]}`));
    }
    dock.append(
      el("div", { class: "composer" }, this.#field, this.#button),
      el("p", { class: "hints", "aria-hidden": "true" }, hints));
    document.addEventListener("keydown", (event) => {
      const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
      if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        this.focus();
      }
    });
  }

  focus() {
    this.#field.focus();
  }

  #key(event) {
    if (event.isComposing) return; // an input method is at work: Enter chooses there
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape") {
      this.#set("");
      this.#at = 0;
    } else if (event.key === "ArrowUp" && (this.#at > 0 || this.#field.value === "")) {
      this.#recall(event, this.#at + 1);
    } else if (event.key === "ArrowDown" && this.#at > 0) {
      this.#recall(event, this.#at - 1);
    }
  }

  #recall(event, at) {
    if (at > this.#earlier.length) return;
    event.preventDefault();
    this.#at = at;
    this.#set(at === 0 ? "" : this.#earlier.at(-at));
  }

  #submit() {
    const text = this.#field.value.trim();
    if (!text || !this.#send(text)) return;
    this.#earlier = [...this.#earlier.filter((earlier) => earlier !== text), text].slice(-KEPT);
    sessionStorage.setItem(KEY, JSON.stringify(this.#earlier));
    this.#at = 0;
    this.#set("");
  }

  #set(text) {
    this.#field.value = text;
    this.#field.setSelectionRange(text.length, text.length);
    this.#fit();
  }

  #fit() {
    this.#button.disabled = this.#field.value.trim() === "";
    this.#field.style.height = "auto";
    this.#field.style.height = `${Math.min(this.#field.scrollHeight, TALLEST)}px`;
  }
}
