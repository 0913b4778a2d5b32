"""Telling faces apart on this computer: the C that runs on the boards.

    verifier = Verifier(tflite_bytes)
    ours = template(verifier.embeddings(crops))  # of five pictures of one person
    print(similarity(ours, verifier.embed(another)))

The model makes of a face a direction in 64 dimensions; similar faces have similar directions.
"""

import numpy as np

from tinyml_helpers.applications.faces import c_looker
from tinyml_helpers.applications.faces.c_looker import WrongModel
from tinyml_helpers.applications.faces.detector import on_all_cores

__all__ = ["Verifier", "WrongModel", "similarity", "template"]

#: Bytes of a template: int16 [64], the lowest byte first.
TEMPLATE_BYTES = 2 * c_looker.EMBEDDING

_ONE = 1 << 15  # similarity 1, as the C counts


class Verifier:
    """A verifier on this computer.

    Args:
        tflite_bytes: the model: int8 [1, 48, 48, 1] with scale 1/64 in, int8 [1, 64] out.

    Raises:
        model_file.ModelFileError, WrongModel, micro.CannotRun: the model won't do.

    Attributes:
        zero_point: of its output.
    """

    def __init__(self, tflite_bytes):
        self.zero_point = c_looker.check_verifier(tflite_bytes)
        self._bytes = bytes(tflite_bytes)
        self._model = c_looker.loaded(self._bytes)

    def embed(self, crop):
        """What the model makes of a face.

        Args:
            crop: int8 [48, 48], as from `crop.crop`.

        Returns:
            int16 [64], the codes without the zero point.

        Raises:
            ValueError: the crop is something else.
        """
        return self._run(self._model, _check_crops(np.asarray(crop)[np.newaxis]))[0]

    def embeddings(self, crops):
        """As `embed`, for many faces, on all of this computer's cores.

        Args:
            crops: int8 [n, 48, 48].

        Returns:
            int16 [n, 64].

        Raises:
            ValueError: as `embed`.
        """
        return on_all_cores(
            lambda share: self._run(c_looker.loaded(self._bytes), share), _check_crops(crops)
        )

    def _run(self, model, crops):
        made = np.zeros((len(crops), c_looker.EMBEDDING), np.int16)
        c_looker.load().fd_verify_all(
            model.handle, self.zero_point, crops.ctypes.data, len(crops), made.ctypes.data
        )
        return made


def template(embeddings):
    """What is kept of a person: the sum of embeddings, each scaled to the length 4,096.

    Args:
        embeddings: int16 [k, 64], k from 1 to 5, as from `Verifier.embeddings`.

    Returns:
        128 bytes, int16 [64].

    Raises:
        ValueError: the embeddings are something else.
    """
    embeddings = _check_embeddings(embeddings)
    if not 1 <= len(embeddings) <= c_looker.ENROLMENTS:
        raise ValueError(
            f"a template is made of 1 to {c_looker.ENROLMENTS} embeddings, not {len(embeddings)}"
        )
    made = np.zeros(c_looker.EMBEDDING, np.int16)
    for embedding in embeddings:
        c_looker.load().fd_enrol(made.ctypes.data, embedding.ctypes.data)
    return made.astype("<i2").tobytes()


def similarity(template, embedding):
    """The cosine of the angle between a template and an embedding.

    Args:
        template: from `template`.
        embedding: int16 [64], as from `Verifier.embed`; or [n, 64] for n of them.

    Returns:
        From -1 to 1, 1 for the same direction, in steps of 1/32768, rounded down: a float, or
        float64 [n].

    Raises:
        ValueError: the template or the embedding is something else.
    """
    if len(template) != TEMPLATE_BYTES:
        raise ValueError(f"a template has {TEMPLATE_BYTES} bytes, not {len(template)}")
    embedding = np.asarray(embedding)
    rows = _check_embeddings(np.atleast_2d(embedding))
    sums = np.frombuffer(template, "<i2").astype(np.int16)
    made = np.zeros(len(rows), np.int16)
    c_looker.load().fd_similarity_all(
        sums.ctypes.data, rows.ctypes.data, len(rows), made.ctypes.data
    )
    return made[0].item() / _ONE if embedding.ndim == 1 else made / _ONE


def check_similarity(threshold):
    """A threshold of similarities as the C has it: 0 to 32,767.

    Raises:
        ValueError: it isn't from 0 to 1.
    """
    if not 0 <= threshold <= 1:
        raise ValueError(f"a threshold of similarities is from 0 to 1, not {threshold!r}")
    return min(round(_ONE * float(threshold)), _ONE - 1)


def _check_crops(crops):
    crops = np.asarray(crops)
    side = c_looker.CROP_SIDE
    if crops.dtype != np.int8 or crops.ndim != 3 or crops.shape[1:] != (side, side):
        raise ValueError(
            f"a verifier looks at int8 {[side, side]}, as `crop` gives it, not at {crops.dtype} "
            f"{list(crops.shape[1:])}"
        )
    return np.ascontiguousarray(crops)


def _check_embeddings(embeddings):
    embeddings = np.asarray(embeddings)
    if (
        embeddings.dtype != np.int16
        or embeddings.ndim != 2
        or embeddings.shape[1] != c_looker.EMBEDDING
        or not ((embeddings >= -255) & (embeddings <= 255)).all()
    ):
        raise ValueError(
            f"an embedding is int16 [{c_looker.EMBEDDING}], from -255 to 255, as a Verifier gives "
            f"it, not {embeddings.dtype} {list(embeddings.shape[1:])}"
        )
    return np.ascontiguousarray(embeddings)
