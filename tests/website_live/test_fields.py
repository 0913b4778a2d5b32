"""The page about a field's season: its soil is the simulator's, node and gateway are Python's."""

import base64
import re

import jupyter_lab
import live_pages
import numpy as np
import pytest

from tinyml_helpers.applications.fields import c_node, trained
from tinyml_helpers.applications.fields.gateway import Gateway
from tinyml_helpers.applications.fields.node import Node, Settings
from tinyml_helpers.datasets.fields import simulated
from tinyml_helpers.datasets.fields.simulated.soil import SoilWater
from website import page_data

SOIL = (*live_pages.SCRIPTS, "fields_data.js", "soil_water.js")
SCRIPTS = (*SOIL, "model_simulated.js", "node.js")

#: Moisture among the roots and stress, hour by hour, with so much water.
WATER = """async ([place, water]) => {
  const field = FIELDS.fields[place], soil = new SoilWater(field);
  const et0 = new Int16Array(bytesOfBase64(field.et0).buffer);
  return water.map((wet, hour) => {
    const { stress } = soil.step(wet, et0[hour] / 1000, Math.floor(hour / 24));
    return [soil.moisture, stress];
  });
}"""

#: Hours of a node: of each its bytes and the gateway's answer.
NODE = """async ([settings, samples]) => {
  const node = await FieldNode.open();
  node.reset(settings);
  return samples.map((sample) => {
    const { bytes, answer } = node.hour(sample);
    return [[...bytes], [...answer]];
  });
}"""

#: Keeps what a page's node is given, and what both ends make of it.
KEEP = """() => {
  const { reset, hour } = FieldNode.prototype;
  globalThis.given = [];
  globalThis.made = [];
  FieldNode.prototype.reset = function (settings) {
    globalThis.settings = settings;
    return reset.call(this, settings);
  };
  FieldNode.prototype.hour = function (sample) {
    const found = hour.call(this, sample);
    given.push(sample);
    made.push([[...found.bytes], [...found.answer]]);
    return found;
  };
}"""


def number(place):
    return simulated.TEST_SITES + page_data.SITES[place]


def column(field, name):
    return np.frombuffer(base64.b64decode(field[name]), "<i2")


@pytest.fixture(scope="module")
def fields():
    return page_data.fields()["fields"]


def settings_of(given):
    """Python's Settings of what a page gives its node."""
    return Settings(
        start=np.datetime64(given["start"], "h"),
        delta=given["delta"] / 100,
        heartbeat=given["heartbeat"],
        line=given["line"] / 100,
        dose=given["dose"] / 10,
        hour=given["hour"],
        lead=c_node.LEAD_HOURS[given["lead"]],
        quantile=c_node.QUANTILES[given["quantile"]],
    )


def expected(given, samples):
    """What Python's node and gateway make of samples: [(bytes of an so_hour, answer)]."""
    settings, model = settings_of(given), trained.committed(trained.SIMULATED)
    node = Node(model, settings)
    end = Gateway(model, settings.start, settings.delta, settings.heartbeat)
    made = []
    for sample in samples:
        (record,) = node.records(np.array([sample], np.int16))
        answer = end.hour(record["frame"].tobytes()[: record["frame_bytes"]] or None)
        if answer:
            node.heard(answer)
        made.append([list(record.tobytes()), list(answer)])
    return made


@live_pages.needs_node
@pytest.mark.parametrize("place", range(len(page_data.SITES)))
def test_the_soil_is_the_workbook_s(live, fields, place):
    field, site = fields[place], simulated.site(number(place))
    rng = np.random.default_rng(place)
    et0 = column(field, "et0") / 1000
    water = column(field, "rain") / 10 + 20.0 * (rng.random(len(et0)) < 0.01)
    here = SoilWater([site.soil], [site.planting])
    here.upper, here.lower = np.array([field["upper"]]), np.array([field["lower"]])
    made = []
    for hour, wet in enumerate(water):
        flows = here.step(wet, 0.0, et0[hour], field["day"] + hour // 24)
        made.append([float(here.moisture_root[0]), float(flows.stress[0])])
    there = live_pages.ask_node(live, SOIL, WATER, [place, water.tolist()])
    np.testing.assert_allclose(there, made, rtol=1e-9)
    assert np.ptp([stress for _, stress in made]) > 0.2


@live_pages.needs_node
def test_in_node_both_ends_give_the_same_bytes(live):
    rng = np.random.default_rng(0)
    level = 2400 + 100 * rng.normal(size=1200).cumsum()
    samples = np.stack(
        [
            np.where(rng.random(1200) < 0.03, c_node.NO_READING, level.clip(300, 4500)),
            rng.integers(50, 300, 1200),
            rng.integers(0, 60, 1200) * (rng.random(1200) < 0.1),
            np.linspace(3600, 3000, 1200),
        ],
        axis=1,
    ).astype(int)
    given = {"start": 440_000, "delta": 80, "heartbeat": 12, "line": 2000, "dose": 150}
    given |= {"hour": 4, "lead": 2, "quantile": 0, "unused": 0}
    made = live_pages.ask_node(live, SCRIPTS, NODE, [given, samples.tolist()])
    assert made == expected(given, samples)
    records = [np.frombuffer(bytes(record), c_node.HOUR)[0] for record, _ in made]
    assert 0 < sum(bool(answer) for _, answer in made) < 1200
    assert any(record["water"] for record in records) and any(r["alarms"] for r in records)


@jupyter_lab.needs_chromium
def test_in_chromium_a_season_ends_as_python_would_have_told_it(live, fields):
    with live_pages.opened(live, "fields.html") as page:
        page.locator("#play:enabled").wait_for()
        page.evaluate(KEEP)
        page.get_by_label("The probe").select_option("stuck")
        page.get_by_role("button", name="To the end").click()
        page.locator("#says").get_by_text("The node gave").wait_for()
        verdict = page.locator("#says").inner_text()
        events = page.locator("#events li").all_inner_texts()
        assert page.locator("#chart").evaluate(live_pages.COLOURS, [0.1, 0.95, 0.1, 0.8]) > 10
        assert page.locator("#sky").evaluate(live_pages.COLOURS, [0.1, 0.95, 0.1, 0.8]) > 2
        given, samples, made = page.evaluate("() => [settings, given, made]")
        page.locator("#quantile").select_option("never")
        page.get_by_text("Choose, and press Play.").wait_for()
        assert page.locator("#events li").count() == 0
    assert made == expected(given, samples)
    assert len(samples) == len(column(fields[0], "rain"))
    records = np.array([np.frombuffer(bytes(record), c_node.HOUR)[0] for record, _ in made])
    water = records["water"][:-1].sum() / 10  # the last hour's comes after the season
    assert water > 0 and f"The node gave {water:.0f} mm; " in verdict
    halfway = len(samples) // 48
    stuck = re.fullmatch(r"Day (\d+): the node rings: the probe sticks\.", events[0])
    assert halfway < int(stuck[1]) < halfway + 5
    messages, sent = (records["frame_bytes"] > 0).sum(), records["frame_bytes"].sum()
    assert f"It sent {messages} messages" in events[-1] and f"{sent} bytes." in events[-1]
    assert 0 < messages < len(samples) / 4


def test_the_page_says_of_its_model_what_is_so(live):
    page = " ".join((live / "fields.html").read_text(encoding="utf-8").split())
    assert f"{len(trained.committed(trained.SIMULATED)):,} bytes" in page
    assert c_node.LEAD_HOURS == (6, 24, 72, 168) and Settings().hour == 6
