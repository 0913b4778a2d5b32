// band_tables.h: where the bands are.
//
// Made by vibration/tables.py (python -m tinyml_helpers.signals.vibration.tables): change it
// there.
#ifndef FE_BAND_TABLES_H
#define FE_BAND_TABLES_H

#include <stdint.h>

// What is taken off 6 log2 of a band's mean power.
#define FE_BAND_OFFSET 166

// Where bands start, and the last ends: positions as in spectrum.h.
static const uint32_t fe_band_ends[33] = {
      256464,   299942,   351871,   413892,   487968,   576441,   682110,   808318,   959055,
     1139089,  1354116,  1610935,  1917670,  2284023,  2721581,  3244183,  3868359,  4613851,
     5504238,  6567682,  7837818,  9354821, 11166671, 13330675, 15915278, 19002229, 22689165,
    27092699, 32352113, 38633754, 46136306, 55097066, 65799455,
};

#endif
