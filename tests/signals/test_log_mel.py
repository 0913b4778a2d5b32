"""The front end on this computer: its tables, its FFT, and its codes against tf.signal's."""

import ctypes
import subprocess

import fuzz
import numpy as np
import places
import pytest
from front_end_signals import SIGNALS, half_loud_sine, speech_like
from hypothesis import given, settings
from hypothesis import strategies as st

from tinyml_helpers import signals, toolchain
from tinyml_helpers.quiet import quiet
from tinyml_helpers.signals import tables


@pytest.fixture(scope="module")
def reference():
    """log_mel_reference; TensorFlow is imported for it."""
    from tinyml_helpers.signals.reference import log_mel_reference

    return log_mel_reference


def compare(name, codes, floats):
    """Print how C and reference differ (pytest -s shows it); (correlation, largest difference)."""
    correlation = np.corrcoef(codes.ravel(), floats.ravel())[0, 1]
    largest = np.abs(codes - floats).max()
    print(f"{name}: correlation {correlation:.6f}, largest difference {largest:.2f} codes")
    return correlation, largest


# The tables.


def test_the_header_is_what_the_script_makes():
    assert tables.HEADER.read_text(encoding="utf-8") == tables.header()


def test_a_number_near_a_rounding_edge_is_refused(monkeypatch):
    monkeypatch.setattr(tables.math, "cos", lambda angle: 0.5 + 2.0**-16)
    with pytest.raises(ValueError, match="rounding edge"):
        tables.twiddles()


def test_window_and_bands_are_those_of_tf_signal():
    with quiet():
        import tensorflow as tf

    half = np.array(tables.hann()) / 2**15
    hann = tf.signal.hann_window(512, dtype=tf.float64).numpy()
    assert np.abs(np.concatenate([half, half[255:0:-1]]) - hann).max() < 2.0**-15

    first, weights = tables.mel_slopes()
    matrix = np.zeros((257, 42))  # with the falling side before band 0, and the rising after 39
    for slope in range(41):
        for k in range(first[slope], first[slope + 1]):
            up = weights[k - first[0]] / 2**15
            matrix[k, slope : slope + 2] = 1 - up, up
    expected = tf.signal.linear_to_mel_weight_matrix(
        signals.BINS, 257, 16_000, signals.LOWEST_HZ, signals.HIGHEST_HZ, tf.float64
    )
    assert np.abs(matrix[:, 1:-1] - expected.numpy()).max() < 2.0**-15
    assert (expected.numpy().sum(axis=0) > 0.5).all()  # no band lies between two bins


# The FFT.


@pytest.fixture(scope="module")
def fft():
    """fe_real_fft: int32 [512] to complex [257]."""
    path = toolchain.shared_library(signals.sources(), "fft_alone", [signals.FOLDER])
    library = ctypes.CDLL(str(path))

    def transform(numbers):
        data = np.array(numbers, np.int32)
        library.fe_real_fft(ctypes.c_void_p(data.ctypes.data))
        return np.array([data[0], *(data[2::2] + 1j * data[3::2]), data[1]])

    return transform


@pytest.mark.parametrize("size", [1, 100, 10_000, 1 << 20])
def test_the_fft_of_noise(fft, size):
    numbers = np.random.default_rng(size).integers(-size, size + 1, 512)
    expected = np.fft.rfft(numbers)
    assert np.abs(fft(numbers) - expected).max() < 200 + np.abs(expected).max() / 2**14


def test_the_fft_of_the_largest_numbers(fft):
    n = np.arange(512)
    most = int(2**29.5 / 256)
    for numbers in (0 * n + most, np.where(n % 2, most, -most), np.where(n // 2 % 2, -most, most)):
        expected = np.fft.rfft(numbers)
        assert np.abs(fft(numbers) - expected).max() < 200 + np.abs(expected).max() / 2**14
    for place in (0, 1, 255, 256, 511):
        single = np.where(n == place, int(2**29.5), 0)
        assert np.abs(fft(single) - np.fft.rfft(single)).max() < 2**29.5 / 2**14


# The codes.


def exactly(fft, samples):
    """The codes of 512 samples, in whole numbers, from what log_mel.c says of its steps."""
    half = tables.hann()
    weights = np.array([0, *half[1:], *half[255:0:-1]])
    windowed = (samples.astype(np.int64) * weights + 128) >> 8
    power = [(int(x.real) ** 2 + int(x.imag) ** 2) >> 16 for x in fft(windowed)]
    first, heights = tables.mel_slopes()
    bands = [0] * (signals.BINS + 2)
    for slope in range(signals.BINS + 1):
        for k in range(first[slope], first[slope + 1]):
            rising = power[k] * heights[k - first[0]]
            bands[slope + 1] += rising
            bands[slope] += (power[k] << 15) - rising
    return [exact_code(band) for band in bands[1:-1]]


def exact_code(power):
    if power == 0:
        return -128
    octave = power.bit_length() - 1
    mantissa = (power << 31) >> octave
    eighths = sum(mantissa >= edge for edge in tables.octave_edges())
    offset = 8 * (44 - 16 + 15) - signals.CODE_OF_ONE
    return max(-128, min(8 * octave + eighths - offset, 127))


def test_codes_are_those_of_whole_numbers_to_the_last(fft):
    """Of loud and faint sounds; one sample of 1 is near the end of what is heard."""
    sounds = [*SIGNALS.values(), *speech_like(6), *(speech_like(4, seed=1) // 5000)]
    for sound in sounds:
        frames = np.lib.stride_tricks.sliding_window_view(sound[:3500], 512)[::320]
        expected = [exactly(fft, frame) for frame in frames]
        np.testing.assert_array_equal(signals.log_mel(sound[:3500]), expected)


def test_speech_against_the_reference(reference):
    clips = speech_like(40)
    codes, floats = signals.log_mel(clips), reference(clips)
    correlation, largest = compare("speech-like", codes, floats)
    assert correlation > 0.999
    assert largest < 2


def test_real_speech_against_the_reference(reference):
    folder = places.outside("TINYML_REAL_DATA", "speech_commands_test_set_v0.02")
    import soundfile

    paths = sorted(folder.glob("*/*.wav"))[::20]
    audio = [soundfile.read(path, dtype="int16")[0] for path in paths]
    clips = np.stack([np.pad(clip, (0, 16_000 - len(clip))) for clip in audio])
    codes, floats = signals.log_mel(clips), reference(clips)
    correlation, largest = compare(f"{len(clips)} recordings", codes, floats)
    assert correlation > 0.999
    assert largest < 2


@pytest.mark.parametrize("name", SIGNALS)
def test_extremes_against_the_reference(reference, name):
    audio = SIGNALS[name]
    difference = np.abs(signals.log_mel(audio) - reference(audio))
    # Deep below a loud sine, the 16-bit window and sines of the FFT are heard.
    assert difference.max() < (5 if name.startswith("sine") else 1.5)


def test_quiet_and_steady_sounds_are_silence():
    for name in ("silence", "steady", "steady_negative", "steady_1"):
        assert (signals.log_mel(SIGNALS[name]) == -128).all()


def test_the_loudest_sine_is_near_the_highest_code():
    loudest = [signals.log_mel(SIGNALS[f"sine_{band}"]).max(axis=0) for band in range(40)]
    assert [int(codes.argmax()) for codes in loudest] == list(range(40))
    assert all(122 <= codes.max() <= 127 for codes in loudest)


def test_half_the_amplitude_is_two_octaves_of_power():
    loud, quiet = signals.log_mel(half_loud_sine(1.0)), signals.log_mel(half_loud_sine(0.5))
    assert loud.max() - quiet.max() in (15, 16, 17)


def test_a_hundred_times_quieter_is_as_precise(reference):
    clips = speech_like(10) // 100
    codes, floats = signals.log_mel(clips), reference(clips)
    heard = floats > -120
    assert heard.mean() > 0.1
    assert np.abs(codes - floats)[heard].max() < 1


# Shapes, and what is refused.


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((16_000,), (49, 40)),
        ((512,), (1, 40)),
        ((511,), (0, 40)),
        ((0,), (0, 40)),
        ((831,), (1, 40)),
        ((832,), (2, 40)),
        ((2, 3, 832), (2, 3, 2, 40)),
        ((0, 16_000), (0, 49, 40)),
    ],
)
def test_shapes(shape, expected):
    features = signals.log_mel(np.zeros(shape, np.int16))
    assert features.shape == expected and features.dtype == np.int8
    assert signals.FRAMES == 49


def test_clips_do_not_depend_on_each_other():
    clips = speech_like(4)
    together = signals.log_mel(clips)
    for clip, features in zip(clips, together, strict=True):
        np.testing.assert_array_equal(signals.log_mel(clip), features)
    np.testing.assert_array_equal(signals.log_mel(clips[::-2]), together[::-2])


@pytest.mark.parametrize("wrong", [np.zeros(600), np.zeros(600, np.int32), [0.5], np.int16(3)])
def test_audio_of_another_type_is_refused(wrong):
    with pytest.raises(ValueError, match="int16"):
        signals.log_mel(wrong)
    with pytest.raises(ValueError, match="int16"):
        signals.LogMel().push(wrong)


def test_a_stream_is_one_microphone():
    with pytest.raises(ValueError, match="one microphone"):
        signals.LogMel().push(np.zeros((2, 600), np.int16))


# Streaming.


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 1500), max_size=12))
def test_samples_may_come_in_any_portions(portions):
    audio = speech_like(1)[0]
    stream = signals.LogMel()
    ends = np.minimum(np.cumsum([0, *portions]), len(audio))
    parts = [stream.push(audio[a:b]) for a, b in zip(ends, [*ends[1:], len(audio)], strict=True)]
    np.testing.assert_array_equal(np.concatenate(parts), signals.log_mel(audio))


def test_frames_come_after_512_samples_and_then_every_320():
    stream = signals.LogMel()
    done = [n for n in range(1, 1500) if len(stream.push(np.ones(1, np.int16)))]
    assert done == [512, 832, 1152, 1472]


def test_reset_forgets():
    first, second = speech_like(2)
    stream = signals.LogMel()
    stream.push(first[:1000])
    stream.reset()
    np.testing.assert_array_equal(stream.push(second), signals.log_mel(second))


# No overflow, no stray pointer.


@pytest.mark.parametrize("halves", [False, True], ids=["as on the Nano", "as on the Pico"])
def test_sanitizers_find_nothing(tmp_path, halves):
    if fuzz.clang() is None:
        pytest.skip("there is no clang with sanitizers")
    program = tmp_path / "log_mel"
    source = places.C / "log_mel_filter.c"
    flags = ["-std=c99", "-O1", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    flags += ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    flags += ["-D__ARM_ARCH_6M__"] if halves else []
    files = map(str, [*signals.sources(), source])
    command = [fuzz.clang(), *flags, f"-I{signals.FOLDER}", *files, "-o", str(program)]
    subprocess.run(command, check=True)
    noise = np.random.default_rng(0)
    patterns = noise.choice(np.array([-32768, 32767], np.int16), 100_000)
    audio = np.concatenate([*SIGNALS.values(), *speech_like(5), patterns])
    done = subprocess.run([program], input=audio.tobytes(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
    assert done.stdout == signals.log_mel(audio).tobytes()
