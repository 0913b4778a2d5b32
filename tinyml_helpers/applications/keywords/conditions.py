"""Under what conditions a stream's keywords are said: behind them, how loud, from how far, how.

    babble = Conditions(kinds={"babble": 1}, above=10, distance="far", in_sentence=True)
    sound = streams.stream(test_clips, hours=1, seed=1, conditions=babble)

The same seed says the same keywords, as loud, at the same places under all conditions of one
keyword share (where a sentence wouldn't fit, it is moved). So two rows of a table differ by their
conditions, not by their words. In the background each clip of other words is as likely as the next:
of few such clips, false accepts are those of a few clips said again and again.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.keywords import augment

#: Kinds of scenes, and how large a share of a stream each is. `talk` is one person at a time,
#: `babble` six at once; `quiet` has nothing but the room.
KINDS = {"quiet": 0.25, "noise": 0.2, "music": 0.15, "talk": 0.25, "babble": 0.15}

#: What a scene of the kind "noise" may have: kinds of `augment.NOISES`. Babble is a kind of scene.
NOISES = tuple(kind for kind in augment.NOISES if kind != "babble")

#: Kinds that a keyword is `above`, and not beside or alone.
BEHIND = ("noise", "music", "babble")

DISTANCES = ("near", "far")


class Conditions(NamedTuple):
    """How a stream is made.

    Attributes:
        kinds: what sounds, a dict of shares by kind, some of `KINDS`. They needn't add up to 1.
        noises: which noises the kind "noise" has, a tuple of some of `NOISES`, each as likely.
        above: how far the keyword is above what else sounds in scenes of noise, music and babble:
            a number of dB, or a range (low, high) that each scene draws from. It is the mean power
            of the word over that of all else, room included, from the word's start to its end. A
            word may fall between two knocks: there, what sounds is made 6 dB louder than if the
            whole scene counted, and no more. In "quiet" scenes it means nothing: the room is 12 to
            48 dB below the keyword. Nor does it in "talk": who talks there is as loud as the
            keyword, and silent from half a second before to half a second after it (or its
            sentence).
        distance: "near", as the clips are; or "far": all who speak are heard in a room, another
            in each scene, each from a place of their own (see `rooms`). Loudness is that at the
            microphone either way.
        in_sentence: False says the keyword alone. True puts one or two other words before it and
            as many after it, 30 to 120 ms apart, none of them a keyword, as loud, and said by the
            same person if there are such clips of theirs (else by another). Its words were said
            one by one: they don't run into each other as those of a real sentence do.
        keyword_share: share of the scenes of 20 s with a keyword, 0 to 1; 0.5 are 1.5 a minute.
    """

    kinds: Mapping = KINDS
    noises: tuple = NOISES
    above: float | tuple = (5, 25)
    distance: str = "near"
    in_sentence: bool = False
    keyword_share: float = 0.5

    @property
    def above_range(self):
        """`above` as (low, high)."""
        return (self.above, self.above) if np.ndim(self.above) == 0 else tuple(self.above)


def check(conditions):
    """Look whether a stream can be made like that.

    Raises:
        ValueError: a field says something that isn't possible.
    """
    _known("kind of scene", conditions.kinds, KINDS)
    _known("noise", conditions.noises, NOISES)
    _known("distance", [conditions.distance], DISTANCES)
    shares = list(conditions.kinds.values())
    if not (min(shares) >= 0 and 0 < sum(shares) < float("inf")):
        raise ValueError(f"shares of kinds are numbers from 0 up, and not all 0; not {shares}")
    bounds = conditions.above_range
    if not (len(bounds) == 2 and np.isfinite(bounds).all() and bounds[0] <= bounds[1]):
        raise ValueError(
            f"above is {conditions.above}: give a number of dB, or a range (low, high)"
        )
    if not 0 <= conditions.keyword_share <= 1:
        raise ValueError(f"keyword_share is {conditions.keyword_share}: give a share from 0 to 1")


def _known(what, names, known):
    """ValueError unless there are names, and all are known."""
    for name in names:
        if name not in known:
            raise ValueError(f"there is no {what} {name!r}: there are {', '.join(known)}")
    if not len(names):
        raise ValueError(f"conditions need at least one {what} of {', '.join(known)}")
