// Keeps the page true: swaps in the parts that changed, tells the time since, and says loudly when it cannot.
"use strict";

const SILENT_MS = 15000; // three heartbeats
const RETRY_MS = 3000;

let source = null;
let heardAt = performance.now();
let clock = null; // what the server's clock said, and when: this device's own may be wrong
let heardOnce = false;
let standings = new Map();

const element = (id) => document.getElementById(id);
const serverNow = () => (clock ? clock.server + performance.now() - clock.at : Date.now());

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
  const silent = performance.now() - heardAt > SILENT_MS;
  const cut = element("cut");
  if (silent) write(cut, `No connection to the recommender for ${lasting(performance.now() - heardAt)}. What you see is old: new falls will not show here.`);
  if (cut.hidden === silent) cut.hidden = !silent;
  document.body.classList.toggle("stale", silent);
  const deaf = element("no-broker") !== null; // the page is live, but what it shows is not
  element("live").classList.toggle("on", heardOnce && !silent && !deaf);
  write(element("live-text"), silent ? "not connected" : deaf ? "no broker" : heardOnce ? "live" : "connecting");
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
  source = new EventSource("/live");
  source.addEventListener("board", (event) => {
    const news = JSON.parse(event.data);
    beat(news.now);
    document.title = news.title;
    for (const [id, html] of Object.entries(news.sections)) swap(id, html);
    announce();
    heardOnce = true;
    tell();
  });
  source.addEventListener("beat", (event) => {
    beat(event.data);
    tell();
  });
  source.addEventListener("error", () => {
    source.close();
    setTimeout(connect, RETRY_MS);
  });
}

function beat(now) {
  heardAt = performance.now();
  clock = { server: Date.parse(now), at: heardAt };
}

// A half-open connection gives no error: begin again when nothing is heard.
setInterval(() => {
  tell();
}, 1000);
setInterval(() => {
  if (performance.now() - heardAt > SILENT_MS && source.readyState === EventSource.OPEN) connect();
}, 5000);
announce();
connect();
tell();
