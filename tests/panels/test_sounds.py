import base64
import io
import wave

import matplotlib.pyplot as plt
import numpy as np
import pytest

from tinyml_helpers.panels import sounds

TONE = (3000 * np.sin(np.arange(16_000) * 0.2)).astype(np.int16)


def test_a_wav_file_holds_the_very_samples():
    with wave.open(io.BytesIO(sounds.wav_bytes(TONE, 8_000))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8_000)
        assert np.array_equal(np.frombuffer(file.readframes(16_000), "<i2"), TONE)


def test_each_sound_has_a_picture_and_a_player():
    shown = sounds.listen({"a tone": TONE, "half of it": TONE // 2})
    players = [box.children[1] for box in shown.children]
    assert [bytes(player.value) for player in players] == [
        sounds.wav_bytes(TONE),
        sounds.wav_bytes(TONE // 2),
    ]
    assert not any(player.autoplay for player in players)
    pictures = [box.children[0].value for box in shown.children]
    assert 'alt="Waveforms: a tone"' in pictures[0] and 'alt="Waveforms: half of it"' in pictures[1]
    assert all("data:image/png;base64,iVBOR" in picture for picture in pictures)


def test_the_notebook_keeps_a_picture_for_those_who_cannot_run_it():
    before = plt.get_fignums()
    titled = {f"sound {i}": TONE for i in range(5)}
    bundle, metadata = sounds.listen(titled)._repr_mimebundle_()
    assert metadata["image/png"]["alt"].startswith("Waveforms: sound 0; sound 1")
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["text/plain"].startswith("Sounds to listen to: run this cell. sound 0, sound 1")
    assert plt.get_fignums() == before


def test_silence_can_be_shown():
    assert sounds.listen({"silence": np.zeros(16_000, np.int16)}).children


@pytest.mark.parametrize(
    "wrong", [{}, {"floats": TONE / 1.0}, {"two channels": TONE.reshape(2, -1)}]
)
def test_what_is_no_sound_is_refused(wrong):
    with pytest.raises(ValueError, match=r"one sound at least|isn't a sound"):
        sounds.listen(wrong)
