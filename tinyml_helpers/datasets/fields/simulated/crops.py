"""Soils and crops as FAO-56 tables them (Allen et al. 1998; see evapotranspiration.py)."""

from typing import NamedTuple


class Texture(NamedTuple):
    """A soil's kind, as ranges from its sandiest to its most clayey.

    Attributes:
        field_capacity, wilting_point: m³ of water in m³ of soil (FAO-56, table 19).
        readily_evaporable: REW, mm (table 19).
        saturation: m³/m³, the middle of its porosities.
        conductivity: mm/h, when saturated.

    The last two are from W. J. Rawls, D. L. Brakensiek and K. E. Saxton, "Estimation of soil water
    properties", Transactions of the ASAE 25 (1982), 1316-1320.
    """

    field_capacity: tuple
    wilting_point: tuple
    readily_evaporable: tuple
    saturation: float
    conductivity: float


TEXTURES = {
    "sand": Texture((0.07, 0.17), (0.02, 0.07), (2, 7), 0.437, 210.0),
    "loamy sand": Texture((0.11, 0.19), (0.03, 0.10), (4, 8), 0.437, 61.1),
    "sandy loam": Texture((0.18, 0.28), (0.06, 0.16), (6, 10), 0.453, 25.9),
    "loam": Texture((0.20, 0.30), (0.07, 0.17), (8, 10), 0.463, 13.2),
    "silt loam": Texture((0.22, 0.36), (0.09, 0.21), (8, 11), 0.501, 6.8),
    "silty clay loam": Texture((0.30, 0.37), (0.17, 0.24), (8, 11), 0.471, 1.5),
    "silty clay": Texture((0.30, 0.42), (0.17, 0.29), (8, 12), 0.479, 0.9),
    "clay": Texture((0.32, 0.40), (0.20, 0.24), (8, 12), 0.475, 0.6),
}


class Crop(NamedTuple):
    """What grows.

    Attributes:
        stages: days that it starts, develops, stands and ripens (FAO-56, table 11).
        coefficients: Kcb at the start, in the middle and at the end (table 17).
        roots: metres, the shallowest and the deepest that full-grown ones reach (table 22).
        depletion: p, the share of the roots' water that is taken without stress (table 22).
    """

    stages: tuple
    coefficients: tuple
    roots: tuple
    depletion: float


CROPS = {
    "maize": Crop((30, 40, 50, 30), (0.15, 1.15, 0.50), (1.0, 1.7), 0.55),
    "tomato": Crop((30, 40, 45, 30), (0.15, 1.10, 0.70), (0.7, 1.5), 0.40),
    "potato": Crop((30, 35, 50, 30), (0.15, 1.10, 0.65), (0.4, 0.6), 0.35),
    "soybean": Crop((20, 35, 60, 25), (0.15, 1.10, 0.30), (0.6, 1.3), 0.50),
    "sugar beet": Crop((30, 45, 90, 15), (0.15, 1.15, 0.50), (0.7, 1.2), 0.55),
    "lettuce": Crop((25, 35, 30, 10), (0.15, 0.90, 0.90), (0.3, 0.5), 0.30),
}
