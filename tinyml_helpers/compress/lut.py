"""TFLM's look-up-table compression: weights stored as short indices into a table of their values.

A clustered int8 kernel holds few distinct codes, so 4 bits a weight can do what 8 did. TFLM undoes
it while it runs: a DECODE operator before each user of the kernel writes the weights out into the
arena. Flash is saved and RAM is spent, about as much as the largest decoded kernel has bytes, and
every inference pays for the decoding. LiteRT doesn't know DECODE; TFLM does.
"""

import numpy as np

from tinyml_helpers import model_file
from tinyml_helpers.quiet import quiet
from tinyml_helpers.runtimes import tflm

#: The widest index TFLM's DECODE operator reads, in bits.
_WIDEST = 7


def lut_compress(tflite_bytes, bits=4):
    """Compress a model's weights with TFLM's own compressor, wherever that makes the file shorter.

    A tensor is eligible if it is constant, int8, of two or more dimensions, and has at most
    2**bits distinct codes: over all if it has one scale, in each channel if it has a scale for each
    (`cluster_weights` makes both so). It gets one table, or one for each channel, accordingly: the
    compressor offers the choice, but DECODE goes by the scales and decodes anything else wrongly
    (tflite-micro issue 3685). Indices are as narrow as the codes allow. A small tensor may grow, by
    its table and its operator; it is then left alone.

    Args:
        tflite_bytes: an int8 or int16x8 model, not compressed yet.
        bits: the widest index, 1 to 7.

    Returns:
        The compressed .tflite, as bytes; TFLM computes the same outputs from it.

    Raises:
        tflm.NotInstalled: tflite-micro is missing (it exists for Linux on x86-64).
        ModelFileError: not a .tflite file.
        ValueError: `bits` out of range, or no tensor gains anything.
    """
    if not 1 <= bits <= _WIDEST:
        raise ValueError(f"bits={bits}: an index into a look-up table has 1 to {_WIDEST} bits.")
    model = model_file.read(tflite_bytes)
    if not tflm.available():
        raise tflm.NotInstalled(
            "look-up-table compression needs the tflite-micro package, which is for Linux on x86-64"
        )
    chosen = []
    for tensor in model.tensors:
        table = _table(tensor, bits)
        if table and len(_compress(tflite_bytes, [table])) < len(tflite_bytes):
            chosen.append(table)
    if not chosen:
        raise ValueError(
            f"no weights of this model get shorter with {bits}-bit indices: "
            f"cluster_weights(model, {2**bits}) before quantizing, or the model is too small."
        )
    return _compress(tflite_bytes, chosen)


def _table(tensor, bits):
    """How to compress a tensor, (its index, index bits, channel axis or None), or None if unfit."""
    if not tensor.is_constant or tensor.dtype != "int8" or len(tensor.shape) < 2:
        return None
    axis = tensor.quantized_dimension if len(tensor.scale) > 1 else None
    slices = [tensor.data] if axis is None else np.moveaxis(tensor.data, axis, 0)
    most = max(len(np.unique(codes)) for codes in slices)
    return (tensor.index, max(1, (most - 1).bit_length()), axis) if most <= 2**bits else None


def _compress(tflite_bytes, tables):
    """Run TFLM's compressor on these tensors of a model."""
    with quiet():
        from tflite_micro.tensorflow.lite.micro.compression import compress, spec

        tensors = []
        for index, bits, axis in tables:
            mode = spec.PerTensor() if axis is None else spec.PerChannel(axis)
            tensors.append(spec.Tensor(0, index, [spec.LookUpTableCompression(bits, mode)]))
        return bytes(compress(tflite_bytes, tensors))
