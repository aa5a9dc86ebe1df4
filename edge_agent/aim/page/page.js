// The installer's page. Everything it shows comes from this box: joints, words, counts.
import { draw } from "./draw.js";

const $ = (id) => document.getElementById(id);
const TABS = ["frame", "floor", "zones", "test"];
const LOST_MS = 6000;
const BAD = new Set(["no_pictures", "dark", "over_exposed", "covered", "frozen", "too_small", "out_of_infra_red"]);
const state = { words: {}, room: null, camera: null, told: null, shapes: [], chosen: -1, stream: null, heardAt: 0, over: false };

function make(tag, text, more = {}) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  return Object.assign(made, more);
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

async function ask(path, body) {
  const answer = await fetch(path, body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  return { ok: answer.ok, status: answer.status, body: await answer.json() };
}

// --- entering ---------------------------------------------------------------------------------------------------

async function enter(code) {
  const { ok, body } = await ask("enter", { code });
  if (ok) return begin();
  $("refused").textContent = state.words.entry[body.entry] ?? state.words.entry.wrong;
}

async function begin() {
  const { ok, body } = await ask("room");
  $("enter").hidden = ok;
  $("work").hidden = $("end").hidden = !ok;
  if (!ok) return;
  state.room = body;
  const choice = $("camera");
  choice.replaceChildren(...body.cameras.map((camera) => make("option", `${camera.room} · ${camera.id}`, { value: camera.id })));
  choice.hidden = body.cameras.length === 1;
  choice.setAttribute("aria-label", state.words.camera);
  choice.onchange = () => look(choice.value);
  look(body.cameras[0].id);
}

function look(id) {
  state.camera = state.room.cameras.find((camera) => camera.id === id);
  state.shapes = [...state.camera.zones, ...state.camera.masks.map((mask) => ({ ...mask, kind: "mask" }))];
  choose(-1);
  $("where").textContent = state.camera.room;
  document.title = `${state.camera.room} · Carepose`;
  $("proposed").replaceChildren();
  $("calibrated").textContent = "";
  listen();
}

function listen() {
  state.stream?.close();
  state.stream = new EventSource(`live?camera=${encodeURIComponent(state.camera.id)}`);
  state.stream.onmessage = (event) => {
    state.heardAt = Date.now();
    state.told = JSON.parse(event.data);
    show();
  };
}

setInterval(() => {
  const lost = !state.over && state.told !== null && Date.now() - state.heardAt > LOST_MS;
  $("cut").hidden = !lost;
  document.body.classList.toggle("lost", lost);
  if (lost && state.told.left_s * 1000 < LOST_MS) close();
}, 500);

// --- what is seen -----------------------------------------------------------------------------------------------

function show() {
  const { told, words } = state;
  draw($("canvas"), told, state.room, state.shapes, state.chosen, words);
  const people = told.people.map((person) => words.postures[person.posture]).join(", ");
  $("canvas").setAttribute("aria-label", people || words.nobody);
  $("left").textContent = fill(words.left, { minutes: Math.ceil(told.left_s / 60) });
  showHints();
  showFloor();
  showSteps();
}

function put(list, key, made) {
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(...made());
}

function showHints() {
  const { told, words } = state;
  put($("hints"), JSON.stringify(told.advice.map((each) => each.hint)), () => {
    const hints = told.advice.map(({ hint }) => {
      const item = make("li", undefined, { className: BAD.has(hint) ? "bad" : "" });
      item.append(make("strong", words.hints[hint][0]), words.hints[hint][1]);
      return item;
    });
    if (hints.length) return hints;
    const well = make("li", undefined, { className: "good" });
    well.append(make("strong", words.well[0]), words.well[1]);
    return [well];
  });
  const view = told.view;
  const known = view.tilt_deg !== null && view.height_m !== null;
  const numbers = known && { tilt: view.tilt_deg.toFixed(0), roll: (view.roll_deg ?? 0).toFixed(0), height: view.height_m.toFixed(2) };
  $("view").textContent = known ? fill(view.estimated ? words.view_estimated : words.view_measured, numbers) : words.view_unknown;
}

function showFloor() {
  const { told, words } = state;
  for (const [corner, button] of [...$("corners").children].entries()) {
    const standing = told.standing?.corner === corner;
    const text = `${corner + 1}. ${words.corners[corner]}` + (told.spots[corner] ? " ✓" : standing ? " …" : "");
    if (button.textContent !== text) button.textContent = text;
    button.classList.toggle("quiet", !standing);
  }
  const said = told.standing ? words.standing[told.standing.why] : "";
  if ($("standing").textContent !== said) $("standing").textContent = said;
  $("calibrate").disabled = !told.spots.every(Boolean);
}

function showSteps() {
  const { told, words, room } = state;
  put($("steps"), JSON.stringify([told.test, told.verdicts, state.camera.id]), () => room.steps.map((step) => {
    const verdict = told.verdicts[step], runs = told.test?.step === step;
    const item = make("li", undefined, { className: runs ? "runs" : verdict ? (verdict.passed ? "pass" : "fail") : "" });
    const [title, how] = words.steps[step];
    const button = make("button", verdict ? words.again : words.start, { className: verdict ? "quiet" : "", disabled: runs });
    button.setAttribute("aria-label", `${button.textContent}: ${title}`);
    button.dataset.step = step;
    item.append(make("strong", title), button);
    const needed = fill(how, { seconds: room.needed_s[step] });
    const reason = verdict && (words.reasons[verdict.reason] ?? verdict.reason);
    item.append(make("p", runs ? `${needed} ${fill(words.held, { held: Math.floor(told.test.held_s), needed: room.needed_s[step] })}`
      : verdict ? `${verdict.passed ? words.passed : words.failed}${verdict.passed ? "" : `: ${reason}`}` : needed));
    return item;
  }));
}

// --- zones and masks --------------------------------------------------------------------------------------------

function choose(index) {
  state.chosen = index;
  showShapes();
}

function showShapes() {
  const { words, shapes } = state;
  $("shapes").replaceChildren(...shapes.map((shape, index) => {
    const item = make("li", undefined, { className: shape.kind === "mask" ? "mask" : "" });
    const name = make("input", undefined, { value: shape.name, maxLength: 32, pattern: "[a-z0-9\\-]{1,32}" });
    name.oninput = () => { shape.name = name.value; };
    name.onfocus = () => { state.chosen = index; showChosen(); };
    const label = make("label", `${words.kinds[shape.kind]} – ${words.name}`);
    label.append(name);
    const away = make("button", words.remove, { className: "quiet" });
    away.setAttribute("aria-label", `${words.remove}: ${shape.name}`);
    away.onclick = () => { shapes.splice(index, 1); choose(-1); };
    item.append(label, away);
    return item;
  }));
  showChosen();
}

function showChosen() {
  const { shapes, chosen } = state;
  [...$("shapes").children].forEach((item, index) => item.classList.toggle("chosen", index === chosen));
  $("corner-more").disabled = chosen < 0;
  $("corner-less").disabled = chosen < 0 || shapes[chosen].polygon.length <= 3;
  showHandles();
}

function showHandles() {
  const shape = state.shapes[state.chosen];
  const shown = shape && !$("panel-zones").hidden ? shape.polygon : [];
  $("handles").replaceChildren(...shown.map((corner, index) => handle(shape, corner, index)));
}

function handle(shape, corner, index) {
  const button = make("button", undefined, { type: "button" });
  button.setAttribute("aria-label", fill(state.words.corner, { number: index + 1, name: shape.name }));
  const place = () => { button.style.left = `${corner[0] * 100}%`; button.style.top = `${corner[1] * 100}%`; };
  const to = (x, y) => {
    corner[0] = Math.min(1, Math.max(0, x));
    corner[1] = Math.min(1, Math.max(0, y));
    place();
    show();
  };
  button.onpointerdown = (event) => { button.setPointerCapture(event.pointerId); };
  button.onpointermove = (event) => {
    if (!button.hasPointerCapture(event.pointerId)) return;
    const stage = $("stage").getBoundingClientRect();
    to((event.clientX - stage.left) / stage.width, (event.clientY - stage.top) / stage.height);
  };
  button.onkeydown = (event) => {
    const by = event.shiftKey ? 0.002 : 0.01;
    const moves = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    to(corner[0] + move[0], corner[1] + move[1]);
  };
  place();
  return button;
}

function add() {
  const kind = $("kind").value;
  const taken = new Set(state.shapes.map((shape) => shape.name));
  let number = 1;
  while (taken.has(`${kind}-${number}`)) number += 1;
  const shift = 0.04 * (state.shapes.length % 5);
  const [left, top, right, bottom] = [0.3 + shift, 0.3 + shift, 0.6 + shift, 0.6 + shift];
  state.shapes.push({ name: `${kind}-${number}`, kind, polygon: [[left, top], [right, top], [right, bottom], [left, bottom]] });
  choose(state.shapes.length - 1);
  $("handles").firstElementChild?.focus();
}

function moreCorners() {
  const { polygon } = state.shapes[state.chosen];
  const long = (index) => {
    const [one, other] = [polygon[index], polygon[(index + 1) % polygon.length]];
    return Math.hypot(one[0] - other[0], one[1] - other[1]);
  };
  const longest = polygon.map((_, index) => index).reduce((best, index) => (long(index) > long(best) ? index : best), 0);
  const [one, other] = [polygon[longest], polygon[(longest + 1) % polygon.length]];
  polygon.splice(longest + 1, 0, [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2]);
  showShapes();
}

function said(place, lines) {
  place.replaceChildren(...lines.map((line) => make("p", line, { className: "problem" })));
}

async function propose() {
  const zones = state.shapes.filter((shape) => shape.kind !== "mask").map(({ name, kind, polygon }) => ({ name, kind, polygon }));
  const masks = state.shapes.filter((shape) => shape.kind === "mask").map(({ name, polygon }) => ({ name, polygon }));
  const { ok, body } = await ask("propose", { camera: state.camera.id, zones, masks });
  if (!ok) return said($("proposed"), body.said);
  const link = make("a", state.words.download, { href: `proposal?camera=${encodeURIComponent(state.camera.id)}` });
  link.setAttribute("download", "");
  $("proposed").replaceChildren(make("p", state.words.proposed), link, make("pre", body.text));
}

// --- floor and test ---------------------------------------------------------------------------------------------

async function calibrate() {
  const body = { camera: state.camera.id, width_m: Number($("width").value), depth_m: Number($("depth").value) };
  const answer = await ask("calibrate", body);
  $("calibrated").className = answer.ok ? "" : "problem";
  $("calibrated").textContent = answer.ok ? fill(state.words.calibrated, answer.body) : state.words.spots[answer.body.said[0]] ?? answer.body.said[0];
}

async function sign(event) {
  event.preventDefault();
  const { ok, body } = await ask("sign", { camera: state.camera.id, who: $("who").value });
  if (!ok) return said($("signed"), body.said);
  const query = encodeURIComponent(state.camera.id);
  const links = [["report", state.words.report], ["report.json", state.words.report_json]].map(([path, text]) => make("a", text, { href: `${path}?camera=${query}&language=${document.documentElement.lang}`, target: "_blank" }));
  $("signed").replaceChildren(make("p", body.passed ? state.words.works : state.words.works_not),
    make("p", body.sent ? state.words.sent : state.words.not_sent), ...links.flatMap((link) => [link, make("br")]));
  $("signed").scrollIntoView({ block: "end" });
}

async function end() {
  if (!window.confirm(state.words.end_sure)) return;
  await ask("end", {});
  close();
}

function close() {
  state.over = true;
  state.stream.close();
  $("work").hidden = $("end").hidden = true;
  $("cut").hidden = true;
  $("left").textContent = "";
  $("over").hidden = false;
}

// --- the start --------------------------------------------------------------------------------------------------

function tab(name) {
  for (const each of TABS) {
    const chosen = each === name;
    $(`panel-${each}`).hidden = !chosen;
    $(`tab-${each}`).setAttribute("aria-selected", String(chosen));
    $(`tab-${each}`).tabIndex = chosen ? 0 : -1;
  }
  showHandles();
}

function tabs() {
  $("tabs").replaceChildren(...TABS.map((name) => {
    const button = make("button", state.words.tabs[name], { id: `tab-${name}`, type: "button" });
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", `panel-${name}`);
    button.onclick = () => tab(name);
    return button;
  }));
  $("tabs").onkeydown = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const at = TABS.findIndex((name) => $(`tab-${name}`).getAttribute("aria-selected") === "true");
    const next = TABS[(at + by + TABS.length) % TABS.length];
    tab(next);
    $(`tab-${next}`).focus();
  };
  tab("frame");
}

async function start() {
  const texts = (await ask("texts.json")).body;
  const language = navigator.languages.map((each) => each.slice(0, 2)).find((each) => texts[each]) ?? "en";
  state.words = texts[language];
  document.documentElement.lang = language;
  for (const each of document.querySelectorAll("[data-text]")) each.textContent = state.words[each.dataset.text];
  $("kind").replaceChildren(...Object.entries(state.words.kinds).map(([value, text]) => make("option", text, { value })));
  $("corners").replaceChildren(...state.words.corners.map((_, corner) => {
    const button = make("button", "", { className: "quiet" });
    button.onclick = () => ask("spot", { camera: state.camera.id, corner });
    return button;
  }));
  tabs();
  $("add").onclick = add;
  $("corner-more").onclick = moreCorners;
  $("corner-less").onclick = () => { state.shapes[state.chosen].polygon.pop(); showShapes(); };
  $("propose").onclick = propose;
  $("calibrate").onclick = calibrate;
  $("signing").onsubmit = sign;
  $("end").onclick = end;
  $("steps").onclick = (event) => {
    const step = event.target.dataset.step;
    if (step) ask("test", { camera: state.camera.id, step });
  };
  $("entry").onsubmit = (event) => { event.preventDefault(); enter($("code").value); };
  const code = location.hash.slice(1);
  if (code) {
    history.replaceState(null, "", location.pathname);  // so that it is neither shown nor kept
    $("code").value = code;
    await enter(code);
  } else {
    await begin();
  }
}

start();
