// The recorder: counts in, records a word, shows and plays it, and hands it to Python to keep.

const WINDOW = 1.5 * RATE; // what is listened to; Python keeps the second around the word
const BEAT = 0.75 * RATE; // between the takes of a series
const IDLE = 30000; // milliseconds after which an unused microphone is let go

function render({ model, el }) {
  let microphone = null, idle = 0, take = null, halted = false, stopPlaying = () => {};
  const kept = {}; // word -> list of {name, audio}, of this session

  const words = make("fieldset", {}, make("legend", {}, "Word"));
  const wave = waveform();
  const call = make("div", { class: "tiny-call" });
  const length = make("div", { class: "tiny-length" });
  const stage = make("div", { class: "tiny-stage" }, wave.element, length, call);
  const level = levelMeter();
  const button = (text, action, kind = "") =>
    make("button", { type: "button", class: kind, onclick: action }, text);
  const record = button("● Record", () => busy(one), "tiny-main");
  const many = button("", () => busy(series));
  const stop = button("■ Stop", halt);
  const listen = button("▶ Play", () => hear(take));
  const keep = button("✓ Keep", () => busy(keepTake), "tiny-main");
  const files = make("input", { type: "file", accept: ".wav,audio/wav", multiple: true,
    "aria-label": "Upload WAV files", onchange: () => busy(upload) });
  const uploading = make("label", { class: "tiny-upload" }, files, make("span", {}, "Upload WAV files…"));
  const says = make("div", { class: "tiny-says", role: "status", "aria-live": "polite" });
  const shelf = make("div", { class: "tiny-kept", role: "list" });
  const buttons = make("div", { class: "tiny-row" }, record, keep, listen, many, stop, uploading);
  const panel = make("div", { class: "tiny" }, words, stage, level.element, buttons, says, shelf);
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") halt(); });
  el.append(panel);

  const word = () => words.querySelector("input:checked").value;
  const say = sentences(says);
  const show = (text, live = false) => {
    call.textContent = text;
    call.className = "tiny-call";
    stage.classList.toggle("tiny-live", live);
  };
  const hint = () => {
    show("Press Record, wait for the count of three, and say the word.");
    call.classList.add("tiny-hint");
  };

  function drawWords() {
    const counts = model.get("counts");
    for (const label of words.querySelectorAll("label")) {
      label.querySelector("b").textContent = counts[label.querySelector("input").value];
    }
  }

  function drawButtons(working) {
    const cannot = impossible() !== "";
    record.disabled = many.disabled = working || cannot;
    record.textContent = take ? "↻ Again" : "● Record";
    record.className = take ? "" : "tiny-main";
    keep.hidden = listen.hidden = !take || working;
    many.hidden = take !== null && !working;
    stop.hidden = !working;
    files.disabled = working;
    shelf.inert = working;
    for (const input of words.querySelectorAll("input")) input.disabled = working;
  }

  function drawShelf() {
    const takes = kept[word()] ?? [];
    shelf.replaceChildren(...takes.map((one, i) => {
      const small = waveform();
      small.draw(one.audio, RATE);
      const which = `recording ${i + 1} of ${word()}`;
      return make("div", { role: "listitem" },
        make("button", { type: "button", "aria-label": `Play ${which}`, title: one.name,
          onclick: () => hear(one.audio) }, small.element),
        make("button", { type: "button", class: "tiny-remove", "aria-label": `Remove ${which}`,
          onclick: () => busy(() => remove(one)) }, "×"));
    }));
  }

  // Do one thing at a time, and say what went wrong with it.
  async function busy(action) {
    stopPlaying();
    clearTimeout(idle);
    const focused = document.activeElement;
    halted = false;
    drawButtons(true);
    if (panel.contains(focused)) stop.focus();
    say("");
    try {
      await action();
    } catch (error) {
      if (!take) clear(), hint(); // a take that couldn't be kept can be kept yet
      say(error.message, true);
    }
    stage.classList.remove("tiny-live");
    drawButtons(false);
    drawShelf();
    if (document.activeElement === document.body) (take ? keep : record).focus();
    idle = setTimeout(release, IDLE);
  }

  function release() {
    microphone?.close();
    microphone = null;
    level.show(null);
  }

  function halt() {
    halted = true;
    microphone?.interrupt("Stopped.");
  }

  // Samples from the microphone, unless Stop was pressed while it was being opened.
  function heardNext(samples, onsofar) {
    if (halted) throw new Trouble("Stopped.");
    return microphone.read(samples, onsofar);
  }

  async function ready() {
    show("…");
    await ask(model, { kind: "hello" }); // better now than after twenty takes
    if (microphone) return;
    say("The browser may ask whether this page may use the microphone: allow it.");
    microphone = await Microphone.open();
    say("");
    microphone.onblock = (samples) => level.show(samples);
    microphone.onend = release;
  }

  async function countIn(first, samples) {
    for (let left = first; left > 0; left--) {
      show(String(left));
      await heardNext(samples);
    }
  }

  async function capture() {
    length.textContent = "";
    show(`Say “${word()}”`, true);
    const heard = await heardNext(WINDOW, (sofar) => wave.draw(sofar, WINDOW));
    show("");
    return heard;
  }

  function present(audio) {
    wave.draw(audio, RATE);
    length.textContent = "1 second";
    show("");
  }

  function clear() {
    take = null;
    wave.draw([], RATE);
    length.textContent = "";
  }

  async function one() {
    clear();
    await ready();
    await countIn(3, RATE);
    const [answer, buffers] = await ask(model, { kind: "take" }, [await capture()]);
    take = arrayOf(Int16Array, buffers[0]);
    present(take);
    say(answer.trouble || "Listen to it, then keep it or record it again.", answer.trouble !== "");
  }

  async function keepTake() {
    const [answer] = await ask(model, { kind: "keep", word: word() }, [take]);
    shelve(answer, take);
    take = null;
    say(`Kept as ${answer.name}.`);
  }

  function shelve(answer, audio) {
    (kept[answer.word] ??= []).push({ name: answer.name, audio });
  }

  async function series() {
    clear();
    await ready();
    const wanted = model.get("takes");
    let failures = 0;
    for (let done = 0; done < wanted; ) {
      say(`${done + 1} of ${wanted}`);
      await (done + failures ? countIn(2, BEAT) : countIn(3, RATE));
      const heard = await capture();
      const [answer, buffers] = await ask(model, { kind: "series", word: word() }, [heard]);
      const audio = arrayOf(Int16Array, buffers[0]);
      present(audio);
      if (answer.trouble) {
        if (++failures === 3) throw new Trouble(`${answer.trouble} (Three takes in a row; ${done} were kept.)`);
        show(answer.trouble);
        call.classList.add("tiny-hint");
        await heardNext(2 * BEAT);
        continue;
      }
      failures = 0;
      done++;
      shelve(answer, audio);
      drawShelf();
    }
    clear();
    hint();
    say(`${wanted} recordings of “${word()}” kept. Play them below, and remove what went wrong.`);
  }

  async function upload() {
    const chosen = [...files.files];
    files.value = "";
    const refused = [];
    let audio = null;
    for (const file of chosen) {
      try {
        if (file.size > 8e6) throw new Trouble(`${file.name} is larger than 8 MB: cut it into words first.`);
        const bytes = new Uint8Array(await file.arrayBuffer());
        const [answer, buffers] = await ask(model, { kind: "file", file: file.name, word: word() }, [bytes]);
        audio = arrayOf(Int16Array, buffers[0]);
        shelve(answer, audio);
        if (answer.trouble) refused.push(`${file.name} is kept, but: ${answer.trouble}`);
      } catch (error) {
        refused.push(error.message);
      }
    }
    take = null;
    if (audio) present(audio);
    const done = `${chosen.length} file${chosen.length === 1 ? "" : "s"} kept as “${word()}”.`;
    say(refused.join(" ") || done, refused.length > 0);
  }

  async function remove(one) {
    await ask(model, { kind: "remove", word: word(), name: one.name });
    kept[word()] = kept[word()].filter((other) => other !== one);
    say(`${one.name} is removed.`);
  }

  function chosen() {
    clear();
    hint();
    say("");
    drawButtons(false);
    drawShelf();
  }

  function hear(audio) {
    stopPlaying();
    stopPlaying = play(audio);
    present(audio);
  }

  const group = `tiny-${Math.random()}`; // radio buttons of one name exclude each other
  for (const [i, name] of model.get("words").entries()) {
    const input = make("input", { type: "radio", name: group, value: name, checked: i === 0,
      onchange: chosen });
    words.append(make("label", { class: "tiny-word" }, input, make("span", {}, name, " ", make("b"))));
  }
  many.textContent = `● Record ${model.get("takes")} in a row`;
  model.on("change:counts", drawWords);
  drawWords();
  drawButtons(false);
  hint();
  if (impossible()) {
    show("");
    say(`${impossible()} Or record with another program and upload WAV files here.`, true);
  }
  return () => {
    clearTimeout(idle);
    stopPlaying();
    release();
    model.off("change:counts", drawWords);
  };
}

export default { render };
