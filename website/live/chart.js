// A chart on a canvas, as wide as its place, in the page's colours and as sharp as the screen.
//
//     const chart = new Chart(canvas, { x: [-2, 28], y: [0, 100], across: "day", up: "score" });
//     chart.draw((chart) => {
//       chart.line([[0, 10], [1, 12]], "--accent");
//       chart.level(50, "--bad");
//     });                                       // again by itself where size or theme change
"use strict";

class Chart {
  constructor(canvas, { x, y, across = "", up = "", ticks = 7 }) {
    Object.assign(this, { canvas, x, y, across, up, ticks });
    this.paint = () => {};
    new ResizeObserver(() => this.draw(this.paint)).observe(canvas);
    const theme = { attributeFilter: ["data-jp-theme-light"] };
    new MutationObserver(() => this.draw(this.paint)).observe(document.documentElement, theme);
  }

  draw(paint) {
    this.paint = paint;
    const { canvas } = this,
      sharp = devicePixelRatio || 1,
      box = canvas.getBoundingClientRect();
    [this.wide, this.high] = [box.width, box.height];
    [canvas.width, canvas.height] = [box.width * sharp, box.height * sharp].map(Math.round);
    this.pen = canvas.getContext("2d");
    this.pen.scale(sharp, sharp);
    this.style = getComputedStyle(canvas);
    this.room = this.up || this.across ? { left: 40, right: 16, top: 18, bottom: 34 } : null;
    this.room ??= { left: 4, right: 4, top: 4, bottom: 4 };
    if (this.across) this.#axes();
    paint(this);
  }

  colour(name) {
    return this.style.getPropertyValue(name).trim();
  }

  left(x) {
    const { left, right } = this.room,
      [low, high] = this.x;
    return left + ((x - low) / (high - low)) * (this.wide - left - right);
  }

  top(y) {
    const { top, bottom } = this.room,
      [low, high] = this.y;
    const share = Math.min(Math.max((y - low) / (high - low), 0), 1);
    return this.high - bottom - share * (this.high - top - bottom);
  }

  #axes() {
    const { pen } = this;
    pen.fillStyle = this.colour("--quiet");
    pen.strokeStyle = this.colour("--edge");
    pen.lineWidth = 1;
    pen.font = `12px ${this.style.fontFamily}`;
    const base = this.high - this.room.bottom;
    for (const x of Chart.round(this.x, this.ticks)) {
      pen.textAlign = "center";
      pen.fillText(`${x}`, this.left(x), base + 15);
    }
    for (const y of Chart.round(this.y, 4)) {
      pen.beginPath();
      pen.moveTo(this.room.left, this.top(y));
      pen.lineTo(this.wide - this.room.right, this.top(y));
      pen.stroke();
      pen.textAlign = "right";
      pen.fillText(`${y}`, this.room.left - 6, this.top(y) + 4);
    }
    pen.textAlign = "right";
    pen.fillText(this.across, this.wide - this.room.right, base + 30);
    pen.textAlign = "left";
    pen.fillText(this.up, 4, 12);
  }

  // Round numbers from low to high, about so many.
  static round([low, high], many) {
    const rough = (high - low) / many,
      ten = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((times) => times * ten).find((one) => one >= rough);
    const first = Math.ceil(low / step - 1e-9);
    const count = Math.floor(high / step + 1e-9) - first + 1;
    return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(6)));
  }

  // Through [x, y]; a y of null makes a gap.
  line(points, colour, { width = 2, dash = [] } = {}) {
    const { pen } = this;
    pen.strokeStyle = this.colour(colour);
    pen.lineWidth = width;
    pen.lineJoin = "round";
    pen.setLineDash(dash);
    pen.beginPath();
    let gap = true;
    for (const [x, y] of points) {
      if (y !== null) pen[gap ? "moveTo" : "lineTo"](this.left(x), this.top(y));
      gap = y === null;
    }
    pen.stroke();
    pen.setLineDash([]);
  }

  // Between two lines of as many points.
  band(points, colour) {
    const { pen } = this;
    if (!points.length) return;
    pen.fillStyle = this.colour(colour);
    pen.globalAlpha = 0.25;
    pen.beginPath();
    points.forEach(([x, low]) => pen.lineTo(this.left(x), this.top(low)));
    points.toReversed().forEach(([x, , high]) => pen.lineTo(this.left(x), this.top(high)));
    pen.fill();
    pen.globalAlpha = 1;
  }

  // From one x to another, all the way up.
  span(from, to, colour) {
    this.band([[from, this.y[0], this.y[1]], [to, this.y[0], this.y[1]]], colour);
  }

  // A line from top to bottom, with words beside it.
  mark(x, colour, words = "") {
    const { pen } = this,
      at = this.left(x);
    this.line([[x, this.y[0]], [x, this.y[1]]], colour, { width: 1.5, dash: [2, 3] });
    pen.fillStyle = this.colour(colour);
    pen.font = `12px ${this.style.fontFamily}`;
    const before = at > this.wide / 2;
    pen.textAlign = before ? "right" : "left";
    pen.fillText(words, at + (before ? -5 : 5), this.room.top + 12);
  }

  // Columns from the floor; [x, y].
  columns(points, colour, width) {
    const { pen } = this;
    pen.fillStyle = this.colour(colour);
    for (const [x, y] of points)
      pen.fillRect(this.left(x) - width / 2, this.top(y), width, this.top(this.y[0]) - this.top(y));
  }

  dots(points, colour, radius = 3) {
    const { pen } = this;
    pen.fillStyle = this.colour(colour);
    for (const [x, y] of points) {
      pen.beginPath();
      pen.arc(this.left(x), this.top(y), radius, 0, 2 * Math.PI);
      pen.fill();
    }
  }
}
