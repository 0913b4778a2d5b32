// A board at the student's computer for a notebook that runs elsewhere. Python says what to send and
// when to listen; here a port is opened, closed, and read.

function render({ model, el }) {
  let port = null, questions = null, session = "", opening = false;

  const toggle = make("button", { type: "button", class: "tiny-main", onclick: () => safely(port ? disconnect : connect) });
  const record = make("button", { type: "button", class: "tiny-main", onclick: press }, "● Record");
  const facts = make("dl", { class: "tiny-facts" });
  const counts = make("span", { class: "tiny-counts" });
  const says = make("div", { class: "tiny-says", role: "status", "aria-live": "polite" });
  const say = sentences(says);
  const row = make("div", { class: "tiny-row" }, toggle, record, counts);
  el.append(make("div", { class: "tiny", role: "group", "aria-label": "A board at this computer" }, row, facts, says));

  async function safely(action) {
    if (opening) return; // a disabled button would lose the focus
    opening = true;
    try {
      await action();
    } catch (error) {
      say(error.message, true);
    }
    opening = false;
    draw();
  }

  async function connect() {
    say("Choose the board in the browser's list.");
    const chosen = await BoardPort.choose(model.get("wish"));
    [port, session] = [chosen, `${performance.now()}-${Math.random()}`];
    port.onlost = lose;
    questions = new Questions(port, (answer) => tell({ kind: "answer" }, [bytesOf(answer)]));
    try {
      await ask(model, { kind: "connected", session, ...port.ids });
    } catch (error) {
      await letGo();
      tell({ kind: "gone", sentence: error.message });
      throw error;
    }
  }

  async function disconnect() {
    await letGo();
    lose("The board is disconnected.");
  }

  function press() {
    toggle.focus(); // this button goes
    tell({ kind: "pressed" });
  }

  async function letGo() {
    const old = port;
    port = null;
    questions?.giveUp();
    await old?.close();
  }

  function lose(sentence) {
    port = null;
    questions.giveUp();
    say(sentence);
    draw();
    tell({ kind: "gone", sentence });
  }

  // Tell Python something; if it isn't there any more, nobody misses it.
  function tell(content, buffers = []) {
    try {
      model.send({ ...content, session, ticket: "" }, undefined, buffers);
    } catch {
      letGo();
    }
  }

  async function hear(message, buffers) {
    if (!port || message.session !== session) return;
    if (message.do === "ask") questions.add(buffers.map((buffer) => arrayOf(Uint8Array, buffer)));
    else if (message.do === "write") {
      questions.giveUp();
      port.write(arrayOf(Uint8Array, buffers[0]));
    }
    else if (message.do === "read") tell({ kind: "heard" }, [bytesOf(await port.read(message.milliseconds))]);
    else if (message.do === "close") await letGo();
    draw();
  }

  function draw() {
    const { waiting, done } = model.get("counts");
    const shown = model.get("shown");
    const ours = session !== "" && shown.session === session;
    toggle.textContent = port ? "Disconnect" : "Connect a board";
    toggle.classList.toggle("tiny-main", !port);
    record.hidden = !(port && ours && shown.record);
    counts.textContent = waiting + done === 0 ? "" : `${waiting} to do, ${done} done`;
    facts.replaceChildren(...(ours ? shown.facts : []).flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
    facts.hidden = !ours;
  }

  function show() {
    const { session: whose, text, trouble } = model.get("shown");
    if (whose === session) say(text, trouble);
    draw();
  }

  const handlers = { "msg:custom": hear, "change:shown": show, "change:counts": draw };
  for (const [event, handler] of Object.entries(handlers)) model.on(event, handler);
  toggle.disabled = noSerial() !== "";
  say(noSerial(), noSerial() !== "");
  draw();
  return () => {
    for (const [event, handler] of Object.entries(handlers)) model.off(event, handler);
    if (port) tell({ kind: "gone", sentence: "The panel was closed." });
    letGo();
  };
}

export default { render };
