"""Models that tests share; made once a session."""

import patience
import places
import pytest
from hypothesis import HealthCheck, settings

from tinyml_helpers.link import conversation
from tinyml_helpers.runtimes import tflm

# An example that takes long to draw says something about the computer, not about what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory):
    """The address of a JupyterLab that serves all browser tests, and its folder."""
    import jupyter_lab

    with jupyter_lab.server(tmp_path_factory.mktemp("lab")) as address_and_folder:
        yield address_and_folder


class _Converted(dict):
    """Bytes by number format, converted when first asked for."""

    def __missing__(self, number_format):
        import models

        self[number_format] = models.convert(models.net(), number_format)
        return self[number_format]


@pytest.fixture(scope="session")
def tiny_models():
    """Bytes of models.net as .tflite, by number format: float32, dynamic, int8, int16x8."""
    return _Converted()


@pytest.fixture(scope="session")
def int8_model(tiny_models):
    """Bytes of models.net as .tflite in int8."""
    return tiny_models["int8"]


@pytest.fixture
def shared_model():
    """A function that gives the bytes of a model made elsewhere, or skips the test."""
    return lambda name: places.outside("TINYML_MODELS", name).read_bytes()


@pytest.fixture
def needs_tflm():
    if not tflm.available():
        pytest.skip("the tflite-micro package has no wheel for this computer")


@pytest.fixture
def hurry(monkeypatch):
    """Shorter waits, for boards that won't answer; those that do answer even on a busy computer."""
    monkeypatch.setattr(conversation, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(conversation, "QUICK_SECONDS", patience.seconds(0.05))
