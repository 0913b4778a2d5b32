"""Faces this project draws: people, how they are photographed, and what is around them.

They know photographs without people that come with the tools, and nothing of models. The modules
`identity`, `background` and `scene` have a function of their own name:

    >>> from tinyml_helpers.applications.faces.drawn.scene import scene
    >>> scene(np.random.default_rng(0), range(100), 96).image.shape
    (96, 96)
"""

from tinyml_helpers.applications.faces.drawn.attack import photo_of
from tinyml_helpers.applications.faces.drawn.cast import Drawn
from tinyml_helpers.applications.faces.drawn.identity import Identity
from tinyml_helpers.applications.faces.drawn.paste import put
from tinyml_helpers.applications.faces.drawn.render import Head, draw
from tinyml_helpers.applications.faces.drawn.scene import (
    TEST_PEOPLE,
    Portrait,
    Scene,
    portrait,
    portraits,
    scenes,
)
from tinyml_helpers.applications.faces.drawn.shot import Shot, random_shot

__all__ = [
    "TEST_PEOPLE",
    "Drawn",
    "Head",
    "Identity",
    "Portrait",
    "Scene",
    "Shot",
    "draw",
    "photo_of",
    "portrait",
    "portraits",
    "put",
    "random_shot",
    "scenes",
]
