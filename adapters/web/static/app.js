// Puts the page together.

import { Alerts } from "./alerts.js";
import { Composer } from "./composer.js";
import { Conversation, localId } from "./conversation.js";
import { el, icon, iconButton, newId } from "./dom.js";
import { Messages } from "./messages.js";
import { Status } from "./status.js";
import { words } from "./words.js";

const at = (id) => document.getElementById(id);
const scroll = at("scroll");
const welcome = at("welcome");

document.documentElement.lang = words.language;

// --- the list of messages ---

let announceTimer = 0;
function announce(text) {
  clearTimeout(announceTimer); // only the newest of a quick series is worth saying
  announceTimer = setTimeout(() => { at("announcer").textContent = text; }, 300);
}

const asked = new Map(); // what each of our messages sent, to ask it again
const messages = new Messages(at("messages"), { press, announce });

const view = {
  restore(entries, working, isPending) {
    for (const entry of entries) {
      if (entry.kind === "question") messages.question(localId(entry.message), entry.text, new Date(entry.at));
      else messages.answer(entry);
    }
    if (working) messages[working.kind](working.turn, working.text);
    else if (isPending) messages.wait();
    showWelcome();
    scrollDown();
  },
  question: (message, text) => keepingDown(() => messages.question(message, text)),
  status: (turn, text) => keepingDown(() => messages.status(turn, text)),
  delta: (turn, text) => keepingDown(() => messages.delta(turn, text)),
  answer: (data) => keepingDown(() => messages.answer(data)),
  refused: (_message, data) => keepingDown(() => messages.answer(data)),
  failed(message, sentence) {
    const body = asked.get(message);
    keepingDown(() => messages.failed(message, sentence, () => (body ? send(body, newId()) : composer.focus())));
  },
  idle: () => messages.idle(),
  connection: showConnection,
  gone: () => announce(words.gone),
};

const conversation = new Conversation(view);

function ask(text) {
  if (conversation.isBusy) {
    announce(words.busy);
    return false;
  }
  const message = newId();
  messages.question(message, text);
  send({ message: text }, message);
  return true;
}

function press(button) {
  if (conversation.isBusy) return;
  const message = newId();
  messages.question(message, button.action === "ask" ? button.value : button.label);
  send({ button: { action: button.action, value: button.value } }, message);
}

function send(body, message) {
  asked.set(message, body);
  messages.wait();
  showWelcome();
  scrollDown();
  conversation.ask(body, message);
}

function begin() {
  conversation.leave();
  messages.clear();
  showConnection(null);
  showWelcome();
  composer.focus();
}

// --- staying at the newest line, unless somebody reads above ---

const down = iconButton("down", words.latest, () => scrollDown(), { class: "to-latest", hidden: true });
const isDown = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
let wasDown = true;
scroll.addEventListener("scroll", () => { wasDown = down.hidden = isDown(); });
new ResizeObserver(() => { if (wasDown) scrollDown(); }).observe(scroll); // a banner came, a keyboard went

function scrollDown() {
  scroll.scrollTop = scroll.scrollHeight;
}

function keepingDown(change) {
  const isFollowing = isDown();
  change();
  if (isFollowing) requestAnimationFrame(() => requestAnimationFrame(scrollDown)); // texts are drawn in the next frame
  else down.hidden = false;
}

// --- what stands around it ---

function suggestionList(name) {
  return el("ul", { class: name }, words.suggestions.map(([question, why]) =>
    el("li", {}, el("button", { type: "button", onclick: () => ask(question) }, el("b", {}, question), el("span", {}, why)))));
}

function showWelcome() {
  welcome.hidden = !messages.isEmpty;
  document.body.classList.toggle("is-empty", messages.isEmpty);
}

let connectionTimer = 0;
function showConnection(trouble) {
  clearInterval(connectionTimer);
  banner.hidden = trouble === null;
  if (trouble === null) return;
  const until = Date.now() + trouble.wait;
  const count = () => { wait.textContent = words.retrying(Math.max(1, Math.ceil((until - Date.now()) / 1000))); };
  const wait = el("span");
  banner.replaceChildren(icon("alert"), el("b", {}, words.lost), wait,
    el("button", { type: "button", class: "button", onclick: trouble.retry }, words.tryNow));
  count();
  connectionTimer = setInterval(count, 1000);
}

const banner = el("div", { class: "banner", role: "alert", hidden: true });
addEventListener("online", () => banner.querySelector("button")?.click());

const themeButton = iconButton("moon", words.toggleTheme, () => { globalThis.resyncTheme.toggle(); showTheme(); });
function showTheme() {
  themeButton.replaceChildren(icon(globalThis.resyncTheme.isDark() ? "sun" : "moon"));
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showTheme);
showTheme();

const alerts = new Alerts(at("alerts"), at("alerts-announcer"), ask);
const environment = el("span", { class: "environment", hidden: true });
const strip = el("div", { class: "strip" });
const dots = el("div", { class: "dots" });
at("bar").append(
  el("a", { class: "brand", href: "/" }, el("img", { src: "/static/chat/logo.svg", alt: "" }), el("h1", {}, "Resync")),
  environment, strip, dots, themeButton, alerts.button,
  el("button", { type: "button", class: "button begin", title: words.newConversation, onclick: begin },
    icon("plus"), el("span", {}, words.newConversation)));

const plan = el("div");
const connections = el("ul", { class: "links" });
at("rail").append(
  el("section", {}, el("h2", {}, words.plan), plan),
  el("section", {}, el("h2", {}, words.connections), connections),
  el("section", { class: "rail-suggestions" }, el("h2", {}, words.tryThese), suggestionList("short")));

welcome.append(
  el("img", { src: "/static/chat/logo.svg", alt: "" }), el("h2", {}, words.welcome), el("p", {}, words.welcomeText),
  suggestionList("suggestions"));

const composer = new Composer(at("dock"), ask);
at("dock").prepend(banner);
at("chat").append(down);
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    begin();
  }
});

new Status({ environment, strip, dots, plan, connections }, ask).start();
alerts.start();
await conversation.restore();
showWelcome();
composer.focus();
