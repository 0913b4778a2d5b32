#include "rival_trees.h"

#include <stdbool.h>

#include "tm_memory.h"

// The row of votes of the leaf that features come to.
static const uint8_t *leaf(const rv_trees *trees, uint32_t node, const int16_t *features)
{
    while (trees->features[node] != RV_LEAF) {
        bool left = features[trees->features[node]] <= trees->thresholds[node];
        node = left ? node + 1 : trees->rights[node];
    }
    return trees->votes + (uint32_t)trees->thresholds[node] * trees->classes;
}

uint32_t rv_trees_class(const rv_trees *trees, const int16_t *features)
{
    uint32_t sums[RV_MOST_CLASSES];
    memset(sums, 0, sizeof sums);
    for (uint32_t i = 0; i < trees->trees; i++) {
        const uint8_t *votes = leaf(trees, trees->roots[i], features);
        for (uint32_t k = 0; k < trees->classes; k++)
            sums[k] += votes[k];
    }
    uint32_t best = 0;
    for (uint32_t k = 1; k < trees->classes; k++)
        if (sums[k] > sums[best])
            best = k;
    return best;
}
