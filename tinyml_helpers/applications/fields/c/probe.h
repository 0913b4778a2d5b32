// probe.h: is the probe to be believed?
//
// Physics says what soil can't do: lose much of its water within an hour, get wetter without water,
// or keep a moisture to the last digit for days. What it says of a drift is little: day by day the
// soil itself changes by more. Soil that freezes or thaws breaks all rules: after a cold day, and a
// week from then, a dry contact and a drift aren't looked for. Water is taken to fall evenly: drops
// beside the probe look like a gap. Thresholds were chosen on simulated sites.
//
//     silent       there is no reading, or none that counts: below 3.0 V readings suffer
//     battery      it is below 3.1 V
//     stuck        the same reading for two days: a healthy probe has noise
//     spikes       three readings in two weeks that were far off, and whose neighbours weren't
//     dry contact  a fall that stays, of more than soil drains in an hour; or water that makes it
//                  wetter than so much water can: a gap of air has opened, or closed
//     drift        moisture rose without water; or day after day without water it ends on the same
//                  side of the forecast, by more than it did before: a CUSUM (E. S. Page, "Continuous
//                  inspection schemes", Biometrika 41 (1954))
#ifndef SO_PROBE_H
#define SO_PROBE_H

#include "history.h"

#define SO_NO_READING INT16_MIN

// Bits of alarms.
enum {
    SO_SILENT = 1,
    SO_BATTERY = 2,
    SO_STUCK = 4,
    SO_SPIKES = 8,
    SO_DRY_CONTACT = 16,
    SO_DRIFT = 32,
    // With one of these the moisture isn't known.
    SO_DOUBT = SO_SILENT | SO_STUCK | SO_DRY_CONTACT | SO_DRIFT,
};

// Owned by the caller; private.
typedef struct {
    int16_t level;             // the last that was used; SO_NO_READING before the first
    int16_t last, suspect;     // the last reading; one that is far off, until the next hour
    uint16_t held;             // hours that no reading was used
    uint16_t repeats;          // hours that `last` has been the same
    uint16_t spikes;           // hours until all spikes are forgotten
    uint16_t dry_hours;        // since there was water
    uint32_t poured;           // since it became wet, tenths of mm
    int16_t smooth, before;    // level, smoothed; the same before it became wet
    uint8_t frost;             // days until the soil has thawed for sure
    uint16_t contact;          // hours until a lost contact is forgotten
    int16_t least;             // lowest mean of a day since there was water
    int32_t centre, spread;    // of days' distances from their forecast, × 256
    int32_t above, below;      // CUSUMs, in spreads × 256
    uint16_t days;             // compared so far, up to those that it learns from
    bool rose;
    uint8_t alarms;
} so_faults;

// Starts with nothing known.
void so_faults_start(so_faults *faults);

// Takes an hour's reading.
// reading: hundredths of a percent, or SO_NO_READING. water: tenths of mm in this hour.
// battery: mV.
// Returns whether the reading is to be used; if not, the last level holds.
bool so_faults_reading(so_faults *faults, int16_t reading, uint16_t water, uint16_t battery);

// Takes a day, always at the same hour, after its reading.
// levels, weather: that hour's among them.
// expected: the median of the change that was forecast a day ago.
void so_faults_day(so_faults *faults, const so_levels *levels, const so_weather *weather,
                   int16_t expected);

// What is wrong by now, bits.
uint8_t so_faults_alarms(const so_faults *faults);

#endif
