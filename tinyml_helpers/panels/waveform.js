// What the recorder draws: a recording's waveform. Python puts this file before recorder.js.

// A waveform that fills its frame: `draw(samples, total)` where `total` samples are the width.
function waveform() {
  const columns = 300;
  const space = "http://www.w3.org/2000/svg";
  const element = document.createElementNS(space, "svg");
  element.setAttribute("class", "tiny-wave");
  element.setAttribute("viewBox", `0 -100 ${columns} 200`);
  element.setAttribute("preserveAspectRatio", "none");
  element.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  const axis = document.createElementNS(space, "line");
  axis.setAttribute("x2", columns);
  element.append(axis, path);
  const draw = (samples, total) => {
    const width = total / columns;
    const upper = [], lower = [];
    const scale = 90 / Math.max(peak(samples), 3000); // a quiet one isn't blown up to a loud one
    for (let i = 0; (i + 1) * width <= samples.length; i++) {
      let low = 0, high = 0;
      for (let k = Math.floor(i * width); k < (i + 1) * width; k++) {
        low = Math.min(low, samples[k]);
        high = Math.max(high, samples[k]);
      }
      upper.push(`${i} ${(-high * scale).toFixed(1)}`);
      lower.unshift(`${i} ${(-low * scale).toFixed(1)}`);
    }
    axis.style.display = upper.length ? "" : "none"; // words may stand in its place
    path.setAttribute("d", upper.length ? `M${upper.join("L")}L${lower.join("L")}Z` : "");
  };
  draw([], RATE);
  return { element, draw };
}
