// One conversation with the bot: asking, streaming, and getting back to it after a lost connection or a reload.
//
// `view` is told what happens: restore(entries, working), question(message, text), status(turn, text), delta(turn, text),
// answer(data), refused(message, data), failed(message, sentence), idle(), connection(null | {wait, retry}), gone().
// What belongs to a conversation that was left is told no more.

import { isAfter, readEvents } from "./events.js";

const KEY = "resync.conversation";
const BEGINNING = "0-0";
const LONGEST_WAIT = 15_000; // ms
const UNANSWERED = 5 * 60_000; // ms after which a question without an answer is no longer waited for
export const MOST_PENDING = 4; // a browser opens six connections to one server

export class Conversation {
  #view;
  #id = sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
  #position = BEGINNING;
  #pending = new Set(); // our messages, and "turn:..." found at work after a reload
  #streams = 0;
  #following = null; // the life whose events are being read on
  #beginning = null; // while the first question of a conversation is on its way, the others wait for its id
  #life = new AbortController(); // of this conversation: aborted when it is left

  constructor(view) {
    this.#view = view;
  }

  get isBusy() {
    return this.#pending.size >= MOST_PENDING;
  }

  async restore() {
    if (!this.#id) return;
    const life = this.#life.signal;
    const response = await this.#tryUntilReached(`/api/chat/${this.#id}`, {}, life);
    if (life.aborted) return;
    if (!response.ok) {
      this.#remember(null);
      return;
    }
    const { position, entries, working } = await response.json();
    if (life.aborted) return;
    this.#position = position;
    const answered = new Set(entries.flatMap((entry) => (entry.questions ?? []).map(({ message }) => message)));
    for (const { kind, message, at } of entries) {
      const isRecent = Date.now() - Date.parse(at) < UNANSWERED;
      if (kind === "question" && isRecent && !answered.has(message)) this.#pending.add(message);
    }
    this.#view.restore(entries, working, this.#pending.size > 0);
    if (this.#pending.size) await this.#follow(life);
    else this.#view.idle();
  }

  // Forgets this conversation here; the next question begins another.
  leave() {
    this.#life.abort();
    this.#life = new AbortController();
    this.#remember(null);
    this.#position = BEGINNING;
    this.#pending.clear();
    this.#beginning = null;
  }

  // `local` is our own id for the message, see dom.newId.
  async ask(body, local) {
    const sent = { id: local, zone: Intl.DateTimeFormat().resolvedOptions().timeZone, ...body };
    await this.#beginning;
    let began = () => {};
    if (!this.#id) this.#beginning = new Promise((resolve) => { began = resolve; });
    const life = this.#life.signal;
    this.#pending.add(local);
    try {
      const response = await this.#tryUntilReached("/api/chat", {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
        body: JSON.stringify({ ...sent, conversation: this.#id }),
      }, life);
      if (!life.aborted) await this.#read(response, local, began, life);
    } finally {
      began();
    }
  }

  async #read(response, local, began, life) {
    if (!response.ok) {
      const { error } = await response.json().catch(() => ({}));
      if (life.aborted) return;
      this.#settle(local);
      this.#view.failed(local, error ?? null);
      if (response.status === 404) {
        this.leave();
        this.#view.gone();
      }
      return;
    }
    this.#streams += 1;
    try {
      for await (const event of readEvents(response)) {
        if (life.aborted) break;
        this.#take(event, local);
        if (event.kind === "accepted") began();
      }
    } catch {
      // cut: what is missing is read from where we were
    } finally {
      this.#streams -= 1;
    }
    if (!life.aborted && this.#pending.size && !this.#streams) await this.#follow(life);
  }

  // Reads on from the last position until nothing is pending.
  async #follow(life) {
    if (this.#following === life || !this.#id) return;
    this.#following = life;
    try {
      while (this.#pending.size) {
        const response = await this.#tryUntilReached(`/api/chat/${this.#id}/events?after=${this.#position}`, {
          headers: { Accept: "text/event-stream" },
        }, life);
        if (life.aborted) return;
        if (!response.ok) {
          for (const local of [...this.#pending]) {
            this.#settle(local);
            this.#view.failed(local, null);
          }
          return;
        }
        try {
          for await (const event of readEvents(response)) {
            if (life.aborted) return;
            this.#take(event, null);
            if (!this.#pending.size) break;
          }
        } catch {
          // cut again: the loop comes back with its position
        }
      }
    } finally {
      if (this.#following === life) this.#following = null;
    }
  }

  // Server errors and lost connections are tried again, later and later; the person can hurry it. Null if `life` ends.
  async #tryUntilReached(path, options, life) {
    for (let attempt = 0; !life.aborted; attempt += 1) {
      try {
        const response = await fetch(path, { ...options, signal: life });
        if (response.status < 500) {
          this.#view.connection(null);
          return response;
        }
      } catch {
        // no connection, or left
      }
      if (life.aborted) return null;
      const wait = Math.min(LONGEST_WAIT, 500 * 2 ** attempt) * (0.5 + Math.random() / 2);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, wait);
        const retry = () => {
          clearTimeout(timer);
          resolve();
        };
        life.addEventListener("abort", retry, { once: true });
        this.#view.connection({ wait, retry });
      });
    }
    return null;
  }

  #take({ kind, id, data }, local) {
    if (id) {
      if (!isAfter(id, this.#position)) return; // another stream of ours brought it
      this.#position = id;
    }
    switch (kind) {
      case "accepted":
        this.#remember(data.conversation);
        break;
      case "question":
        this.#view.question(localId(data.message), data.text);
        break;
      case "status":
        this.#view.status(data.turn, data.text);
        break;
      case "delta":
        this.#view.delta(data.turn, data.text);
        break;
      case "answer":
        this.#answer(data, local);
        break;
    }
  }

  #answer(data, local) {
    if (data.turn === null) {
      this.#view.refused(local, data);
    } else {
      this.#view.answer(data);
    }
    for (const { message } of data.questions) this.#settle(localId(message));
  }

  #settle(local) {
    this.#pending.delete(local);
    this.#pending.delete(`${this.#id}.${local}`);
    if (!this.#pending.size) this.#view.idle();
  }

  #remember(id) {
    this.#id = id;
    for (const storage of [sessionStorage, localStorage]) {
      if (id) storage.setItem(KEY, id);
      else storage.removeItem(KEY);
    }
  }
}

// A message's id is its conversation's and the one that its client gave it.
export function localId(message) {
  return message.slice(message.indexOf(".") + 1);
}
