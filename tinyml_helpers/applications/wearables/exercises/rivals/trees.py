"""Trees that vote, on the features: fitted by scikit-learn, decided in integers.

    rival, whole = fitted(features.of(windows), classes)

The chip's arithmetic is `c/rival_trees.c`; `Trees.classes` is the same in NumPy. Every feature is
a whole number, so a threshold rounded down sends each window where scikit-learn sends it. A leaf
votes for each class with its share of the training windows, as scikit-learn's do, here in
fifteenths, so that many leaves share a row of votes: where two classes are that near, the two may
decide differently.
"""

import ctypes
from typing import NamedTuple

import numpy as np

from tinyml_helpers.applications.wearables.exercises.rivals import c_rivals
from tinyml_helpers.applications.wearables.exercises.rivals.features import (
    check_examples,
    check_features,
)

#: RV_LEAF and RV_MOST_CLASSES of rival_trees.h.
LEAF, _MOST_CLASSES = 255, 16

#: A leaf's votes for all classes together, about.
_VOTES = 15

#: How many trees, of how many leaves each: their tables take the 20 kB that the network may, or
#: a little less. Found by leaving one out of the people 1 to 5: fewer trees that are larger, more
#: that are smaller, and extremely randomised ones did no better with as many bytes.
_TREES, _LEAVES = 24, 64


class _Tables(ctypes.Structure):
    """rv_trees of rival_trees.h."""

    _fields_ = (
        *(
            (name, ctypes.c_void_p)
            for name in ("features", "thresholds", "rights", "roots", "votes")
        ),
        ("trees", ctypes.c_uint32),
        ("classes", ctypes.c_uint32),
    )


class Trees(NamedTuple):
    """Trees in integers: the tables of `rv_trees`.

    Attributes:
        features: uint8 [nodes], what a node asks for, or LEAF.
        thresholds: int16 [nodes]; a leaf's is its row of votes.
        rights: uint16 [nodes], where it goes on if the feature is above the threshold; else with
            the next node.
        roots: uint16 [trees].
        votes: uint8 [rows, classes]; leaves with the same votes share a row.
    """

    features: np.ndarray
    thresholds: np.ndarray
    rights: np.ndarray
    roots: np.ndarray
    votes: np.ndarray

    @property
    def count(self):
        """How many classes there are."""
        return self.votes.shape[1]

    def classes(self, seen):
        """The class of each window.

        Args:
            seen: int16 [n, 48].

        Returns:
            int64 [n].

        Raises:
            ValueError: these are no features.
        """
        check_features(seen)
        # All trees and windows go down at once, a level a turn: int64 [n, trees], nodes.
        nodes = np.tile(self.roots.astype(np.int64), (len(seen), 1))
        rows = np.arange(len(seen))[:, np.newaxis]
        while (inner := self.features[nodes] != LEAF).any():
            asked = np.where(inner, self.features[nodes], 0)
            left = seen[rows, asked] <= self.thresholds[nodes]
            nodes = np.where(inner, np.where(left, nodes + 1, self.rights[nodes]), nodes)
        return np.argmax(self.votes[self.thresholds[nodes]].sum(axis=1, dtype=np.int64), axis=1)

    def classes_by_c(self, seen):
        """The same by the C."""
        addresses = [array.ctypes.data for array in self]
        tables = _Tables(*addresses, len(self.roots), self.count)
        return c_rivals.decided("rv_trees_all", tables, seen)

    def by(self, whole, seen):
        """The classes by what scikit-learn fitted, in floats: int64 [n]."""
        return whole.predict(seen)

    def c_source(self):
        """C with the tables, and `uint32_t rv_class(const int8_t *window)`; a str."""
        tables = "".join(c_rivals.table(name, array) for name, array in self._asdict().items())
        return (
            '#include "rival_trees.h"\n\n'
            f"{tables}\n"
            "static const rv_trees trees = {features, thresholds, rights, roots, votes, "
            f"{len(self.roots)}, {self.count}}};\n\n"
            "uint32_t rv_class(const int8_t *window);\n\n"
            "uint32_t rv_class(const int8_t *window)\n"
            "{\n"
            "    int16_t seen[RV_FEATURES];\n"
            "    rv_features(window, seen);\n"
            "    return rv_trees_class(&trees, seen);\n"
            "}\n"
        )


def fitted(seen, classes, seed=0):
    """Fit trees, and bring them into integers.

    A random forest (L. Breiman, Machine Learning 45 (2001), 5-32): each tree grows on windows drawn
    anew, and each node chooses among 6 features drawn anew. A tree divides where it gains most, and
    has at most 64 leaves.

    Args:
        seen: int16 [n, 48].
        classes: int64 [n], from 0 on, each with examples, at most 16.
        seed: of the draws.

    Returns:
        `Trees`, and what scikit-learn fitted, for `Trees.by`.

    Raises:
        ValueError: these are no such examples.
    """
    from sklearn.ensemble import RandomForestClassifier

    if check_examples(seen, classes) > _MOST_CLASSES:
        raise ValueError(f"the trees' C has room for {_MOST_CLASSES} classes: give fewer")
    whole = RandomForestClassifier(_TREES, max_leaf_nodes=_LEAVES, n_jobs=1, random_state=seed)
    whole.fit(seen, classes)
    return _in_tables([one.tree_ for one in whole.estimators_]), whole


def _in_tables(grown):
    """`Trees` of scikit-learn's."""
    nodes, roots, leaves = [], [], []
    for tree in grown:
        roots.append(len(nodes))
        _add(tree, 0, nodes, leaves)
    votes, rows = np.unique(leaves, axis=0, return_inverse=True)
    features, thresholds, rights = np.array(nodes).T
    thresholds[features == LEAF] = rows.ravel()
    return Trees(
        features.astype(np.uint8),
        thresholds.astype(np.int16),
        rights.astype(np.uint16),
        np.array(roots, np.uint16),
        votes.astype(np.uint8, order="C"),
    )


def _add(tree, at, nodes, leaves):
    """Add a node of scikit-learn's tree and all below it, what is left of it first."""
    if tree.children_left[at] < 0:
        shares = tree.value[at, 0]
        leaves.append(np.rint(_VOTES * shares / shares.sum()))
        nodes.append((LEAF, 0, 0))
        return
    mine = len(nodes)
    nodes.append(None)
    _add(tree, tree.children_left[at], nodes, leaves)
    threshold = int(np.floor(tree.threshold[at]))
    nodes[mine] = (tree.feature[at], threshold, len(nodes))
    _add(tree, tree.children_right[at], nodes, leaves)
