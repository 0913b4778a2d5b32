// The browser's microphone, for recorder.js and listener.js: Python puts this file before theirs.

const RATE = 16000; // samples a second of everything that leaves this file

// Why getUserMedia failed, in a sentence.
function refusal(error) {
  const byPage = document.permissionsPolicy ?? document.featurePolicy;
  if (error.name === "NotAllowedError" && byPage && !byPage.allowsFeature("microphone"))
    return "This page is shown inside another one that doesn't lend it the microphone: open the notebook in a browser window of its own.";
  if (error.name === "NotAllowedError" && /system/i.test(error.message))
    return "The operating system keeps the microphone from this browser: allow it in the system's privacy settings, then try again.";
  if (error.name === "NotAllowedError" || error.name === "SecurityError")
    return "The browser was not allowed to use the microphone: allow it with the sign left of the page's address, then try again.";
  if (error.name === "NotFoundError" || error.name === "OverconstrainedError")
    return "No microphone was found: plug one in or switch it on, then try again.";
  if (error.name === "NotReadableError" || error.name === "AbortError")
    return "The microphone is there but can't be opened: close whatever else uses it (a call, another tab), then try again.";
  return `The microphone can't be opened (${error.name}: ${error.message}).`;
}

// Why this page can have no microphone at all, in a sentence; "" if it can.
function impossible() {
  if (!window.isSecureContext)
    return `Browsers give the microphone only to secure pages, and ${location.origin} isn't one: ${THROUGH_LOCALHOST}.`;
  if (!navigator.mediaDevices?.getUserMedia || !window.AudioWorkletNode)
    return "This browser can't record: use a current Firefox, Chrome, Edge or Safari.";
  return "";
}

// Runs in the browser's audio thread: collects its 128-sample blocks and sends them on.
const WORKLET = `
registerProcessor("collector", class extends AudioWorkletProcessor {
  constructor() { super(); this.block = new Float32Array(1024); this.filled = 0; }
  process([[channel]]) {
    if (!channel) return true;
    this.block.set(channel, this.filled);
    this.filled += channel.length;
    if (this.filled === this.block.length) { this.port.postMessage(this.block); this.filled = 0; }
    return true;
  }
});`;

// Turns a stream of floats at one rate into one at another: each sample is a sum over its
// neighbours, weighted with a sinc in a Hann window. (AudioContext can do it itself in some
// browsers; Firefox refuses a microphone whose rate isn't the context's.)
class Resampler {
  constructor(from, to) {
    this.step = from / to;
    this.cutoff = 0.94 * Math.min(1, to / from); // of the input's highest frequency
    this.reach = Math.ceil(24 / this.cutoff); // input samples on either side
    this.held = new Float32Array(this.reach);
    this.next = this.reach; // where in `held` the next output sample lies
    this.kernels = new Map();
  }

  // The weights for a sample that lies phase/1024 after an input sample.
  kernel(phase) {
    if (!this.kernels.has(phase)) {
      const weights = Float32Array.from({ length: 2 * this.reach }, (_, i) => {
        const x = i - this.reach + 1 - phase / 1024;
        const angle = Math.PI * x * this.cutoff;
        const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / (this.reach + 1));
        return this.cutoff * window * (angle === 0 ? 1 : Math.sin(angle) / angle);
      });
      this.kernels.set(phase, weights);
    }
    return this.kernels.get(phase);
  }

  push(block) {
    const input = new Float32Array(this.held.length + block.length);
    input.set(this.held);
    input.set(block, this.held.length);
    const output = [];
    while (Math.floor(this.next) + this.reach < input.length) {
      const whole = Math.floor(this.next);
      const weights = this.kernel(Math.floor((this.next - whole) * 1024));
      const first = whole - this.reach + 1;
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i] * input[first + i];
      output.push(sum);
      this.next += this.step;
    }
    const done = Math.min(Math.max(0, Math.floor(this.next) - this.reach), input.length);
    this.held = input.slice(done);
    this.next -= done;
    return output;
  }
}

function int16(floats) {
  return Int16Array.from(floats, (x) => Math.max(-32768, Math.min(32767, Math.round(x * 32768))));
}

// An open microphone. `onblock` is called with every Int16Array at 16 kHz, about 16 a second or
// more; `onend` with a Trouble if it stops by itself.
class Microphone {
  static async open() {
    if (impossible()) throw new Trouble(impossible());
    const wish = { channelCount: 1, echoCancellation: false, noiseSuppression: false };
    let stream;
    try {
      const audio = { ...wish, autoGainControl: false };
      stream = await navigator.mediaDevices.getUserMedia({ audio });
    } catch (error) {
      throw new Trouble(refusal(error));
    }
    const microphone = new Microphone(stream);
    try {
      await microphone.start();
    } catch (error) {
      microphone.close();
      throw new Trouble(`The browser can't hand out the sound (${error.message}): try another browser.`);
    }
    return microphone;
  }

  constructor(stream) {
    this.stream = stream;
    this.onblock = this.onend = () => {};
    this.readers = new Set();
  }

  async start() {
    this.context = new AudioContext();
    // A page opened as a file can't load modules from a blob, only from their own text.
    const module = location.protocol === "file:"
      ? `data:text/javascript,${encodeURIComponent(WORKLET)}`
      : URL.createObjectURL(new Blob([WORKLET], { type: "text/javascript" }));
    await this.context.audioWorklet.addModule(module);
    URL.revokeObjectURL(module);
    const collector = new AudioWorkletNode(this.context, "collector", { channelCount: 1, channelCountMode: "explicit" });
    const resampler = new Resampler(this.context.sampleRate, RATE);
    collector.port.onmessage = ({ data }) => this.hear(int16(resampler.push(data)));
    this.context.createMediaStreamSource(this.stream).connect(collector);
    collector.connect(this.context.destination); // else nothing is drawn through; it puts out silence
    this.context.resume();
    const [track] = this.stream.getAudioTracks();
    track.addEventListener("ended", () =>
      this.end("The microphone went away: was it unplugged, or its permission taken back?"));
    this.heard = performance.now();
    this.watch = setInterval(() => {
      if (performance.now() - this.heard > 3000)
        this.end("The microphone is open but sends nothing: choose another one in the browser's settings for this page, then try again.");
    }, 500);
  }

  hear(samples) {
    if (this.closed) return;
    this.heard = performance.now();
    this.onblock(samples);
    for (const reader of [...this.readers]) reader.hear(samples);
  }

  // The next `count` samples from now, as an Int16Array; `progress` is called with those so far.
  read(count, progress = () => {}) {
    const samples = new Int16Array(count);
    let filled = 0;
    return new Promise((resolve, reject) => {
      const reader = { reject };
      reader.hear = (block) => {
        const taken = block.subarray(0, count - filled);
        samples.set(taken, filled);
        filled += taken.length;
        progress(samples.subarray(0, filled));
        if (filled < count) return;
        this.readers.delete(reader);
        resolve(samples);
      };
      this.readers.add(reader);
    });
  }

  // Give up what `read` waits for.
  interrupt(sentence) {
    for (const reader of this.readers) reader.reject(new Trouble(sentence));
    this.readers.clear();
  }

  end(sentence) {
    if (this.closed) return;
    this.close();
    this.interrupt(sentence);
    this.onend(new Trouble(sentence));
  }

  // Let go of the microphone: the browser's sign for it goes out.
  close() {
    this.closed = true;
    clearInterval(this.watch);
    for (const track of this.stream.getTracks()) track.stop();
    this.context?.close();
  }
}

// Play an Int16Array at 16 kHz; gives a function that stops it, and calls `done` at its end.
function play(samples, done = () => {}) {
  const context = new AudioContext();
  const buffer = context.createBuffer(1, samples.length, RATE);
  buffer.copyToChannel(Float32Array.from(samples, (x) => x / 32768), 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(context.destination);
  source.onended = () => { context.close(); done(); };
  source.start();
  return () => source.stop();
}

// A level meter: `element`, and `show(samples)` with the newest ones, `show(null)` when closed.
function levelMeter() {
  const bar = make("div", { class: "tiny-bar" });
  const track = make("div", { class: "tiny-track", role: "meter", "aria-label": "sound level",
    "aria-valuemin": "-60", "aria-valuemax": "0" }, bar);
  const word = make("span", { class: "tiny-zone" }, "microphone off");
  let decibels = -60;
  const show = (samples) => {
    if (samples === null) decibels = -60;
    else decibels = Math.max(decibels - 1.5, -60, 20 * Math.log10(peak(samples) / 32768 + 1e-6));
    const zone = decibels < -50 ? "silence" : decibels < -30 ? "quiet" : decibels < -0.5 ? "good" : "too loud";
    bar.style.width = `${(100 * (decibels + 60)) / 60}%`;
    bar.className = `tiny-bar tiny-${zone.replace(" ", "-")}`;
    track.setAttribute("aria-valuenow", decibels.toFixed(0));
    word.textContent = samples === null ? "microphone off" : zone;
  };
  show(null);
  const name = make("span", { class: "tiny-name" }, "Level");
  return { element: make("div", { class: "tiny-level" }, name, track, word), show };
}

function peak(samples) {
  let most = 0;
  for (const sample of samples) most = Math.max(most, Math.abs(sample));
  return most;
}
