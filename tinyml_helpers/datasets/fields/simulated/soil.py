"""Water in the soil, hour by hour: two layers that fill, drain, dry and feed roots.

    water = SoilWater(soils, crops, planted)
    flows = water.step(rain, irrigation, et0, day)      # of an hour; arrays, one value a field

The upper layer is the 10 cm that evaporation dries, with FAO-56's dual crop coefficient (chapter
7); the lower one reaches to the deepest roots. Stress is that of chapter 8. Water above field
capacity drains as in D. Raes, P. Steduto, T. C. Hsiao and E. Fereres, "AquaCrop: the FAO crop model
to simulate yield response to water: II. Main algorithms and software description", Agronomy Journal
101 (2009), 438-447. Equation numbers are FAO-56's.
"""

import math
from typing import NamedTuple

import numpy as np

from tinyml_helpers.datasets.fields.simulated.crops import CROPS, TEXTURES

#: Depth of the upper layer in mm: its mean is what a probe at 5 cm is in.
UPPER_MM = 100.0

#: Kc at most, in a wind of 2 m/s and 45% of humidity (equation 72).
_KC_MOST = 1.2

#: mm an hour that a moist layer gives to an empty one, by suction.
_SUCTION = 0.1

#: Of its water above field capacity a layer loses at most this share in a day.
_DRAINS_AT_MOST = 0.95

#: mm to which young roots reach.
_YOUNG_ROOTS = 150.0


class Soil(NamedTuple):
    """One soil; contents of water in m³/m³.

    Attributes:
        texture: of crops.TEXTURES.
        field_capacity, wilting_point, saturation: contents of water.
        readily_evaporable: REW, mm.
        conductivity: of the saturated soil, mm/h.
    """

    texture: str
    field_capacity: float
    wilting_point: float
    saturation: float
    readily_evaporable: float
    conductivity: float


class Planting(NamedTuple):
    """What grows where.

    Attributes:
        crop: of crops.CROPS.
        day: of the year it is sown, 1 to 366.
        roots: how deep they get, metres, more than 0.15.
    """

    crop: str
    day: int
    roots: float


class Flows(NamedTuple):
    """What an hour did: float [fields] each, mm but for `stress`.

    Attributes:
        evaporation, transpiration: from the soil, and through the crop.
        drainage: out of the lower layer, below all roots.
        runoff: what didn't get in.
        stress: Ks (equation 84), 1 for none to 0 for no transpiration; 1 where nothing grows.
    """

    evaporation: np.ndarray
    transpiration: np.ndarray
    drainage: np.ndarray
    runoff: np.ndarray
    stress: np.ndarray


def soil(texture, place=0.5):
    """The Soil of a texture.

    Args:
        texture: of crops.TEXTURES.
        place: where in the ranges of FAO-56's table 19, 0 to 1.

    Raises:
        ValueError: there is no such texture, or no such place.
    """
    if texture not in TEXTURES:
        raise ValueError(f"there is no soil {texture!r}: there are {', '.join(TEXTURES)}")
    if not 0 <= place <= 1:
        raise ValueError(f"place is {place}: give one from 0 to 1 in the table's ranges")
    kind = TEXTURES[texture]
    capacity, wilting, readily = (
        low + place * (high - low)
        for low, high in (kind.field_capacity, kind.wilting_point, kind.readily_evaporable)
    )
    return Soil(texture, capacity, wilting, kind.saturation, readily, kind.conductivity)


class SoilWater:
    """The water of some fields, and what each hour does to it.

    Args:
        soils: a list of Soil.
        plantings: a list of Planting, one for each.
        filled: float or float [fields]: how full both layers are at first, from the wilting point
            at 0 to field capacity at 1.

    Attributes:
        upper, lower: float [fields], mm of water in both layers.

    Raises:
        ValueError: there isn't a planting for each soil, or one makes no sense.
    """

    def __init__(self, soils, plantings, filled=1.0):
        if not soils or len(soils) != len(plantings):
            raise ValueError(
                f"{len(soils)} soils and {len(plantings)} plantings: give one of each a field"
            )
        for planting in plantings:
            _check(planting)
        if np.any(np.less(filled, 0)) or np.any(np.greater(filled, 1)):
            raise ValueError(f"filled is {filled}: give 0 (wilting point) to 1 (field capacity)")
        capacity, wilting, saturation = (
            np.array([getattr(one, name) for one in soils])
            for name in ("field_capacity", "wilting_point", "saturation")
        )
        self._roots = np.array([planting.roots for planting in plantings]) * 1000
        self._lower_mm = self._roots - UPPER_MM
        self._capacity = capacity * UPPER_MM, capacity * self._lower_mm
        self._wilting = wilting * UPPER_MM, wilting * self._lower_mm
        self._most = saturation * UPPER_MM, saturation * self._lower_mm
        self._air_dry = wilting * UPPER_MM / 2
        self._available = capacity - wilting
        self._readily = np.array([one.readily_evaporable for one in soils])
        self._conductivity = np.array([one.conductivity for one in soils])
        daily = np.minimum(0.0866 * (24 * self._conductivity) ** 0.35, _DRAINS_AT_MOST)
        self._drains = 1 - (1 - daily) ** (1 / 24)
        self._crops = [CROPS[planting.crop] for planting in plantings]
        self._sown = np.array([planting.day for planting in plantings])
        self._p = np.array([crop.depletion for crop in self._crops])
        self._day = None
        self.upper, self.lower = (
            least + filled * (full - least)
            for least, full in zip(self._wilting, self._capacity, strict=True)
        )

    @property
    def moisture_5cm(self):
        """Percent by volume, float [fields]."""
        return 100 * self.upper / UPPER_MM

    @property
    def moisture_root(self):
        """Percent by volume from the surface to the deepest roots, float [fields]."""
        return 100 * (self.upper + self.lower) / self._roots

    @property
    def limits(self):
        """(least, most) that moisture_5cm can be, percent by volume: air-dry and saturated."""
        return 100 * self._air_dry / UPPER_MM, 100 * self._most[0] / UPPER_MM

    def step(self, rain, irrigation, et0, day):
        """One hour.

        Args:
            rain, irrigation, et0: mm in this hour, floats or float [fields], 0 or above.
            day: of the year, 1 to 366.

        Returns:
            Flows.

        Raises:
            ValueError: there is a negative depth, or one that isn't a number.
        """
        water = np.add(rain, irrigation)
        if not (np.min(rain) >= 0 and np.min(irrigation) >= 0 and np.min(et0) >= 0):
            raise ValueError("rain, irrigation and et0 are depths in mm: give numbers from 0 up")
        self._grow(day)
        runoff = self._infiltrate(water)
        drainage = self._drain()
        evaporation = self._evaporate(et0)
        transpiration, stress = self._transpire(et0, day)
        self._suck()
        return Flows(evaporation, transpiration, drainage, runoff, stress)

    def root_water(self, day):
        """The roots' water on a day of the year.

        Returns:
            (depletion, total), mm, float [fields] each: Dr and TAW (equations 82 and 86).
        """
        self._grow(day)
        upper, lower = self._reach()
        total = self._available * self._reached
        return np.maximum(total - np.minimum(upper + lower, total), 0), total

    def _grow(self, day):
        """What a day changes: Kcb along its stages (figure 34), and roots."""
        if day == self._day:
            return
        self._day = day
        after = day - self._sown
        kcb, grown = np.zeros(len(after)), np.zeros(len(after))
        for i, crop in enumerate(self._crops):
            starts, stands, ripens, ends = np.cumsum(crop.stages)
            if 0 <= after[i] < ends:
                first, middle, last = crop.coefficients
                marks = (0, starts, stands, ripens, ends)
                kcb[i] = np.interp(after[i], marks, (first, first, middle, middle, last))
                grown[i] = np.interp(after[i], (0, stands), (0, 1))
        self._growing = kcb > 0
        self._kcb = kcb
        self._reached = _YOUNG_ROOTS + grown * (self._roots - _YOUNG_ROOTS)
        self._share = (self._reached - UPPER_MM) / self._lower_mm

    def _infiltrate(self, water):
        """The upper layer takes what it has room for, the lower what can get through in an hour."""
        into_upper = np.minimum(water, self._most[0] - self.upper)
        left = water - into_upper
        into_lower = np.minimum(np.minimum(left, self._conductivity), self._most[1] - self.lower)
        self.upper = self.upper + into_upper
        self.lower = self.lower + into_lower
        return left - into_lower

    def _drain(self):
        """Water above field capacity sinks."""
        down = self._drains * np.maximum(self.upper - self._capacity[0], 0)
        down = np.minimum(down, self._most[1] - self.lower)
        out = self._drains * np.maximum(self.lower - self._capacity[1], 0)
        self.upper = self.upper - down
        self.lower = self.lower + down - out
        return out

    def _evaporate(self, et0):
        """Ke (equation 71), with the upper layer's depletion in Kr (equation 74).

        Equation 71's limit by the ground that leaves don't cover never binds where all of the
        ground gets wet, so it isn't here.
        """
        most = self._capacity[0] - self._air_dry  # TEW, equation 73
        readily = np.minimum(self._readily, 0.9 * most)
        depleted = self._capacity[0] - self.upper
        kr = np.clip((most - depleted) / (most - readily), 0, 1)
        ke = kr * (_KC_MOST - self._kcb)
        lost = np.minimum(ke * et0, self.upper - self._air_dry)
        self.upper = self.upper - lost
        return lost

    def _transpire(self, et0, day):
        """Ks · Kcb · ET₀ (equation 81), from each layer by the water that roots find in it."""
        depleted, total = self.root_water(day)
        stress = np.clip((total - depleted) / ((1 - self._p) * total), 0, 1)
        upper, lower = self._reach()
        found = upper + lower
        lost = np.minimum(stress * self._kcb * et0, found)
        of_upper = lost * upper / np.maximum(found, 1e-12)
        self.upper = self.upper - of_upper
        self.lower = self.lower - (lost - of_upper)
        return lost, np.where(self._growing, stress, 1.0)

    def _reach(self):
        """mm above the wilting point that roots reach, in each layer."""
        upper = np.maximum(self.upper - self._wilting[0], 0)
        lower = self._share * np.maximum(self.lower - self._wilting[1], 0)
        return upper, lower

    def _suck(self):
        """The moister layer gives to the drier, the less the drier both are."""
        scale = self._lower_mm / UPPER_MM
        span = self._capacity[0] - self._air_dry
        upper = np.clip((self.upper - self._air_dry) / span, 0, 1)
        lower = np.clip((self.lower / scale - self._air_dry) / span, 0, 1)
        up = _SUCTION * ((upper + lower) / 2) ** 3 * (lower - upper)
        self.upper = self.upper + up
        self.lower = self.lower - up


def _check(planting):
    if planting.crop not in CROPS:
        raise ValueError(f"there is no crop {planting.crop!r}: there are {', '.join(CROPS)}")
    if not 1 <= planting.day <= 366:
        raise ValueError(f"sown on day {planting.day}: give one of the year, 1 to 366")
    if not _YOUNG_ROOTS / 1000 < planting.roots < math.inf:
        raise ValueError(f"roots of {planting.roots} m: give a depth above 0.15 m")
