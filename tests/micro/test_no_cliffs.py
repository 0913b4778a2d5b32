"""No layer of the lessons' models, or of the benchmarks' shapes, is much slower than its kind.

Cycles are counted on the emulated boards, so they are the same everywhere. What a layer may take is
a line through its MACs, its outputs and its channels; a layer above it fell from a quick path.
"""
