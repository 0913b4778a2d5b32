// The listener: hands the microphone's sound to a spotter in Python, 100 ms at a time, and draws
// what comes back: the features, the scores and what was detected.

const CHUNK = 0.1 * RATE;
const BINS = 40;
const HOP_SECONDS = 0.02;
const ON_SCREEN = 150; // hops: the last 3 s
const MOST_WAITING = 10; // chunks Python may be behind; more would only be heard late
const FLASH = 1200; // milliseconds

function render({ model, el }) {
  let microphone = null, silence = () => {}, frame = 0;
  let history = emptyHistory();
  const names = model.get("names");

  const level = levelMeter();
  const canvas = make("canvas", { class: "tiny-scope", role: "img",
    "aria-label": "spectrogram, and below it the scores of each word over time" });
  const flash = make("div", { class: "tiny-call tiny-flash", "aria-hidden": "true" });
  const bars = scoreBars(names, () => model.get("threshold"));
  const view = make("div", { class: "tiny-listening" },
    make("div", { class: "tiny-stage tiny-tall" }, canvas, flash), bars.element);
  const listen = make("button", { type: "button", class: "tiny-main", onclick: () => safely(start) }, "● Listen");
  const stop = make("button", { type: "button", onclick: halt, hidden: true }, "■ Stop");
  const replay = make("button", { type: "button", onclick: replayAll, hidden: true }, "▶ Replay");
  const cost = make("span", { class: "tiny-cost" });
  const says = make("div", { class: "tiny-says" });
  const heard = make("div", { class: "tiny-heard", role: "status", "aria-live": "polite" });
  const panel = make("div", { class: "tiny tiny-wide" }, view, level.element,
    make("div", { class: "tiny-row" }, listen, stop, replay, cost), heard, says);
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") halt(); });
  el.append(panel);

  const say = sentences(says);

  async function safely(action) {
    try {
      await action();
    } catch (error) {
      halt();
      say(error.message, true);
    }
  }

  function drawAll(playhead = null) {
    const live = history.audio === null;
    drawScope(canvas, history, names, model.get("threshold"), live, playhead);
    bars.show(history.scores.at(history.lastAt(playhead)));
  }

  function add(answer, buffers) {
    const features = arrayOf(Int8Array, buffers[0]);
    const ran = arrayOf(Uint8Array, buffers[1]);
    const scores = arrayOf(Uint8Array, buffers[2]);
    for (let i = 0; i < answer.hops; i++) {
      const row = scores.subarray(i * names.length, (i + 1) * names.length);
      history.features.push(features.subarray(i * BINS, (i + 1) * BINS));
      history.scores.push(ran[i] ? row : null);
    }
    if (answer.hops) history.end = answer.end;
    history.heard.push(...answer.heard);
    if (answer.millijoules !== undefined) history.millijoules += answer.millijoules;
    if (answer.load !== undefined) history.loads.push(answer.load);
    heard.textContent = history.heard.length
      ? "Heard: " + history.heard.slice(-6).map((one) => `${one.word} at ${one.seconds.toFixed(2)} s`).join(", ")
      : "";
  }

  function showCost() {
    const recent = history.loads.slice(-10); // a second of chunks; the model runs at some of them
    if (!recent.length) return;
    const load = recent.reduce((sum, one) => sum + one) / recent.length;
    cost.textContent = `${model.get("board")}: load ${(100 * load).toFixed(0)}%`;
    if (history.millijoules)
      cost.textContent += `, ${history.millijoules.toFixed(1)} mJ in ${history.end.toFixed(1)} s (estimated)`;
  }

  function call(one) {
    flash.replaceChildren(make("div", {}, one.word), make("small", {}, `${one.seconds.toFixed(2)} s, ${percent(one.score)}`));
    flash.getAnimations().forEach((animation) => animation.cancel());
    flash.animate([{ opacity: 1 }, { opacity: 1, offset: 0.6 }, { opacity: 0 }], { duration: FLASH, fill: "forwards" });
  }

  async function start() {
    silence();
    listen.disabled = true;
    say("The browser may ask whether this page may use the microphone: allow it.");
    await ask(model, { kind: "start" });
    microphone = await Microphone.open();
    history = emptyHistory();
    heard.textContent = cost.textContent = "";
    listen.hidden = true;
    replay.hidden = true;
    stop.hidden = false;
    stop.focus();
    say("Listening: say one of the words.");
    microphone.onend = (trouble) => { halt(); say(trouble.message, true); };
    pump(microphone);
  }

  // Send the microphone's sound on, in order. When Python is too far behind, sound is dropped, and
  // said so, until it has caught up: a whole stretch, because words don't survive many small gaps.
  function pump(source) {
    let waiting = 0, dropped = 0, dropping = false, answered = performance.now();
    let chunk = new Int16Array(CHUNK), filled = 0;
    const send = async (samples) => {
      if (!waiting) {
        dropping = false;
        answered = performance.now();
      }
      if (performance.now() - answered > PATIENCE) throw new Trouble(NO_ANSWER);
      if (waiting >= MOST_WAITING && !dropping) {
        dropping = true;
        history.gaps.push(history.features.length + Math.round((waiting * CHUNK) / RATE / HOP_SECONDS));
      }
      if (dropping) {
        dropped += CHUNK / RATE;
        say(`Python can't keep up: ${dropped.toFixed(1)} s of sound were dropped.`, true);
        return;
      }
      waiting++;
      const [answer, buffers] = await ask(model, { kind: "hear" }, [samples], 10 * PATIENCE);
      waiting--;
      answered = performance.now();
      if (source !== microphone) return;
      add(answer, buffers);
      history.forget();
      answer.heard.forEach(call);
      showCost();
    };
    source.onblock = (samples) => {
      level.show(samples);
      while (samples.length) {
        const taken = samples.subarray(0, CHUNK - filled);
        chunk.set(taken, filled);
        filled += taken.length;
        samples = samples.subarray(taken.length);
        if (filled < CHUNK) break;
        const full = chunk;
        chunk = new Int16Array(CHUNK);
        filled = 0;
        safely(() => send(full));
      }
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => drawAll());
    };
  }

  function halt() {
    silence();
    microphone?.close();
    microphone = null;
    level.show(null);
    listen.hidden = listen.disabled = false;
    stop.hidden = true;
    replay.hidden = history.audio === null;
    listen.disabled = impossible() !== "";
    if (!says.classList.contains("tiny-trouble")) say("");
  }

  // What Python played to the spotter: all of it, drawn at once.
  async function showPlayed() {
    halt();
    const [answer, buffers] = await askWhenIdle(model, { kind: "played" }, say);
    history = emptyHistory();
    history.audio = arrayOf(Int16Array, buffers[3]);
    add(answer, buffers);
    showCost();
    replay.hidden = false;
    drawAll();
  }

  // Sound and a playhead; each word flashes when its time comes.
  function replayAll() {
    silence();
    const begun = performance.now();
    let next = 0;
    const quiet = play(history.audio);
    const step = () => {
      const now = (performance.now() - begun) / 1000;
      for (; history.heard[next]?.seconds <= now; next++) call(history.heard[next]);
      if (now > history.audio.length / RATE) return silence();
      drawAll(now);
      frame = requestAnimationFrame(step);
    };
    silence = () => {
      silence = () => {};
      cancelAnimationFrame(frame);
      quiet();
      drawAll();
    };
    frame = requestAnimationFrame(step);
  }

  const played = () => safely(showPlayed);
  const resized = new ResizeObserver(() => { if (!microphone) drawAll(); });
  resized.observe(canvas);
  model.on("change:played", played);
  if (model.get("played")) played();
  if (impossible()) {
    listen.disabled = true;
    say(`${impossible()} Sound from a file works everywhere: listener.play(audio).`, true);
  }
  return () => {
    halt();
    resized.disconnect();
    model.off("change:played", played);
  };
}

// What was heard: per hop its features and its scores (null where the model didn't run).
function emptyHistory() {
  return {
    features: [], scores: [], heard: [], gaps: [], loads: [],
    end: 0, // seconds, of the last hop
    millijoules: 0,
    audio: null, // of what Python played
    // Let go of what has left the screen.
    forget() {
      const old = this.features.length - ON_SCREEN;
      if (old <= 0) return;
      this.features.splice(0, old);
      this.scores.splice(0, old);
      this.gaps = this.gaps.map((hop) => hop - old).filter((hop) => hop > 0);
    },
    // The last hop at which the model ran, until a time in seconds if one is given.
    lastAt(seconds) {
      let hop = this.scores.length - 1;
      if (seconds !== null) hop -= Math.max(0, Math.ceil((this.end - seconds) / HOP_SECONDS));
      while (hop > 0 && !this.scores[hop]) hop--;
      return Math.max(hop, 0);
    },
  };
}

export default { render };
