"""Which exercise, and how many repetitions: what a watch's accelerometer and gyroscope tell.

It knows streams, the sensors on boards, and nothing of hearts.
"""
