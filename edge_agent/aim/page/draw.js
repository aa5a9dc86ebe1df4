// Draws joints, zones and the map; the picture itself never comes here.
const COLOURS = {
  lying: "#ff8a80", sitting: "#7cc4ff", standing: "#7be08f", walking: "#ffd54a", other: "#d89cff", unknown: "#c3ccd1",
};
const SEEN = 0.3;

export function draw(canvas, told, room, shapes, chosen, words) {
  const [width, height] = told.size;
  const scale = Math.min(2, 1280 / width);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d");
  const at = ([x, y]) => [x * canvas.width, y * canvas.height];
  pen.fillStyle = "#05080a";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  drawMap(pen, canvas, told.seen);
  shapes.forEach((shape, index) => drawShape(pen, canvas, shape, index === chosen, at, words));
  told.spots.forEach((spot, index) => spot && mark(pen, at(spot), String(index + 1), "#ffc24b"));
  for (const person of told.people) drawPerson(pen, canvas, person, room.bones, at, words);
}

function drawMap(pen, canvas, seen) {
  const wide = canvas.width / seen.columns, high = canvas.height / seen.rows;
  for (const [column, row, good, bad] of seen.fields) {
    const share = good / (good + bad);
    pen.fillStyle = share >= 0.5 ? "rgb(95 211 141 / 30%)" : "rgb(255 123 114 / 30%)";
    pen.fillRect(column * wide + 1, row * high + 1, wide - 2, high - 2);
  }
}

function drawShape(pen, canvas, shape, chosen, at, words) {
  pen.beginPath();
  shape.polygon.forEach((corner, index) => (index ? pen.lineTo(...at(corner)) : pen.moveTo(...at(corner))));
  pen.closePath();
  pen.fillStyle = shape.kind === "mask" ? "rgb(90 90 90 / 85%)" : "rgb(124 196 255 / 12%)";
  pen.fill();
  pen.lineWidth = chosen ? 5 : 2.5;
  pen.strokeStyle = shape.kind === "mask" ? "#aaa" : "#7cc4ff";
  pen.stroke();
  const middle = [0, 1].map((axis) => shape.polygon.reduce((sum, corner) => sum + corner[axis], 0) / shape.polygon.length);
  write(pen, canvas, shape.name, at(middle), "#dfe7ea");
}

function drawPerson(pen, canvas, person, bones, at, words) {
  const colour = COLOURS[person.posture];
  const unit = canvas.height / 480;
  pen.globalAlpha = person.lost ? 0.4 : 1;
  pen.lineCap = "round";
  for (const [one, other] of bones) {
    const [from, to] = [person.joints[one], person.joints[other]];
    if (!from || !to || from[2] < SEEN || to[2] < SEEN) continue;
    pen.beginPath();
    pen.moveTo(...at(from));
    pen.lineTo(...at(to));
    pen.lineWidth = 4 * unit;
    pen.strokeStyle = colour;
    pen.stroke();
  }
  for (const joint of person.joints) if (joint[2] >= SEEN) dot(pen, at(joint), 4 * unit, "#fff");
  if (!person.joints.length) mark(pen, at(person.hip), "?", colour);
  const top = person.joints.filter((joint) => joint[2] >= SEEN).reduce((least, joint) => Math.min(least, joint[1]), person.hip[1]);
  const [x, y] = at([person.hip[0], top]);
  write(pen, canvas, words.postures[person.posture] + (person.lost ? `, ${words.lost}` : ""), [x, y - 18 * unit], colour);
  pen.globalAlpha = 1;
}

function mark(pen, [x, y], text, colour) {
  dot(pen, [x, y], 16, colour);
  pen.fillStyle = "#000";
  pen.font = "bold 20px system-ui, sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(text, x, y);
}

function dot(pen, [x, y], radius, colour) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fillStyle = colour;
  pen.fill();
}

function write(pen, canvas, text, [x, y], colour) {
  const size = Math.max(18, canvas.width / 32);
  pen.font = `600 ${size}px system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  const half = pen.measureText(text).width / 2 + 6;
  const to = [Math.min(Math.max(x, half), canvas.width - half), Math.min(Math.max(y, size), canvas.height - size)];
  pen.lineWidth = 5;
  pen.strokeStyle = "#000";
  pen.strokeText(text, ...to);
  pen.fillStyle = colour;
  pen.fillText(text, ...to);
}
