// Keeps the page true: swaps in the parts that changed, tells the time since, and says loudly when it cannot.
"use strict";

const LIMIT_MS = 1000 * Number(document.body.dataset.limitS); // older than this, nothing here is called true
const RETRY_MS = Math.min(3000, LIMIT_MS / 3);

let source = null;
let triedAt = 0;
let clock = null; // what the server's clock said, and when: this device's own may be wrong
let truth = null; // when the view was last known to be true, on two clocks of this device, and as people read it
let heardOnce = false;
let title = document.title;
let standings = new Map();

const element = (id) => document.getElementById(id);
const serverNow = () => clock.server + performance.now() - clock.at;

// While a laptop sleeps one of its clocks stands still, and either can be set: the larger age is the honest one.
const age = () => Math.max(performance.now() - truth.at, Date.now() - truth.wall);

function heard(times) {
  const server = Date.parse(times.now);
  const late = Math.abs(server - Date.parse(times.true_at)); // the server itself may have nothing newer
  clock = { server, at: performance.now() };
  truth = { at: performance.now() - late, wall: Date.now() - late, clock: times.clock };
}

function lasting(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min${s < 600 && s % 60 ? ` ${s % 60} s` : ""}`;
  if (s < 172800) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} days`;
}

function tell() {
  const now = serverNow();
  for (const time of document.querySelectorAll("time[data-ago]")) {
    write(time, `${lasting(now - Date.parse(time.dateTime))} ago`);
  }
  for (const time of document.querySelectorAll("time[data-until]")) {
    const left = Date.parse(time.dateTime) - now;
    write(time, left > 0 ? `in ${lasting(left)}` : "now");
  }
  const lost = age() > LIMIT_MS;
  tellLoss(lost);
  const deaf = element("no-broker") !== null; // the page is live, but what it shows is not
  element("live").classList.toggle("on", heardOnce && !lost && !deaf);
  write(element("live-text"), lost ? "not connected" : deaf ? "no broker" : heardOnce ? "live" : `true at ${truth.clock}`);
  document.title = lost ? `NOT CONNECTED · ${title}` : title;
}

function tellLoss(lost) {
  const cut = element("cut");
  if (lost) {
    write(element("cut-since"), truth.clock);
    write(element("cut-for"), lasting(age()));
  }
  if (cut.hidden === lost) cut.hidden = !lost;
  document.body.classList.toggle("lost", lost);
  for (const button of document.querySelectorAll("main button")) button.disabled = lost; // it would lead nowhere
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Swapping must not close what is being read, nor take the keyboard's place away.
function swap(id, html) {
  const part = element(id);
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const place = focused && (focused.id || (focused.parentElement && focused.parentElement.id && `${focused.parentElement.id} summary`));
  const opened = [...part.querySelectorAll("details[open]")].map((details) => details.id);
  part.innerHTML = html;
  for (const name of opened) {
    const details = element(name);
    if (details) details.open = true;
  }
  if (place) {
    const [parent, summary] = place.split(" ");
    const again = summary ? element(parent) && element(parent).querySelector("summary") : element(parent);
    if (again) again.focus({ preventScroll: true });
  }
}

// Only what became more urgent is read aloud.
function announce() {
  const before = standings;
  standings = new Map();
  const news = [];
  for (const card of document.querySelectorAll("[data-alert]")) {
    standings.set(card.dataset.alert, card.dataset.standing);
    const urgent = ["alarm", "suspected", "check"].includes(card.dataset.standing);
    if (heardOnce && urgent && before.get(card.dataset.alert) !== card.dataset.standing) news.push(card.dataset.say);
  }
  if (news.length) write(element("say"), news.join(". "));
}

function connect() {
  if (source) source.close();
  triedAt = performance.now();
  source = new EventSource("/live");
  source.addEventListener("board", (event) => {
    const news = JSON.parse(event.data);
    title = news.title;
    for (const [id, html] of Object.entries(news.sections)) swap(id, html);
    announce();
    heardOnce = true;
    heard(news);
    tell();
  });
  source.addEventListener("beat", (event) => {
    heard(JSON.parse(event.data));
    tell();
  });
  source.addEventListener("error", () => {
    source.close();
    setTimeout(again, RETRY_MS);
  });
}

// A half-open connection gives no error, and a hanging attempt can take minutes: begin again when nothing is heard.
function again() {
  if (age() > LIMIT_MS / 2 && performance.now() - triedAt >= RETRY_MS) connect();
}

function wake() {
  tell();
  again();
}

const sent = document.body.dataset;
heard({ now: sent.now, true_at: sent.trueAt, clock: element("cut-since").textContent });
setInterval(wake, Math.min(1000, RETRY_MS));
document.addEventListener("visibilitychange", wake);
for (const name of ["pageshow", "focus", "online"]) window.addEventListener(name, wake);
announce();
connect();
tell();
