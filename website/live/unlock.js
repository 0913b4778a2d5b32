// Face unlock, live: who is enrolled, and whether the face that is looked at is theirs.
"use strict";

const SHOWN = 500; // milliseconds for each picture of somebody drawn, while it is enrolled

// A similarity to show, of int16: two digits, rounded down, so that what reaches the threshold
// doesn't look smaller than it, nor what misses it as large.
function levelOf(similarity) {
  return Math.floor((100 * (similarity + 0.5)) / 32768) / 100;
}

// What a sight says of the lock, in a word or two.
function wordOf({ faces, unlocked }) {
  if (!faces.length) return "no face";
  if (unlocked === null) return cameraParts.counted(faces.length, "face");
  return unlocked ? "unlocked" : "locked";
}

// Signed numbers as bars, around a middle: `element`, and `show(numbers)`; null for none.
function strip(words) {
  const path = tag("path");
  const element = tag(
    "svg",
    { viewBox: "0 -20 256 40", preserveAspectRatio: "none", role: "img" },
    path,
  );
  const show = (numbers) => {
    const most = Math.max(1, ...(numbers ?? []).map(Math.abs));
    const bars = Array.from(numbers ?? [], (one, i) => `M${4 * i} 0h3v${(-18 * one) / most}h-3z`);
    path.setAttribute("d", bars.join(""));
    element.setAttribute("aria-label", numbers ? words : `${words}: none yet`);
  };
  show(null);
  return { element, show };
}

// The large word, the meter, and the numbers that they come from.
class Verdict {
  constructor(stage) {
    const find = (id) => document.getElementById(id);
    this.stage = stage;
    [this.element, this.word, this.why] = ["verdict", "word", "why"].map(find);
    this.crop = find("crop").getContext("2d");
    this.shackle = tag("path");
    find("padlock").append(
      tag(
        "svg",
        { viewBox: "0 0 24 24", "aria-hidden": "true" },
        tag("rect", { x: 5, y: 11, width: 14, height: 10, rx: 2 }),
        this.shackle,
      ),
    );
    find("meter").append(stage.meter);
    this.strips = ["embedding", "template"].map((id) => {
      const { element, show } = strip(id === "template" ? "The template" : "The face's 64 numbers");
      find(id).prepend(element);
      return show;
    });
    this.show(null, 0, null);
  }

  // A sight, or null for nothing to look at; how many pictures are enrolled; the template or null.
  show(sight, enrolled, template) {
    const { similarity = null, unlocked = null, crop = null, embedding = null } = sight ?? {};
    const level = similarity === null ? null : levelOf(similarity);
    const { threshold, enrolments } = UNLOCK;
    this.stage.drawShown(
      sight ? { boxes: sight.faces, text: wordOf(sight), level, threshold } : {},
    );
    this.element.className = `verdict ${unlocked ? "open" : template ? "shut" : ""}`;
    this.shackle.setAttribute("d", `M8 11V7a4 4 0 0 1 8 0v${unlocked ? -1 : 4}`);
    if (template) {
      this.word.textContent = unlocked ? "Unlocked" : "Locked";
      if (level !== null)
        this.why.textContent = `similarity ${level.toFixed(2)}; it opens from ${threshold} on`;
      else this.why.textContent = sight ? "There is no face." : "It waits for a face.";
    } else {
      this.word.textContent = enrolled
        ? `${enrolled} of ${enrolments} enrolled`
        : "Nobody is enrolled";
      this.why.textContent = "Five pictures make a template.";
    }
    this.#draw(crop);
    this.strips[0](embedding);
    this.strips[1](template);
  }

  #draw(crop) {
    const side = UNLOCK.cropSide;
    if (!crop) return this.crop.clearRect(0, 0, side, side);
    const image = this.crop.createImageData(side, side);
    crop.forEach((code, i) => {
      const grey = code + 128;
      image.data.set([grey, grey, grey, 255], 4 * i);
    });
    this.crop.putImageData(image, 0, 0);
  }
}

// Somebody drawn: a button to enrol them, and one for each further picture.
class Person {
  constructor(name, frames, { enrol, look }) {
    Object.assign(this, { name, five: frames.slice(0, UNLOCK.enrolments) });
    this.mark = tag("span");
    const heading = tag("h3", { id: `person-${name}` }, `Person ${name}`, this.mark);
    const all = tag(
      "button",
      { type: "button", class: "five", disabled: true, onclick: () => enrol(this) },
      tag("i", {}, ...this.five.map(thumbnail)),
      `Enrol person ${name}`,
    );
    this.looks = frames.slice(UNLOCK.enrolments).map((frame, i) => {
      const says = tag("span"),
        words = `Look at person ${name}, picture ${i + 1}`;
      const button = tag(
        "button",
        { type: "button", class: "look", disabled: true },
        thumbnail(frame),
        says,
      );
      const tell = (level, word) => {
        says.replaceChildren(...(word ? [level, tag("b", {}, word)] : []));
        button.setAttribute("aria-label", word ? `${words}: ${level} ${word}` : words);
      };
      button.addEventListener("click", () => look(frame, tell));
      tell();
      return { button, tell };
    });
    this.buttons = [all, ...this.looks.map(({ button }) => button)];
    this.element = tag(
      "div",
      { class: "person", role: "group", "aria-labelledby": heading.id },
      heading,
      tag(
        "div",
        { class: "pictures" },
        all,
        tag("div", { class: "looks" }, ...this.buttons.slice(1)),
      ),
    );
  }

  // Forget what was seen.
  clear() {
    this.mark.textContent = "";
    for (const { tell } of this.looks) tell();
  }
}

async function open() {
  const find = (id) => document.getElementById(id);
  const { sentences, cameraStage } = cameraParts;
  const stage = cameraStage(),
    say = sentences(find("says")),
    verdict = new Verdict(stage),
    source = new PictureSource(stage, say, look);
  find("top").prepend(stage.element);
  find("controls").prepend(...source.controls);
  const people = UNLOCK.people.map((pictures, i) => {
    const frames = pictures.map(bytesOfBase64);
    return new Person("ABCDEFGH"[i], frames, { enrol: enrolAll, look: lookAt });
  });
  find("people").append(...people.map(({ element }) => element));
  let unlocker,
    turn = null; // who enrols picture after picture

  function show(sight) {
    verdict.show(sight, unlocker.enrolled, unlocker.template);
  }

  function look(frame) {
    const begun = performance.now();
    const sight = unlocker.look(frame);
    const milliseconds = performance.now() - begun;
    show(sight);
    find("took").textContent = `${milliseconds.toFixed(1)} ms in this browser, all stages`;
    return sight;
  }

  // Enrol a frame, and say so; whether it could be.
  function enrol(frame) {
    try {
      show(unlocker.enrol(frame));
    } catch (error) {
      say(error.message, true);
      return false;
    }
    const missing = UNLOCK.enrolments - unlocker.enrolled;
    if (missing) say(`Enrolled: ${missing} more, each a little different.`);
    else {
      say("The template is made, of 128 bytes: from now on faces are compared to it.");
      look(frame);
    }
    return true;
  }

  function forget() {
    unlocker.forget();
    for (const person of people) person.clear();
  }

  async function enrolAll(person) {
    const mine = (turn = {});
    forget();
    for (const frame of person.five) {
      source.hold(frame);
      if (!enrol(frame)) return;
      if (unlocker.template) break;
      await new Promise((resolve) => setTimeout(resolve, SHOWN));
      if (turn !== mine) return;
    }
    person.mark.textContent = ", enrolled";
  }

  function lookAt(frame, tell) {
    turn = null;
    source.hold(frame);
    const { similarity, ...sight } = look(frame);
    const level = similarity === null ? "" : levelOf(similarity).toFixed(2);
    if (unlocker.template) tell(level, wordOf(sight));
    else say("Nobody is enrolled: enrol somebody first.");
  }

  find("enrol").addEventListener("click", () => {
    turn = null;
    const frame = source.frame();
    if (frame) enrol(frame);
    else say("There is no face to enrol yet: switch the camera on, or choose a picture.", true);
  });
  find("forget").addEventListener("click", () => {
    turn = null;
    forget();
    if (!source.live) source.clear();
    show(null);
    say("Forgotten: the template is wiped.");
  });
  source.onchange = () => (turn = null);
  source.onclear = () => {
    find("took").textContent = "";
    show(null);
  };

  try {
    unlocker = await Unlocker.open();
  } catch (error) {
    return say(error.message, true);
  }
  // Browsers compile once more what has run for a while: the first times would be longer.
  for (const frame of people[0].five) unlocker.enrol(frame);
  for (const frame of people[0].five) unlocker.look(frame);
  forget();
  show(null);
  for (const one of [find("enrol"), find("forget")]) one.disabled = false;
  for (const one of people.flatMap(({ buttons }) => buttons)) one.disabled = false;
  source.ready();
}

open();
