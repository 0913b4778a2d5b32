"""The drawing of the lesson Smaller models shows what it says in its captions."""

import matplotlib.pyplot as plt

from tinyml_helpers import alt_text, drawings
from tinyml_helpers.drawings.ways_to_shrink import KERNEL, PRUNED, TABLE, indices


def test_the_pruned_kernel_has_as_many_zeros_as_its_caption_says():
    zeros = int((PRUNED == 0).sum())
    shown = [text.get_text() for text in drawings.ways_to_shrink().axes[0].texts]
    plt.close("all")
    assert f"16 bytes,\n{zeros} of them zero" in shown
    assert abs(PRUNED[PRUNED != 0]).min() > abs(KERNEL[PRUNED == 0]).max()


def test_every_weight_points_at_the_nearest_value_of_the_table():
    restored = TABLE[indices()]
    gaps = abs(KERNEL[..., None] - TABLE)
    assert (abs(KERNEL - restored) == gaps.min(axis=-1)).all()
    assert set(indices().ravel()) == set(range(len(TABLE)))


def test_it_names_all_four_ways():
    words = alt_text.of(drawings.ways_to_shrink())
    plt.close("all")
    assert all(way in words for way in ("pruned", "channels removed", "clustered", "learns from"))
