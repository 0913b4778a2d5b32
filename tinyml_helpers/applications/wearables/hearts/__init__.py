"""A heart's beats, and the early ones among them. Teaching material: it diagnoses nothing.

It knows streams, and nothing of exercises.
"""

from tinyml_helpers.applications.wearables.hearts.application import Application

__all__ = ["Application"]
