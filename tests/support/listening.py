"""A stream that listens for tones."""

import tones
from streaming import Stream

from tinyml_helpers.applications.keywords import Application
from tinyml_helpers.applications.keywords.spotter import Settings, Spotter

PROGRAM = Application(tones.tflite())

#: Much happens in it: an inference every third hop, each with the chance of a report.
BUSY = Settings(hops_per_inference=3, average=2, threshold=1, refractory_hops=5)
SHORT = tones.stream()[: 71 * 320]  # 70 hops: the first takes 512 samples

STREAM = Stream(PROGRAM, BUSY, SHORT, Spotter, "spotter", slowest=0.02)
