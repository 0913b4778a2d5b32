// rival_trees.h: trees that vote, on the features.
#ifndef RIVAL_TREES_H
#define RIVAL_TREES_H

#include "rival_features.h"

enum { RV_LEAF = 255, RV_MOST_CLASSES = 16 };

// Nodes of all trees, each tree's from its root on: what is left of a node is the one behind it.
typedef struct {
    const uint8_t *features;   // [nodes], the feature a node asks for, or RV_LEAF
    const int16_t *thresholds; // [nodes]: left if the feature isn't above it. Of a leaf its votes' row
    const uint16_t *rights;    // [nodes], the node on the right; of a leaf unused
    const uint16_t *roots;     // [trees]
    const uint8_t *votes;      // [rows, classes]: the share of each class, in 1/15
    uint32_t trees, classes;   // at most 16 classes, and 2^24 trees
} rv_trees;

// The class with most votes. features: int16 [48]. Of equals it is the first.
uint32_t rv_trees_class(const rv_trees *trees, const int16_t *features);

#endif
