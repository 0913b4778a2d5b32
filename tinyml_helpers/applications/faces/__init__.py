"""Finding faces in a camera frame, and telling whose they are.

    board.flash(faces.Application(detector, verifier))
    sight = board.client.look(frame)  # uint8 [96, 96]

Here are the models, their training, drawn people to train and test with, their C, and what runs
that C on this computer. It knows no other application.
"""

from tinyml_helpers.applications.faces.application import Application

__all__ = ["Application"]
