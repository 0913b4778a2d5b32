// Keyword spotting, live: the notebook's own panel (listenerPanel), answered by the spotter in this
// page where in a notebook Python answers.
"use strict";

// What a panel takes for its widget's model: values by name, and messages, each with one answer.
class PageModel {
  constructor(values, answer) {
    this.values = values;
    this.answer = answer; // (message, buffers) => [content, arrays]
    this.handlers = new Map();
  }

  get(name) {
    return this.values[name];
  }

  set(name, value) {
    this.values[name] = value;
    this.emit(`change:${name}`);
  }

  on(event, handler) {
    if (!this.handlers.has(event)) this.handlers.set(event, new Set());
    this.handlers.get(event).add(handler);
  }

  off(event, handler) {
    this.handlers.get(event)?.delete(handler);
  }

  emit(event, ...values) {
    for (const handler of [...(this.handlers.get(event) ?? [])]) handler(...values);
  }

  send({ ticket, ...message }, _callbacks, buffers) {
    let content,
      arrays = [];
    try {
      [content, arrays] = this.answer(message, buffers);
    } catch (error) {
      content = { error: error.message };
    }
    const views = arrays.map(
      (array) => new DataView(array.buffer, array.byteOffset, array.byteLength),
    );
    // Later, as from a kernel: who sends waits for nothing yet.
    queueMicrotask(() => this.emit("msg:custom", { ticket, ...content }, views));
  }
}

const HOP_SECONDS = KEYWORDS.hopSamples / 16000;

// What the panel draws of hops: content; and features, whether the model ran, averaged scores.
function told(hops, busySeconds) {
  const { names } = KEYWORDS,
    blank = new Uint8Array(names.length);
  const joined = (type, parts) => type.from(parts.flatMap((part) => [...part]));
  const heard = hops
    .filter(({ detected }) => detected !== null)
    .map(({ detected, seconds, smoothed }) => ({
      word: names[detected],
      seconds,
      score: smoothed[detected],
    }));
  const content = { hops: hops.length, end: hops.at(-1)?.seconds ?? 0, heard };
  if (hops.length) content.load = busySeconds / (HOP_SECONDS * hops.length);
  return [
    content,
    [
      joined(
        Int8Array,
        hops.map(({ features }) => features),
      ),
      Uint8Array.from(hops, ({ smoothed }) => Number(smoothed !== null)),
      joined(
        Uint8Array,
        hops.map(({ smoothed }) => smoothed ?? blank),
      ),
    ],
  ];
}

// Lets the spotter hear samples; what `told` says of them.
function hear(spotter, samples) {
  const begun = performance.now();
  const hops = spotter.push(samples);
  return told(hops, (performance.now() - begun) / 1000);
}

async function open() {
  const place = document.getElementById("panel"),
    says = document.getElementById("says");
  const example = document.getElementById("example");
  let spotter;
  try {
    spotter = await Spotter.open();
  } catch (error) {
    says.textContent = error.message;
    says.classList.add("trouble");
    return;
  }
  const { buffer } = bytesOfBase64(KEYWORDS.sound);
  const sound = new Int16Array(buffer);
  const model = new PageModel(
    { names: KEYWORDS.names, threshold: KEYWORDS.threshold, board: "This browser", played: 0 },
    ({ kind }, [samples]) => {
      if (kind === "hear") return hear(spotter, new Int16Array(samples));
      spotter.reset();
      if (kind === "start") return [{}, []];
      const [content, arrays] = hear(spotter, sound);
      return [content, [...arrays, sound]];
    },
  );
  listenerPanel.render({ model, el: place });
  // All of it is drawn at once; the panel's own button then plays it.
  example.addEventListener("click", () => {
    model.set("played", model.get("played") + 1);
    setTimeout(() => {
      const buttons = [...place.querySelectorAll("button")];
      buttons.find((button) => button.textContent.includes("Replay") && !button.hidden)?.click();
    });
  });
  example.disabled = false;
}

open();
