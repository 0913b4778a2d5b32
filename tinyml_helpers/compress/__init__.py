"""Make a Keras 3 model small: quantize it, prune it, cluster its weights, distil it.

    tflite_bytes = compress.quantize(model, "int8", representative=x_train[:200])

This room knows Keras and .tflite files, and nothing of data sets or of the boards a model is for.
"""

from tinyml_helpers.compress.channels import prune_channels
from tinyml_helpers.compress.cluster import WeightClustering, cluster_weights
from tinyml_helpers.compress.distil import distil
from tinyml_helpers.compress.fold import fold_batch_norm
from tinyml_helpers.compress.layers import UnsupportedModel
from tinyml_helpers.compress.lut import lut_compress, worth_tables
from tinyml_helpers.compress.prune import MagnitudePruning, prune_at_once, sparsity
from tinyml_helpers.compress.qat import fix_input_range, quantization_aware
from tinyml_helpers.compress.quantize import quantize
from tinyml_helpers.compress.streaming import quantize_streaming
from tinyml_helpers.compress.svdf import Svdf

__all__ = [
    "MagnitudePruning",
    "Svdf",
    "UnsupportedModel",
    "WeightClustering",
    "cluster_weights",
    "distil",
    "fix_input_range",
    "fold_batch_norm",
    "lut_compress",
    "prune_at_once",
    "prune_channels",
    "quantization_aware",
    "quantize",
    "quantize_streaming",
    "sparsity",
    "worth_tables",
]
