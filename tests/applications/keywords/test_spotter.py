"""The spotter on this computer: the parts it is made of, put together by hand, give the same."""

import models
import numpy as np
import pytest
import tones
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from streaming import changed, doubled, same
from tones import QUICK

from tinyml_helpers import micro, model_file, signals
from tinyml_helpers.applications.keywords import c_spotter, realtime, spotter
from tinyml_helpers.applications.keywords.spotter import Settings, Spotter, detect, scores
from tinyml_helpers.applications.stream import host
from tinyml_helpers.micro.loaded import Loaded, aligned


def test_every_word_is_reported_once_and_nothing_else(hops):
    found = [(hop.seconds, hop.detected) for hop in hops if hop.detected is not None]
    assert [label for _, label in found] == [label for _, label in tones.WORDS]
    for (seconds, _), (start, _) in zip(found, tones.WORDS, strict=True):
        assert start < seconds < start + 1.1


def test_hops_come_every_20_milliseconds(hops):
    assert [hop.number for hop in hops] == list(range(len(hops)))
    assert hops[0].seconds == 512 / 16000
    np.testing.assert_allclose(np.diff([hop.seconds for hop in hops]), 0.02)
    assert spotter.seconds(np.array([0, 1])) == [0.032, 0.052]


def test_features_are_the_front_ends(hops):
    features = np.stack([hop.features for hop in hops])
    np.testing.assert_array_equal(features, signals.log_mel(tones.stream()))
    assert features.dtype == np.int8


def test_scores_are_the_interpreters(hops):
    features = signals.log_mel(tones.stream())
    interpreter = micro.Interpreter(tones.tflite())
    for hop in hops:
        if hop.number < 48 or (hop.number - 48) % QUICK.hops_per_inference:
            assert hop.scores is None and hop.smoothed is None and hop.detected is None
            continue
        window = features[hop.number - 48 : hop.number + 1]
        expected = interpreter.invoke(window.reshape(1, 49, 40, 1))[0]
        np.testing.assert_array_equal(hop.scores, expected)
        assert hop.scores.dtype == np.int8


def test_smoothed_scores_are_averages(hops):
    ran = np.stack([hop.scores for hop in hops if hop.scores is not None]).astype(int) + 128
    smoothed = np.stack([hop.smoothed for hop in hops if hop.smoothed is not None])
    before = np.concatenate([np.zeros((2, 12), int), ran])
    np.testing.assert_array_equal(smoothed, (before[:-2] + before[1:-1] + before[2:]) // 3)


@how(derandomize=True, deadline=None, max_examples=15)
@given(cuts=st.lists(st.integers(0, len(tones.stream())), max_size=20))
def test_any_pieces_give_the_same(hops, cuts):
    listener = Spotter(tones.tflite(), QUICK)
    made = []
    for piece in np.split(tones.stream(), sorted(cuts)):
        made += listener.push(piece)
    assert same(made, hops)


def test_what_is_too_long_for_c_goes_there_in_parts(hops, monkeypatch):
    monkeypatch.setattr(host, "_LONGEST_PUSH", 1000)
    assert same(Spotter(tones.tflite(), QUICK).push(tones.stream()), hops)


def test_sample_by_sample_gives_the_same(hops):
    listener = Spotter(tones.tflite(), QUICK)
    short = tones.stream()[: 16000 + 2000]
    made = [hop for sample in short for hop in listener.push(np.array([sample]))]
    assert same(made, hops[: len(made)]) and len(made) == 55


def test_reset_starts_afresh(hops):
    listener = Spotter(tones.tflite(), QUICK)
    listener.push(tones.stream()[:70_000])
    listener.reset()
    assert same(listener.push(tones.stream()), hops)
    deaf = QUICK._replace(threshold=255)
    listener.reset(deaf)
    assert listener.settings == deaf
    assert all(hop.detected is None for hop in listener.push(tones.stream()))


def test_two_spotters_do_not_disturb_each_other(hops):
    one, other = Spotter(tones.tflite(), QUICK), Spotter(tones.tflite(), QUICK)
    made = []
    for piece in np.array_split(tones.stream(), 50):
        made += one.push(piece)
        other.push(piece[::-1])
    assert same(made, hops)


@pytest.mark.parametrize("every", [1, 5, 7, 60])
@pytest.mark.parametrize("threads", [1, 3])
def test_scores_of_a_long_stream_are_the_spotters(every, threads, monkeypatch):
    monkeypatch.setattr(spotter.os, "cpu_count", lambda: threads)
    settings = QUICK._replace(hops_per_inference=every)
    made = Spotter(tones.tflite(), settings).push(tones.stream())
    expected = np.stack([hop.scores for hop in made if hop.scores is not None])
    found = scores(tones.tflite(), tones.stream(), every)
    np.testing.assert_array_equal(found, expected)
    reported = [
        (hop.number, hop.seconds, hop.detected, hop.smoothed[hop.detected])
        for hop in made
        if hop.detected is not None
    ]
    assert reported == [tuple(one) for one in detect(found, settings)]


def test_scores_take_a_stream_in_pieces():
    pieces = iter(np.array_split(tones.stream(), 9))
    whole = scores(tones.tflite(), tones.stream(), 5)
    np.testing.assert_array_equal(scores(tones.tflite(), pieces, 5), whole)


@pytest.mark.parametrize(("samples", "count"), [(0, 0), (15871, 0), (15872, 1), (17472, 2)])
def test_the_first_scores_come_with_49_frames(samples, count):
    silence = np.zeros(samples, np.int16)
    assert scores(tones.tflite(), silence, 5).shape == (count, 12)
    made = Spotter(tones.tflite(), QUICK).push(silence)
    assert sum(hop.scores is not None for hop in made) == count


@pytest.mark.parametrize(
    "sound", [np.zeros(9, np.float32), np.zeros((1, 9), np.int16), np.int16(3), [1, 2]]
)
def test_what_is_no_sound_is_refused(sound):
    with pytest.raises(ValueError, match=r"sound is int16 \[samples\], 16 kHz, not"):
        Spotter(tones.tflite()).push(sound)


def test_settings_out_of_range_are_refused():
    with pytest.raises(ValueError, match="average is a whole number from 1 to 16, not 17"):
        Spotter(tones.tflite(), Settings(average=17))
    with pytest.raises(
        ValueError, match="hops_per_inference is a whole number from 1 to 65535, not 0"
    ):
        scores(tones.tflite(), tones.stream(), 0)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"input_scale": [0.03]}, "scale 1/32 .* takes int8 .* with scale 0.03 and zero point 0"),
        ({"input_zeroPoint": [-1]}, "with scale 0.03125 and zero point -1"),
        ({"input_shape": [1, 40, 49, 1]}, r"takes int8 \[1, 49, 40, 1\] .* takes int8 \[1, 40, 49"),
        ({"input_type": 7}, r"this one takes int16 \[1, 49, 40, 1\]"),
        ({"output_scale": [0.1]}, "gives int8 .* a softmax; this one gives .* with scale 0.1 and"),
        ({"output_zeroPoint": [0]}, "with scale 0.00390625 and zero point 0"),
        ({"output_shape": [1, 17]}, r"3 to 16 classes. .* gives int8 \[1, 17\]"),
        ({"output_shape": [1, 2]}, r"gives int8 \[1, 2\]"),
    ],
)
def test_models_of_other_shapes_and_scales_are_refused(fields, message):
    for use in (Spotter, lambda model: scores(model, tones.stream(), 5)):
        with pytest.raises(c_spotter.WrongModel, match=message):
            use(changed(tones.tflite(), **fields))


@pytest.mark.parametrize("more", ["inputs", "outputs"])
def test_the_c_refuses_a_model_of_two_inputs_or_outputs(more):
    code, settings = c_spotter.load(), QUICK.pack()

    def start(tflite_bytes):
        loaded = Loaded(tflite_bytes, model_file.read(tflite_bytes), code=code)
        state = aligned(code.kw_listener_bytes())
        return code.kw_start(state.ctypes.data, loaded.handle, settings)

    assert start(tones.tflite()) == 0
    assert start(doubled(tones.tflite(), more)) == c_spotter.BAD_MODEL


def test_other_models_are_refused(int8_model, tiny_models):
    with pytest.raises(c_spotter.WrongModel, match=r"takes int8 \[1, 8, 8, 1\] with"):
        Spotter(int8_model)
    with pytest.raises(c_spotter.WrongModel, match=r"takes float32 \[1, 8, 8, 1\]$"):
        Spotter(tiny_models["float32"])
    with pytest.raises(model_file.ModelFileError):
        Spotter(b"no model")


def test_a_model_that_remembers_is_refused():
    model = models.schema.ModelT.InitFromPackedBuf(tones.tflite(), 0)
    model.subgraphs[0].tensors[-2].isVariable = True
    with pytest.raises(
        c_spotter.WrongModel, match="keeps something from one inference to the next"
    ):
        Spotter(models.pack(model))


def test_the_model_for_these_tests_is_as_the_field_makes_them():
    assert c_spotter.check_model(tones.tflite()) == 12
    assert model_file.read(tones.tflite()).inputs[0].scale == 1 / 32


def listened(cycles):
    """Hops that cost so many cycles each."""
    made = Spotter(tones.tflite(), QUICK).push(np.zeros(512 + 320 * (len(cycles) - 1), np.int16))
    return [hop._replace(cycles=cost) for hop, cost in zip(made, cycles, strict=True)]


def test_the_load_is_the_share_of_busy_time():
    assert realtime.load(listened([100, 300]), clock_hz=50 * 1000) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("cycles", "waiting"),
    [
        ([1] * 5, 320),  # only the hop that is fetched
        ([1000] * 5, 320),  # just in time
        ([1, 1, 2500, 1, 1, 1], 320 + 480),  # 50 ms, 20 of which are the next hop's own
        ([2000] * 4, 4 * 320),  # each makes it later by a hop
    ],
)
def test_what_waits_is_what_came_meanwhile(cycles, waiting):
    assert realtime.most_waiting(listened(cycles), clock_hz=50 * 1000) == waiting


def test_without_cycles_there_is_no_load(hops):
    for function in (realtime.load, realtime.most_waiting):
        for nothing in ([], hops):
            with pytest.raises(ValueError, match="from an emulated board"):
                function(nothing, 64_000_000)
