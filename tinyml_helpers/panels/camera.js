// The camera's panel: asks first, shows the camera as a mirror, hands frames to Python, and draws
// over the picture what Python answers.

const PATIENCE_LIVE = 15000; // milliseconds; a live frame may be looked at by an emulated board
const BEAT = 700; // milliseconds between the counts
const POSES = ["Look straight into the camera", "Turn your head a little to the left",
  "Turn your head a little to the right", "Lift your chin a little", "Smile"];

function render({ model, el }) {
  let webcam = null, opening = false, gone = false, stopCount = () => {}, stopReplay = () => {};

  const button = (text, action, kind = "") => make("button", { type: "button", class: kind, onclick: action }, text);
  const stage = cameraStage();
  const consent = consentText(model.get("place"));
  const on = button("Switch the camera on", () => safely(switchOn), "tiny-main");
  const seen = frameCanvas("what Python gets: 96 by 96 grey pixels, not mirrored");
  const sent = make("div", { class: "tiny-cam-sent" });
  const view = make("figure", { class: "tiny-cam-seen" }, seen,
    make("figcaption", {}, make("b", {}, "What Python gets"), make("br"), "96 × 96 pixels, grey, not mirrored", sent));
  const side = make("div", { class: "tiny-cam-side" }, consent, on, view, stage.meter);

  const one = button("● Take a picture", () => safely(() => series([""])), "tiny-main");
  const five = button("● Take five", () => safely(() => series(POSES)));
  const stop = button("■ Stop", () => stopCount());
  const off = button("Switch off", () => { switchOff(); say("The camera is off."); });
  const replay = button("▶ Replay", () => safely(showReplay));
  const files = make("input", { type: "file", accept: "image/*", multiple: true,
    "aria-label": "Upload pictures", onchange: () => safely(upload) });
  const uploading = make("label", { class: "tiny-upload" }, files, make("span", {}, "Upload pictures…"));

  const says = make("div", { class: "tiny-says", role: "status", "aria-live": "polite" });
  const shelf = make("div", { class: "tiny-kept tiny-cam-shelf", role: "list", "aria-label": "pictures taken" });
  const who = make("input", { type: "text", value: "me", maxlength: "40", "aria-label": "whose pictures they are" });
  const keep = button("Keep as files", () => safely(keepAll));
  const remove = button("Delete my pictures", () => question(true), "tiny-cam-delete");
  const asked = make("span");
  const yes = button("Delete them", () => safely(deleteAll), "tiny-danger");
  const no = button("Don't", () => { question(false); remove.focus(); });
  const keeping = make("div", { class: "tiny-row" }, make("label", {}, "Name ", who), keep);
  const sure = make("div", { class: "tiny-row tiny-cam-sure" }, asked, yes, no);

  const panel = make("div", { class: "tiny tiny-cam" },
    make("div", { class: "tiny-cam-top" }, stage.element, side),
    make("div", { class: "tiny-row" }, one, five, stop, replay, off, uploading, remove), sure, says, shelf, keeping);
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") stopCount(); });
  el.append(panel);

  const say = sentences(says);

  async function safely(action) {
    try {
      await action();
    } catch (error) {
      say(error.message, true);
    }
    drawButtons();
  }

  function stageShows(what) {
    stage.show(what);
    stage.drawShown(what && model.get("live") ? model.get("shown") : {});
  }

  function drawButtons() {
    const counting = stage.isCounting();
    const focused = document.activeElement;
    on.disabled = noCamera() !== "";
    on.hidden = webcam !== null;
    consent.hidden = webcam !== null;
    off.hidden = view.hidden = webcam === null;
    one.hidden = five.hidden = webcam === null || counting;
    stop.hidden = !counting;
    replay.hidden = webcam !== null || !model.get("replays");
    files.disabled = counting;
    sent.textContent = model.get("live") ? "" : "None is sent until you take a picture.";
    if (panel.contains(focused) && focused.closest("[hidden]"))
      [on, one, stop].find((candidate) => !candidate.hidden && !candidate.disabled)?.focus();
  }

  async function switchOn() {
    if (opening) return; // a disabled button would lose the focus
    opening = true;
    stopReplay();
    say("The browser may ask whether this page may use the camera: allow it.");
    try {
      await ask(model, { kind: "hello" }); // before the camera is on for nothing
      webcam = await Webcam.open(stage.video);
    } finally {
      opening = false;
    }
    if (gone) return switchOff();
    webcam.onend = (trouble) => { switchOff(); say(trouble.message, true); };
    say("The camera is on.");
    stageShows("camera");
    drawButtons();
    const source = webcam;
    pump(source).catch((error) => {
      if (source !== webcam) return; // it was switched off meanwhile
      switchOff();
      say(error.message, true);
    });
  }

  function switchOff() {
    stopCount();
    webcam?.close();
    webcam = null;
    draw(seen, null);
    stageShows("");
    drawButtons();
  }

  // Hand frames to Python while the camera is on: the next one when the last one is answered, and
  // no more a second than was asked for.
  async function pump(source) {
    const lately = []; // when frames were answered, of the last two seconds
    while (source === webcam) {
      const begun = performance.now();
      const frame = source.frame();
      draw(seen, frame);
      if (model.get("live")) {
        const waiting = setTimeout(() => say("Waiting for Python: is another cell running?"), SLOW);
        try {
          await ask(model, { kind: "frame", deletions: model.get("deletions") }, [frame], PATIENCE_LIVE);
        } finally {
          clearTimeout(waiting);
        }
        if (says.textContent.startsWith("Waiting")) say("");
        lately.push(performance.now());
        while (lately[0] < performance.now() - 2000) lately.shift();
        if (model.get("live")) sent.textContent = `sent ${(lately.length / 2).toFixed(1)} times a second`;
      }
      const rest = 1000 / model.get("frames_per_second") - (performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, Math.max(rest, 0)));
    }
  }

  // Count down and take a picture for each pose; "Stop", Escape and an end of the camera end it.
  async function series(poses) {
    const source = webcam;
    let stopped = false, wake = () => {};
    stopCount = () => { stopped = true; wake(); };
    stage.counting(true);
    drawButtons();
    let taken = 0;
    try {
      await ask(model, { kind: "hello" }); // better now than after five pictures
      for (const pose of poses) {
        say(poses.length > 1 ? `${pose} (${taken + 1} of ${poses.length})` : "Look into the camera.");
        for (let count = 3; count > 0 && !stopped; count--) {
          stage.call(count, pose);
          await new Promise((resolve) => { wake = resolve; setTimeout(resolve, BEAT); });
        }
        if (stopped) break;
        const frame = source.frame();
        draw(seen, frame);
        stage.flash();
        await ask(model, { kind: "take", deletions: model.get("deletions") }, [frame]);
        taken++;
      }
      if (source === webcam) say(`${stopped ? "Stopped: " : ""}${counted(taken, "picture")} taken.`);
    } finally {
      stopCount = () => {};
      stage.counting(false);
    }
  }

  async function upload() {
    stopReplay();
    const chosen = [...files.files];
    files.value = "";
    const refused = [];
    for (const file of chosen) {
      try {
        const frame = await frameOfFile(file);
        const told = { deletions: model.get("deletions") };
        await ask(model, { kind: "take", ...told }, [frame]).catch((error) => {
          throw new Trouble(`${file.name}: ${error.message}`);
        });
        if (webcam) continue;
        draw(stage.still, frame);
        stageShows("still");
        if (model.get("live")) await ask(model, { kind: "frame", ...told }, [frame], PATIENCE_LIVE);
      } catch (error) {
        refused.push(error.message);
      }
    }
    say(refused.join(" ") || `${counted(chosen.length, "picture")} taken from files.`, refused.length > 0);
  }

  async function drawShelf() {
    const [{ pictures }, [frames]] = await askWhenIdle(model, { kind: "pictures" }, say);
    const all = arrayOf(Uint8Array, frames);
    shelf.replaceChildren(...pictures.map(({ number, file }, i) => {
      const small = frameCanvas(`picture ${i + 1}${file && `, kept as ${file}`}`);
      small.title = file || "in memory only";
      draw(small, all.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE));
      return make("div", { role: "listitem", class: file ? "tiny-cam-filed" : "" }, small,
        make("button", { type: "button", class: "tiny-remove", "aria-label": `Delete picture ${i + 1}`,
          onclick: () => safely(() => removeOne(number)) }, "×"));
    }));
    keeping.hidden = shelf.hidden = pictures.length === 0;
    keep.disabled = pictures.every(({ file }) => file);
    question(false);
  }

  async function removeOne(number) {
    const [deleted] = await ask(model, { kind: "remove", number });
    say(deletedText(deleted));
    remove.focus();
  }

  async function keepAll() {
    const [{ files: kept }] = await ask(model, { kind: "keep", name: who.value });
    say(`${counted(kept.length, "picture")} kept: ${model.get("place")}/${kept[0]}${kept.length > 1 ? " …" : ""}`);
    remove.focus();
  }

  // Files are gone for good: ask again first.
  function question(open) {
    const pictures = shelf.children.length, filed = model.get("files");
    asked.textContent = `Delete ${counted(pictures, "picture")} in memory and ${counted(filed, "file")} in ${model.get("place")}?`;
    sure.hidden = !open;
    remove.disabled = open;
    if (open) no.focus();
  }

  async function deleteAll() {
    switchOff(); // else the next live frame would be in memory at once
    question(false);
    const [deleted] = await ask(model, { kind: "delete" });
    say(deletedText(deleted));
    (on.disabled ? remove : on).focus();
  }

  // Python deleted everything, by this panel's wish or a cell's: let go of what is here, too.
  function forget() {
    stopReplay();
    switchOff();
    draw(stage.still, null);
  }

  // What Python replayed, at the camera's pace; the last frame stays. A camera that is on goes on
  // instead: "Replay" is there when it is off.
  async function showReplay() {
    stopReplay();
    if (webcam) return;
    const [{ shown }, [buffer]] = await askWhenIdle(model, { kind: "replayed" }, say);
    const frames = arrayOf(Uint8Array, buffer);
    if (!shown.length) return;
    let next = 0;
    stageShows("still");
    const step = () => {
      draw(stage.still, frames.subarray(next * SIDE * SIDE, (next + 1) * SIDE * SIDE));
      stage.drawShown(shown[next]);
      say(`Replay: frame ${next + 1} of ${shown.length}`);
      if (++next === shown.length) stopReplay();
    };
    const timer = setInterval(step, 1000 / model.get("frames_per_second"));
    stopReplay = () => clearInterval(timer);
    step();
  }

  const listeners = {
    "change:shown": () => { if (stage.shows()) stage.drawShown(model.get("shown")); },
    "change:changes": () => safely(drawShelf),
    "change:live": drawButtons,
    "change:deletions": forget,
    "change:replays": () => safely(showReplay),
  };
  for (const [event, listener] of Object.entries(listeners)) model.on(event, listener);
  stageShows("");
  drawButtons();
  keeping.hidden = shelf.hidden = true;
  question(false);
  safely(drawShelf);
  if (model.get("replays")) safely(showReplay);
  if (noCamera()) say(`${noCamera()} Pictures can be uploaded all the same.`, true);
  return () => {
    gone = true;
    stopReplay();
    switchOff();
    for (const [event, listener] of Object.entries(listeners)) model.off(event, listener);
  };
}

export default { render };
