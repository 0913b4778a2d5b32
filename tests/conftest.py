"""Models that tests share; made once a session."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tinyml_helpers import tflm

# An example that takes long to draw says something about the computer, not about what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

SHARED = Path(__file__).parents[2] / "shared"


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
    """A function that gives the bytes of a model of ../shared, or skips the test."""

    def read(name):
        path = SHARED / "models" / name
        if not path.exists():
            pytest.skip(f"{name} is in ../shared/models, which isn't here")
        return path.read_bytes()

    return read


@pytest.fixture
def needs_tflm():
    if not tflm.available():
        pytest.skip("the tflite-micro package has no wheel for this computer")
