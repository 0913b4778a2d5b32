"""Agriculture: how a board forecasts a field's moisture, waters it, and hardly ever sends.

    board.flash(fields.Application(tflite_bytes))
    hours = board.client.run(samples)  # int16 [hours, 4]

A stream with a sample an hour: what is here is a model of what moisture does next, the rules that
water, doubt the sensor and decide what to send, what the gateway makes of it, their C and what runs
that C on this computer. It knows streams, and no other application.
"""

from tinyml_helpers.applications.fields.application import Application

__all__ = ["Application"]
