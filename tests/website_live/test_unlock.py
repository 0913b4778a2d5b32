"""Face unlock in a page gives Python's verdicts, and keeps nothing but a template."""

import jupyter_lab
import live_pages
import numpy as np
import pytest
import unlocking

from tinyml_helpers.applications.faces import trained, unlock
from tinyml_helpers.applications.faces.crop import crop
from tinyml_helpers.applications.faces.verifier import TEMPLATE_BYTES, Verifier
from tinyml_helpers.datasets.pictures import drawn_faces
from website import unlock_data

MODELS = ("model_detector.js", "model_verifier.js")
SCRIPTS = (*live_pages.SCRIPTS, "unlock_data.js", *MODELS, "detector.js", "unlocker.js")

#: What came of each step, "enrol", "look" or "forget"; of a refusal "refused".
TAKE = """
async (steps) => {
  const unlocker = await Unlocker.open();
  const numbers = (array) => array && [...array];
  return steps.map(([what, frame]) => {
    let sight = null;
    try {
      sight = unlocker[what](frame && bytesOfBase64(frame));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      sight = "refused";
    }
    if (sight?.faces)
      for (const name of ["crop", "embedding"]) sight[name] = numbers(sight[name]);
    return [sight, numbers(unlocker.template)];
  });
}
"""

#: Whether memory has a template, frames, and what the verifier was given and made, after a person
#: was looked at and after forgetting; and whether the arena is then as if nobody had been.
SEARCH = """
async (frames) => {
  const unlocker = await Unlocker.open();
  const given = frames.map(bytesOfBase64);
  for (const frame of given) unlocker.enrol(frame);
  const { crop, embedding } = unlocker.look(given[0]);
  const template = unlocker.template;
  const bytes = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  const found = () => {
    const memory = Buffer.from(unlocker.engine.c.memory.buffer);
    const parts = [template, ...given.map((one) => one.slice(4000, 4200)), crop, embedding];
    return parts.map((part) => memory.includes(bytes(part)));
  };
  const before = found();
  unlocker.forget();
  const arena = (engine) => bytes(engine.at(engine.arena, engine.arenaBytes));
  const fresh = await Engine.load(bytesOfBase64(MODELS[UNLOCK.detector]));
  return [before, found(), arena(fresh).equals(arena(unlocker.engine))];
}
"""


@pytest.fixture(scope="module")
def people():
    return unlock_data.people()


def steps_of(people):
    """People enrolled one after the other, looked at, and refused: a list of (what, frame)."""
    scenes = drawn_faces.drawn_scenes()[1].take(slice(12)).at(96).images
    noise = np.random.default_rng(0).integers(0, 256, (3, 96, 96)).astype(np.uint8)
    some = [*scenes, *noise, np.zeros((96, 96), np.uint8)]
    steps = [("look", people[0][0]), *(("enrol", frame) for frame in noise)]
    for pictures in people:
        steps += [("enrol", frame) for frame in (*scenes[:3], *pictures[:5], *pictures[:6])]
        steps += [("look", frame) for other in people for frame in other]
        steps += [("look", frame) for frame in some]
        steps += [("forget", None), ("look", pictures[0])]
    return steps


def expected(steps):
    """What Python finds at each step, with crop, embedding and template."""
    lock, verifier, made = unlocking.new_lock(), Verifier(trained.committed("verifier")), []
    for what, frame in steps:
        before = lock.enrolled
        sight = unlocking.taken(lock, what, frame)
        if isinstance(sight, dict):
            wanted = sight["similarity"] is not None or sight["enrolled"] > before
            sight |= {"crop": None, "embedding": None}
            if wanted:
                largest = max(sight["faces"], key=lambda face: face[2] - face[0])
                cut = crop(frame, largest)
                sight |= {"crop": cut.ravel().tolist(), "embedding": verifier.embed(cut).tolist()}
        template = None if lock.template is None else np.frombuffer(lock.template, "<i2").tolist()
        made.append([sight, template])
    return made


def encoded(steps):
    return [[what, None if one is None else live_pages.encoded(one)] for what, one in steps]


@live_pages.needs_node
def test_in_node_every_sight_is_python_s(live, people):
    steps = steps_of(people)
    wanted = expected(steps)
    assert live_pages.ask_node(live, SCRIPTS, TAKE, encoded(steps)) == wanted
    sights = [sight for sight, _ in wanted]
    verdicts = [sight["unlocked"] for sight in sights if isinstance(sight, dict)]
    assert min(verdicts.count(one) for one in (True, False, None)) > 10
    assert sights.count("refused") > 20


@live_pages.needs_node
def test_forgetting_leaves_neither_template_nor_face_in_memory(live, people):
    frames = [live_pages.encoded(frame) for frame in people[0][:5]]
    before, after, as_fresh = live_pages.ask_node(live, SCRIPTS, SEARCH, frames)
    assert before[:6] == [True, *5 * [False]]  # frames aren't kept even until then
    assert after == len(after) * [False] and as_fresh


@jupyter_lab.needs_chromium
def test_in_chromium_every_sight_is_python_s(live, people):
    steps = steps_of(people)
    with live_pages.opened(live, "unlock.html") as page:
        assert page.evaluate(TAKE, encoded(steps)) == expected(steps)


def test_nobody_on_the_page_was_learned_from(people):
    learned, test = drawn_faces.drawn_faces()
    numbers = np.unique(test.who)[list(unlock_data.PEOPLE)]
    assert not np.isin(numbers, learned.who).any() and len(set(numbers)) == len(people)
    assert all(pictures.shape == (10, 96, 96) for pictures in people)


def test_the_last_two_are_taken_for_each_other_and_nobody_else_is(people):
    opens = np.zeros((len(people), len(people)), int)
    for place, pictures in enumerate(people):
        lock = unlocking.new_lock()
        for frame in pictures[:5]:
            lock.enrol(frame)
        for other, frames in enumerate(people):
            opens[place, other] = sum(lock.look(frame).unlocked for frame in frames[5:])
    assert (opens.diagonal() >= 4).all()
    alike = np.argwhere(opens - np.diag(opens.diagonal())).tolist()
    assert alike == [[2, 3], [3, 2]]


def test_the_page_says_of_its_models_what_is_so(live):
    page = " ".join((live / "unlock.html").read_text(encoding="utf-8").split())
    known = trained.metrics()
    for name in trained.MODELS:
        assert f"{len(trained.committed(name)):,} bytes" in page
    assert unlock.ENROLMENTS == 5 and "Five pictures" in page
    assert f"a template of {TEMPLATE_BYTES} bytes" in page
    assert f"{known['detector']['arena bytes']:,} bytes" in page
    assert f"from {known['verifier']['threshold']} on the lock opens" in page
    people = known["verifier"]["tested"]["200 more drawn people, within the range"]["int8"]
    assert f"{people['false accepts']:.3f}" == "0.001" and "picture in 1,000" in page
    assert f"{people['false rejects']:.0%}".rstrip("%") + " of 100 pictures of the owner" in page
