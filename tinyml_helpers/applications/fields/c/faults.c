#include "faults.h"

// Hundredths of a percent, hours and mV.
enum {
    FAR = 800,          // no hour without rain changes moisture so much; 0.4% is usual
    NEAR = 300,         // two readings in a row that are both right
    FALL = 300,         // what drains within an hour is less, a day after rain
    RISE = 100,         // temperature and noise do less
    STUCK_HOURS = 48,
    SPIKE_HOURS = 336,  // so long a spike counts
    CONTACT_HOURS = 336,
    SOAKING_HOURS = 3,  // after water moisture may rise by any amount
    DRAINING_HOURS = 24,
    LOW_BATTERY = 3100,
    LEAST_BATTERY = 3000,
    LEARN_DAYS = 30,    // without water
    LEAST_SPREAD = 20 * 256,
    MOST_AWAY = 4 * 256,
    SLACK = 256,
    TOO_MANY = 10 * 256,
    NEVER = UINT16_MAX,
};

void so_faults_start(so_faults *faults)
{
    memset(faults, 0, sizeof *faults);
    faults->level = faults->last = faults->suspect = SO_NO_READING;
    faults->least = INT16_MAX;
    faults->dry_hours = NEVER;
}

static int32_t distance(int16_t one, int16_t other)
{
    return one < other ? other - one : one - other;
}

static void set(so_faults *faults, uint8_t bit, bool whether)
{
    faults->alarms = (uint8_t)(whether ? faults->alarms | bit : faults->alarms & ~bit);
}

static uint16_t counted(uint16_t hours)
{
    return (uint16_t)(hours + (hours < NEVER));
}

static void forget(uint16_t *hours)
{
    *hours = (uint16_t)(*hours - (*hours > 0));
}

// A reading far off may be a spike, or the truth: the next one says.
static bool believed(so_faults *faults, int16_t reading)
{
    bool soaked = faults->dry_hours < SOAKING_HOURS && reading > faults->level;
    bool far = faults->level != SO_NO_READING && distance(reading, faults->level) > FAR && !soaked;
    bool again = faults->suspect != SO_NO_READING && distance(reading, faults->suspect) < NEAR;
    if (faults->suspect != SO_NO_READING && !again)
        faults->spikes = (uint16_t)(faults->spikes + SPIKE_HOURS);
    faults->suspect = far && !again ? reading : SO_NO_READING;
    return !far || again;
}

bool so_faults_reading(so_faults *faults, int16_t reading, uint16_t water, uint16_t battery)
{
    faults->dry_hours = water > 0 ? 0 : counted(faults->dry_hours);
    forget(&faults->spikes);
    forget(&faults->contact);
    set(faults, SO_SILENT, reading == SO_NO_READING);
    set(faults, SO_BATTERY, battery < LOW_BATTERY);
    bool usable = reading != SO_NO_READING && battery >= LEAST_BATTERY;
    if (usable) {
        faults->repeats = reading == faults->last ? counted(faults->repeats) : 0;
        faults->last = reading;
        usable = believed(faults, reading);
    }
    if (usable) {
        if (faults->level != SO_NO_READING && faults->level - reading > FALL &&
            faults->dry_hours >= DRAINING_HOURS)
            faults->contact = CONTACT_HOURS;
        faults->level = reading;
    }
    set(faults, SO_STUCK, faults->repeats >= STUCK_HOURS);
    set(faults, SO_SPIKES, faults->spikes > 2 * SPIKE_HOURS);
    set(faults, SO_DRY_CONTACT, faults->contact > 0);
    return usable;
}

static int32_t within(int32_t number, int32_t most)
{
    return number > most ? most : number < -most ? -most : number;
}

static void compare(so_faults *faults, int32_t away)
{
    away *= 256;
    int32_t off = away - faults->centre, size = off < 0 ? -off : off;
    if (faults->days == 0)
        faults->spread = LEAST_SPREAD;
    int32_t score = within((int32_t)((int64_t)off * 256 / faults->spread), MOST_AWAY);
    if (faults->days >= LEARN_DAYS) {
        faults->above = faults->above + score - SLACK > 0 ? faults->above + score - SLACK : 0;
        faults->below = faults->below - score - SLACK > 0 ? faults->below - score - SLACK : 0;
    } else {
        faults->days++;
    }
    // One strange day says little of what is usual.
    faults->centre += within(off, 2 * faults->spread) / 16;
    faults->spread += (within(size, 4 * faults->spread) - faults->spread) / 16;
    if (faults->spread < LEAST_SPREAD)
        faults->spread = LEAST_SPREAD;
}

void so_faults_day(so_faults *faults, const so_levels *levels, int16_t expected)
{
    int32_t sum = 0;
    for (uint32_t lag = 0; lag < SO_DAY; lag++)
        sum += so_level(levels, lag);
    int16_t mean = (int16_t)(sum / SO_DAY);
    if (faults->dry_hours < 2 * SO_DAY) {
        faults->least = INT16_MAX;
    } else {
        if (mean < faults->least)
            faults->least = mean;
        faults->rose = mean - faults->least > RISE;
        compare(faults, so_level(levels, 0) - so_level(levels, SO_DAY) - expected);
    }
    bool off = faults->above > TOO_MANY || faults->below > TOO_MANY;
    set(faults, SO_DRIFT, off || faults->rose);
}

uint8_t so_faults_alarms(const so_faults *faults)
{
    return faults->alarms;
}
