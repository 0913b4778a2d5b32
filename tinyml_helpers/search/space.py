"""What may be chosen: a name for every decision, and the values it may take.

space = Space(filters=(8, 12, 16, 24), kernel=(3, 5, 7), pooling=("mean", "both"))
space.check({"filters": 12, "kernel": 3, "pooling": "both"})  # a choice
"""

import json
import math


class Space:
    """All ways to choose.

    Args:
        values: for each name a tuple of values: numbers, words or truth values, no two alike.

    Raises:
        ValueError: there is no name, a name has no value, or one value twice.

    Attributes:
        values: a dict, name to its tuple.
    """

    def __init__(self, **values):
        if not values:
            raise ValueError("a space needs something to choose: Space(filters=(8, 16))")
        for name, some in values.items():
            if (
                isinstance(some, str)
                or not len(some)
                or len({json.dumps(v) for v in some}) < len(some)
            ):
                raise ValueError(f"{name} needs different values to choose from, not {some!r}")
        self.values = {name: tuple(some) for name, some in values.items()}

    def __len__(self):
        """How many choices there are."""
        return math.prod(map(len, self.values.values()))

    def narrowed(self, **narrower):
        """The same space with other values of some names: a new one.

        Args:
            narrower: the values, by name.

        Raises:
            ValueError: there is no such name, or its values won't do.
        """
        if unknown := set(narrower) - set(self.values):
            raise ValueError(f"{', '.join(sorted(unknown))}: choose from {', '.join(self.values)}")
        return Space(**self.values | narrower)

    def check(self, choice):
        """Refuse what isn't a choice of this space.

        Args:
            choice: a dict of name to value.

        Raises:
            ValueError: a name is missing or unknown, or has another value.
        """
        if set(choice) != set(self.values):
            wrong = ", ".join(sorted(set(choice) ^ set(self.values)))
            raise ValueError(f"a choice names {', '.join(self.values)}: see {wrong}")
        for name, value in choice.items():
            if value not in self.values[name]:
                raise ValueError(f"{name} is one of {list(self.values[name])}, not {value!r}")

    def neighbours(self, choice):
        """The choices one step away: one name has the next value, or the one before.

        Args:
            choice: a dict of name to value.

        Returns:
            A list of choices, by the order of names.

        Raises:
            ValueError: it is no choice of this space.
        """
        self.check(choice)
        made = []
        for name, values in self.values.items():
            place = values.index(choice[name])
            steps = [*values[max(0, place - 1) : place], *values[place + 1 : place + 2]]
            made += [choice | {name: value} for value in steps]
        return made
