"""The page on which one draws a digit reads it as Python would."""

import functools
import json
import math
import re

import jupyter_lab
import live_pages
import numpy as np
import places
import pytest
import website_c

from tinyml_helpers import datasets, micro, model_file

FOLDER = places.DATA / "digit_models"
SCRIPTS = (*live_pages.SCRIPTS, "digits_data.js", "model_digits.js", "digit_reader.js")

#: Of each drawing its ink and the model's scores.
READ = """
async (drawings) => {
  const reader = await DigitReader.open();
  return drawings.map((strokes) => {
    const ink = reader.ink(strokes);
    return [[...ink], [...reader.scores(ink)]];
  });
}
"""

#: Keeps what a page's reader is given, and what it makes of it.
KEEP = """() => {
  const [ink, scores] = [DigitReader.prototype.ink, DigitReader.prototype.scores];
  globalThis.given = [];
  globalThis.read = [];
  DigitReader.prototype.ink = function (strokes) {
    const made = ink.call(this, strokes);
    given.push([strokes, [...made]]);
    return made;
  };
  DigitReader.prototype.scores = function (ink) {
    const made = scores.call(this, ink);
    read.push([[...ink], [...made]]);
    return made;
  };
}"""

_TURN = [math.radians(angle) for angle in range(-150, 151, 10)]
#: A 3 in one stroke: places on the pad, shares of its side.
THREE = [(0.5 + 0.2 * math.cos(a), 0.3 + 0.17 * math.sin(a)) for a in _TURN if a < 1.6]
THREE += [(0.5 + 0.22 * math.cos(a), 0.66 + 0.19 * math.sin(a)) for a in _TURN if a > -1.6]


@functools.cache
def model():
    return (FOLDER / "digits.tflite").read_bytes()


@functools.cache
def interpreter():
    return micro.Interpreter(model())


def scores(ink):
    """What Python's interpreter makes of ink [64], a list."""
    (takes,) = interpreter().model.inputs
    share = (np.asarray(ink).reshape(1, 8, 8, 1) / 16).astype(np.float32)
    return interpreter().invoke(takes.quantize(share))[0].tolist()


def expected(strokes):
    ink = website_c.ink(strokes)
    return [ink.tolist(), scores(ink)]


@pytest.fixture(scope="module")
def drawings():
    """Straight parts of strokes in a row, as hands make them, and nonsense."""
    rng = np.random.default_rng(0)
    made = [np.rint(640 * np.hstack([THREE[:-1], THREE[1:]])).astype(int).tolist(), []]
    for count in (1, 2, 5, 30, 300):
        walk = rng.normal(0, 40, (count + 1, 2)).cumsum(axis=0) + 320
        walk = walk.clip(0, 640).astype(int)
        made.append(np.hstack([walk[:-1], walk[1:]]).tolist())
    return made


def check(answers, drawings):
    assert answers == [expected(strokes) for strokes in drawings]
    assert np.argmax(answers[0][1]) == 3


@live_pages.needs_node
def test_in_node_ink_and_scores_are_the_same_bytes(live, drawings):
    check(live_pages.ask_node(live, SCRIPTS, READ, drawings), drawings)


@jupyter_lab.needs_chromium
def test_in_chromium_ink_and_scores_are_the_same_bytes(live, drawings):
    with live_pages.opened(live, "digits.html") as page:
        check(page.evaluate(READ, drawings), drawings)


def draw(page, points):
    """A stroke with the mouse."""
    box = page.locator("#pad").bounding_box()
    at = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in points]
    page.mouse.move(*at[0])
    page.mouse.down()
    for point in at:
        page.mouse.move(*point)
    page.mouse.up()


def answered(page):
    """The digit that the page says it read."""
    said = page.locator("#answer").inner_text()
    return int(re.fullmatch(r"I read a (\d), \d+% sure\.", said)[1])


@jupyter_lab.needs_chromium
@pytest.mark.parametrize("width", [390, 1200])
def test_what_is_drawn_is_read_while_it_grows_as_python_reads_it(live, width):
    with live_pages.opened(live, "digits.html", width=width) as page:
        page.locator("#pad[data-ready]").wait_for()
        page.evaluate(KEEP)
        draw(page, THREE)
        assert answered(page) == 3
        assert "3: " in page.locator("#bars").get_attribute("aria-label")
        assert page.locator("#pad").evaluate(live_pages.COLOURS, [0, 1, 0, 1]) > 2
        assert page.locator("#seen").evaluate(live_pages.COLOURS, [0, 1, 0, 1]) > 4
        given, read = page.evaluate("() => [given, read]")
        draw(page, [(0.1, 0.1), (0.2, 0.9)])
        page.get_by_role("button", name="Undo a stroke").click()
        assert answered(page) == 3
        page.get_by_role("button", name="Clear").click()
        page.get_by_text("Draw a digit from 0 to 9.").wait_for()
        assert page.get_by_role("button", name="Clear").is_disabled()
    assert len(given) > 20
    assert [ink for _, ink in given] == [website_c.ink(strokes).tolist() for strokes, _ in given]
    assert [made for _, made in read] == [scores(ink) for ink, _ in read]


@jupyter_lab.needs_chromium
def test_by_keys_one_draws_a_one_and_a_written_digit_takes_its_place(live):
    with live_pages.opened(live, "digits.html") as page:
        page.locator("#pad[data-ready]").wait_for()
        page.locator("#pad").focus()
        page.keyboard.press("ArrowRight")
        page.get_by_text("Draw a digit from 0 to 9.").wait_for()  # the pen isn't down yet
        page.keyboard.press("Space")
        for _ in range(20):
            page.keyboard.press("ArrowDown")
        assert answered(page) == 1
        read = []
        for digit in range(10):
            page.get_by_role("button", name=f"A written {digit}").click()
            read.append(answered(page))
        assert read == list(range(10))
        assert page.get_by_role("button", name="Clear").is_disabled()


def test_the_model_is_as_good_as_its_card_and_the_page_say(live):
    figures = json.loads((FOLDER / "metrics.json").read_text(encoding="utf-8"))
    split = datasets.digits()
    right = [np.argmax(scores(16 * image)) for image in split.x_test] == split.y_test
    assert round(float(np.mean(right)), 3) == figures["int8"]
    assert figures["macs"] == model_file.read(model()).macs and figures["bytes"] == len(model())
    page = " ".join((live / "digits.html").read_text(encoding="utf-8").split())
    card = " ".join((FOLDER / "digits.md").read_text(encoding="utf-8").split())
    for text in (page, card):
        assert f"{figures['bytes']:,} bytes" in text and f"{figures['int8']:.1%}" in text
        assert f"{figures['macs']:,} multiply-accumulates" in text
