// A forearm with a hand and a watch, drawn on a canvas in three dimensions as its orientation is.
// A point is [x, y, z] in the sensor's axes: x along the forearm, z out of the watch's screen.

const ROUND = (-55 * Math.PI) / 180, ABOVE = (16 * Math.PI) / 180; // where it is looked at from
const EYE = [Math.cos(ABOVE) * Math.cos(ROUND), Math.cos(ABOVE) * Math.sin(ROUND), Math.sin(ABOVE)];
const ACROSS = [-Math.sin(ROUND), Math.cos(ROUND), 0];
const UP = [-Math.sin(ABOVE) * Math.cos(ROUND), -Math.sin(ABOVE) * Math.sin(ROUND), Math.cos(ABOVE)];
const LIGHT = [0.1, -0.62, 0.78];
const WATCH = [0.7, 0, 0.1]; // the middle of its screen
const REACH = 1.15, FLOOR = -1.2, DISC = 0.8; // the elbow is at 0

const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const minus = (a, b) => a.map((value, i) => value - b[i]);

// [w, x, y, z] -> a function that turns a point of the sensor's into the world's.
function turner([w, x, y, z]) {
  const rows = [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
  return (point) => rows.map((row) => dot(row, point));
}

// Faces of a tube closed at both ends. Its rings are [centre, half width, half height], all across x.
function tube(rings, part, corners = 14) {
  const points = rings.map(([[x, y, z], wide, high]) =>
    Array.from({ length: corners }, (_, i) => {
      const angle = (2 * Math.PI * i) / corners;
      return [x, y + wide * Math.cos(angle), z + high * Math.sin(angle)];
    }));
  const faces = [{ part, points: points[0].slice().reverse() }, { part, points: points.at(-1) }];
  for (let ring = 1; ring < points.length; ring++) {
    const [from, to] = [points[ring - 1], points[ring]];
    for (let i = 0; i < corners; i++) {
      const next = (i + 1) % corners;
      faces.push({ part, points: [from[i], from[next], to[next], to[i]] });
    }
  }
  return faces;
}

// Faces of the watch's case: a rounded square, its screen a face of its own.
function watch() {
  const outline = (size, z) =>
    Array.from({ length: 24 }, (_, i) => {
      const angle = (2 * Math.PI * (i + 0.5)) / 24;
      const round = (value) => Math.sign(value) * Math.abs(value) ** 0.5;
      return [WATCH[0] + size * 0.94 * round(Math.cos(angle)), size * 1.1 * round(Math.sin(angle)), z];
    });
  const [low, high] = [outline(0.1, 0.05), outline(0.1, 0.1)];
  const [edge, glass] = [outline(0.086, 0.112), outline(0.072, 0.1121)];
  const faces = [{ part: "case", points: edge }, { part: "screen", points: glass, lift: 0.02 }];
  for (const [below, above] of [[low, high], [high, edge]])
    below.forEach((point, i) => {
      const next = (i + 1) % 24;
      faces.push({ part: "case", points: [point, below[next], above[next], above[i]] });
    });
  return faces;
}

const ARM = [
  ...tube([[[-0.07, 0, 0], 0.05, 0.05], [[-0.04, 0, 0], 0.09, 0.085], [[0.03, 0, 0], 0.112, 0.105],
    [[0.18, 0, 0], 0.125, 0.115], [[0.34, 0, 0], 0.115, 0.102], [[0.5, 0, 0], 0.098, 0.082],
    [[0.64, 0, 0], 0.084, 0.064], [[0.76, 0, 0], 0.078, 0.056], [[0.83, 0, 0], 0.09, 0.052],
    [[0.91, 0, 0], 0.108, 0.048], [[0.98, 0, -0.008], 0.106, 0.042], [[1.06, 0, -0.02], 0.09, 0.034],
    [[1.12, 0, -0.032], 0.066, 0.026], [[1.145, 0, -0.037], 0.03, 0.014]], "skin"),
  ...tube([[[0.81, -0.06, -0.01], 0.035, 0.035], [[0.88, -0.11, -0.02], 0.036, 0.032],
    [[0.95, -0.145, -0.03], 0.03, 0.026], [[1.0, -0.155, -0.035], 0.014, 0.014]], "skin", 8),
  ...tube([[[0.655, 0, 0], 0.092, 0.073], [[0.745, 0, 0], 0.089, 0.069]], "strap"),
];
const CASE = watch();

// Draw the scene. `trail` is where the hand pointed lately, unit vectors in the world; `hand` is 1
// or -1, to which side along x it is; `colours` are by name, as [r, g, b] or as CSS has them.
function drawArm(canvas, quaternion, hand, trail, colours) {
  const ratio = canvas.width / canvas.clientWidth, context = canvas.getContext("2d");
  const [wide, high] = [canvas.clientWidth, canvas.clientHeight];
  const scale = Math.min(wide / 2.4, high / 2.6);
  const place = (point) => [wide / 2 + scale * dot(point, ACROSS), high * 0.46 - scale * dot(point, UP)];
  const trace = (points) =>
    points.map(place).forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  const turn = turner(quaternion);
  const mirrored = ([x, y, z]) => turn([hand * x, y, z]);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, wide, high);
  context.lineJoin = context.lineCap = "round";
  drawFloor(context, trace, colours, ARM.map(({ points }) => points.map(mirrored)), hand);
  drawTrail(context, trace, colours, trail);

  const seen = [];
  for (const { part, points, lift = 0 } of [...ARM, ...CASE]) {
    const world = points.map(mirrored);
    const normal = normalOf(world, hand);
    if (dot(normal, EYE) <= 0) continue;
    const shade = 0.62 + 0.38 * Math.max(0, dot(normal, LIGHT));
    const depth = world.reduce((sum, point) => sum + dot(point, EYE), 0) / world.length + lift;
    seen.push({ part, world, shade, depth: part === "skin" ? depth - 0.02 : depth });
  }
  seen.sort((a, b) => a.depth - b.depth);
  for (const { part, world, shade } of seen) {
    const light = part === "screen" ? 1 : shade;
    context.fillStyle = context.strokeStyle = `rgb(${colours[part].map((value) => value * light)})`;
    context.lineWidth = 0.7; // else the paper would show between two faces
    context.beginPath();
    trace(world);
    context.closePath();
    context.fill();
    context.stroke();
  }
  drawAxes(context, place, turn, hand, colours);
}

// A face's direction, a unit vector out of the body; a mirrored body's corners run the other way.
function normalOf(face, hand) {
  const normal = cross(minus(face[1], face[0]), minus(face[2], face[0]));
  const length = Math.hypot(...normal) || 1;
  return normal.map((value) => (hand * value) / length);
}

// A disc below the forearm, and the forearm's shadow on it.
function drawFloor(context, trace, colours, faces, hand) {
  const circle = Array.from({ length: 60 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 60;
    return [DISC * Math.cos(angle), DISC * Math.sin(angle), FLOOR];
  });
  context.beginPath();
  trace(circle);
  context.fillStyle = colours.floor;
  context.fill();
  context.save();
  context.clip();
  context.beginPath();
  for (const face of faces.filter((face) => normalOf(face, hand)[2] > 0)) {
    trace(face.map(([x, y]) => [x, y, FLOOR]));
    context.closePath();
  }
  context.fillStyle = colours.shadow;
  context.fill();
  context.restore();
}

function drawTrail(context, trace, colours, trail) {
  context.strokeStyle = colours.accent;
  context.lineCap = "butt"; // pieces that overlap would show as dots
  context.lineWidth = 2.5;
  for (let i = 1; i < trail.length; i++) {
    context.globalAlpha = (0.75 * i) / trail.length;
    context.beginPath();
    trace([trail[i - 1], trail[i]].map((point) => point.map((value) => value * REACH)));
    context.stroke();
  }
  context.globalAlpha = 1;
  context.lineCap = "round";
}

// The sensor's axes, in the colours of their curves, from the middle of the watch.
function drawAxes(context, place, turn, hand, colours) {
  const middle = [hand * WATCH[0], WATCH[1], WATCH[2] + 0.012];
  context.font = "600 12px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  "xyz".split("").forEach((name, axis) => {
    const along = (length) => place(turn(middle.map((value, i) => value + (i === axis ? length : 0))));
    const [from, to, label] = [along(0), along(0.3), along(0.38)];
    context.strokeStyle = context.fillStyle = colours[name];
    context.lineWidth = 2.2;
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
    context.beginPath();
    context.arc(...to, 3, 0, 2 * Math.PI);
    context.fill();
    context.fillText(name, ...label);
  });
}
