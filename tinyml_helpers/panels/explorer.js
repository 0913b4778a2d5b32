// Sliders above a picture that Python draws. While a slider moves, Python gets the newest value when
// it has drawn the last one: the picture follows as fast as it can be drawn, and no faster.

function render({ model, el }) {
  const picture = make("img", { alt: "" });
  const says = make("div", { class: "tiny-says", role: "status" });
  const say = sentences(says);
  const sliders = model.get("looks").map((look) => sliderOf(look));
  const rows = sliders.map((slider) => slider.row);
  const panel = make("div", { class: "tiny tiny-explorer", role: "group", "aria-label": "A picture to explore" }, ...rows, says, picture);
  let waiting = false, stale = false, slow = 0;

  // The track is straight; of a logarithmic slider it counts powers of ten.
  function sliderOf({ label, low, high, step, log }) {
    const [along, back] = log ? [Math.log10, (x) => 10 ** x] : [Number, Number];
    const digits = Math.max(0, -Math.floor(Math.log10(step)));
    const round = (value) => Number(log ? value.toPrecision(3) : value.toFixed(digits));
    const range = make("input", { type: "range", min: along(low), max: along(high), step, "aria-label": label });
    const exact = make("input", { type: "number", min: low, max: high, step: log ? "any" : step, "aria-label": `${label}, as a number` });
    const slider = { value: low, row: make("div", { class: "tiny-slider" }, make("span", {}, label), range, exact) };
    slider.show = (value) => {
      slider.value = value;
      range.value = along(value);
      exact.value = round(value);
      range.setAttribute("aria-valuetext", exact.value);
    };
    range.addEventListener("input", () => {
      slider.show(round(back(Number(range.value))));
      move();
    });
    exact.addEventListener("change", () => {
      const value = Number(exact.value);
      slider.show(exact.value === "" || Number.isNaN(value) ? slider.value : Math.min(Math.max(value, low), high));
      move();
    });
    return slider;
  }

  function move() {
    if (waiting) {
      stale = true;
      return;
    }
    [waiting, stale] = [true, false];
    slow = setTimeout(() => {
      panel.classList.add("tiny-busy");
      say("Python is busy: the picture follows when it is done. After a restart, run this cell again.");
    }, SLOW);
    model.set("moved", sliders.map((slider) => slider.value));
    model.save_changes();
  }

  function drawn() {
    clearTimeout(slow);
    waiting = false;
    panel.classList.remove("tiny-busy");
    say(model.get("complaint"), model.get("complaint") !== "");
    if (stale) move();
  }

  let address = "";
  function showPicture() {
    URL.revokeObjectURL(address);
    address = URL.createObjectURL(new Blob([model.get("png")], { type: "image/png" }));
    picture.src = address;
    picture.alt = model.get("alt");
  }

  const showValues = () => {
    if (!waiting) model.get("moved").forEach((value, i) => sliders[i].show(value));
  };
  const heard = { "change:png": showPicture, "change:drawn": drawn, "change:moved": showValues };
  for (const [event, handler] of Object.entries(heard)) model.on(event, handler);
  showValues();
  showPicture();
  el.append(panel);
  return () => {
    clearTimeout(slow);
    URL.revokeObjectURL(address);
    for (const [event, handler] of Object.entries(heard)) model.off(event, handler);
  };
}

export default { render };
