// What the listener draws: spectrogram, scores over time, and a bar for each class.

function percent(score) {
  return `${Math.round((100 * score) / 256)}%`;
}

// A bar for each class with its last score; `show(scores)`, uint8, or null for none.
function scoreBars(names, threshold) {
  const rows = names.map((name) => {
    const bar = make("i");
    return { bar, row: make("div", { class: "tiny-score" }, make("span", {}, name), make("div", {}, bar)) };
  });
  const element = make("div", { class: "tiny-scores", "aria-hidden": "true" }, ...rows.map(({ row }) => row));
  const show = (scores) => {
    element.style.setProperty("--threshold", percent(threshold()));
    rows.forEach(({ bar, row }, i) => {
      bar.style.width = scores ? percent(scores[i]) : "0";
      row.classList.toggle("tiny-over", Boolean(scores) && i >= 2 && scores[i] >= threshold());
    });
  };
  show(null);
  return { element, show };
}

// From black over violet and orange to pale yellow: darker is quieter, also in grey.
const COLOURS = [[0, 0, 4], [59, 15, 112], [140, 41, 129], [222, 73, 104], [254, 159, 109], [252, 253, 191]];

function colour(code) {
  const place = ((code + 128) / 255) * (COLOURS.length - 1);
  const i = Math.min(Math.floor(place), COLOURS.length - 2);
  return COLOURS[i].map((from, k) => from + (place - i) * (COLOURS[i + 1][k] - from));
}

// Draw spectrogram and scores. `live`: the window is three seconds and scrolls, else it is all.
function drawScope(canvas, history, names, threshold, live, playhead) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width) return;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const ink = style.getPropertyValue("--ink"), soft = style.getPropertyValue("--soft"), line = style.getPropertyValue("--line");
  const hops = live ? ON_SCREEN : Math.max(history.features.length, 1);
  const first = live ? ON_SCREEN - history.features.length : 0; // where the oldest hop is drawn
  const x = (hop) => ((hop + first) / hops) * width;
  const at = (seconds) => x(history.features.length - (history.end - seconds) / HOP_SECONDS);
  const split = Math.round(height * 0.6), bottom = height - 18;
  pen.font = `11px ${style.fontFamily}`;

  pen.fillStyle = "#000004";
  pen.fillRect(0, 0, width, split);
  if (history.features.length) {
    const image = new ImageData(history.features.length, BINS);
    history.features.forEach((frame, hop) => frame.forEach((code, bin) => {
      image.data.set([...colour(code), 255], 4 * ((BINS - 1 - bin) * history.features.length + hop));
    }));
    const small = make("canvas", { width: image.width, height: image.height });
    small.getContext("2d").putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(small, x(0), 0, x(history.features.length) - x(0), split);
  }

  const y = (score) => bottom - 4 - (score / 256) * (bottom - split - 22);
  pen.strokeStyle = line;
  pen.fillStyle = soft;
  const every = hops * HOP_SECONDS > 12 ? 5 : hops * HOP_SECONDS > 5 ? 1 : 0.5;
  const earliest = history.end - history.features.length * HOP_SECONDS;
  for (let time = Math.max(0, Math.ceil(earliest / every) * every); time <= history.end; time += every) {
    pen.fillRect(at(time), bottom, 1, 4);
    pen.fillText(`${time.toFixed(every < 1 ? 1 : 0)} s`, at(time) + 3, height - 5);
  }
  const tops = names.map((_, i) => Math.max(0, ...history.scores.map((row) => (row ? row[i] : 0))));
  const palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
  names.forEach((name, i) => {
    const bright = i >= 2 && tops[i] >= threshold / 2;
    pen.strokeStyle = bright ? palette[(i - 2) % palette.length] : line;
    pen.lineWidth = bright ? 2 : 1;
    pen.setLineDash(bright && i - 2 >= palette.length ? [7, 3] : []);
    pen.beginPath();
    let peakAt = null;
    history.scores.forEach((row, hop) => {
      if (!row) return;
      pen.lineTo(x(hop + 1), y(row[i]));
      if (row[i] === tops[i]) peakAt ??= hop;
    });
    pen.stroke();
    if (!bright) return;
    pen.fillStyle = ink;
    const wide = pen.measureText(name).width;
    pen.fillText(name, Math.max(2, Math.min(x(peakAt + 1) - wide / 2, width - wide - 2)), y(tops[i]) - 6);
  });
  pen.lineWidth = 1;
  pen.strokeStyle = ink; // the threshold
  pen.setLineDash([5, 4]);
  pen.strokeRect(-2, y(threshold), width + 4, 0);
  pen.fillStyle = ink;
  pen.fillText("threshold", 4, y(threshold) - 4);
  pen.setLineDash([]);

  for (const gap of history.gaps) {
    pen.fillStyle = "#ffffff";
    pen.fillRect(x(gap) - 1, 0, 2, split);
  }
  for (const one of history.heard) {
    const place = at(one.seconds);
    if (place < x(0)) continue;
    pen.fillStyle = soft;
    pen.fillRect(place, 0, 1, bottom);
    pen.font = `bold 13px ${style.fontFamily}`;
    const wide = pen.measureText(one.word).width + 12;
    const left = Math.min(Math.max(place - wide / 2, 2), width - wide - 2);
    pen.fillStyle = "#ffffff";
    pen.fillRect(left, 6, wide, 20);
    pen.fillStyle = "#000000";
    pen.fillText(one.word, left + 6, 20);
  }
  if (playhead !== null) {
    pen.fillStyle = "#56b4e9";
    pen.fillRect(at(playhead) - 1, 0, 2, bottom);
  }
}
