"""Which exercise, and how many repetitions: what a watch's accelerometer and gyroscope tell.

    board.flash(exercises.Application(tflite_bytes))
    hops = board.client.run(samples(motion), Settings.of(arm=motion.place))

A stream of motion: what is here is a model of exercises, a counter of repetitions, their C and what
runs that C on this computer. It knows streams, the sensors on boards, and nothing of hearts.
"""

from tinyml_helpers.applications.wearables.exercises.application import Application

__all__ = ["Application"]
