#include "probe.h"

// Hundredths of a percent, hours and mV.
enum {
    FAR = 800,          // no hour without rain changes moisture so much; 0.4% is usual
    NEAR = 300,         // two readings in a row that are both right
    FALL = 300,         // what drains within an hour is less, a day after rain
    RISE = 100,         // temperature and noise do less without water
    MORE = 150,         // the same, beside what water does
    AT_MOST = 10,       // by a tenth of a mm, if it all stays in the upper 10 cm
    ENOUGH = 10000,     // tenths of mm: there is no more to soak up
    STUCK_HOURS = 48,
    SPIKE_HOURS = 336,  // so long a spike counts
    SPIKES = 3,         // that are an alarm
    CONTACT_HOURS = 720,
    FROST = 30,         // tenths of a °C: below that, on average of a day, soil may freeze
    FROST_DAYS = 7,     // and thaw so long after
    SOAKING_HOURS = 3,  // after water moisture may rise by any amount
    SOAKED_HOURS = 6,   // within these after water it has risen
    DRAINING_HOURS = 24,
    LOW_BATTERY = 3100,
    LEAST_BATTERY = 3000,
    LEARN_DAYS = 30,    // without water
    LEAST_SPREAD = 20 * 256,
    MOST_AWAY = 4 * 256,
    SLACK = 256,
    TOO_MANY = 14 * 256,
    NEVER = UINT16_MAX,
};

void so_faults_start(so_faults *faults)
{
    memset(faults, 0, sizeof *faults);
    faults->level = faults->last = faults->suspect = SO_NO_READING;
    faults->least = INT16_MAX;
    faults->dry_hours = NEVER;
    faults->frost = FROST_DAYS;
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
        faults->spikes = (uint16_t)(faults->spikes + SPIKE_HOURS < SPIKES * SPIKE_HOURS
                                        ? faults->spikes + SPIKE_HOURS
                                        : SPIKES * SPIKE_HOURS);
    faults->suspect = far && !again ? reading : SO_NO_READING;
    return !far || again;
}

static int16_t lower(int16_t one, int16_t other)
{
    return one < other ? one : other;
}

// Whether a reading that is believed shows that the soil isn't all that is at the probe.
static bool lost_contact(const so_faults *faults, int16_t reading)
{
    if (faults->level == SO_NO_READING || faults->frost > 0)
        return false;
    bool fell = faults->level - reading > FALL && faults->dry_hours >= DRAINING_HOURS &&
                faults->held <= 1;
    int32_t risen = lower(reading, faults->level) - faults->before;
    return fell || (faults->dry_hours < SOAKED_HOURS &&
                    risen > (int32_t)faults->poured * AT_MOST + MORE);
}

static void pour(so_faults *faults, uint16_t water)
{
    // What is poured while no level is known counts, too: it will show in the next one.
    if (water > 0 && faults->dry_hours >= SOAKED_HOURS && faults->held <= 1) {
        faults->before = faults->smooth;
        faults->poured = 0;
    }
    if (faults->poured < ENOUGH)
        faults->poured += water;
    faults->dry_hours = water > 0 ? 0 : counted(faults->dry_hours);
}

bool so_faults_reading(so_faults *faults, int16_t reading, uint16_t water, uint16_t battery)
{
    pour(faults, water);
    forget(&faults->spikes);
    forget(&faults->contact);
    bool usable = reading != SO_NO_READING && battery >= LEAST_BATTERY;
    set(faults, SO_SILENT, !usable);
    set(faults, SO_BATTERY, battery < LOW_BATTERY);
    if (usable) {
        faults->repeats = reading == faults->last ? counted(faults->repeats) : 0;
        faults->last = reading;
        usable = believed(faults, reading);
    }
    if (usable) {
        if (lost_contact(faults, reading))
            faults->contact = CONTACT_HOURS;
        if (faults->level == SO_NO_READING)
            faults->smooth = faults->before = reading;
        faults->smooth = (int16_t)(faults->smooth + (reading - faults->smooth) / 4);
        faults->level = reading;
    }
    faults->held = usable ? 0 : counted(faults->held);
    set(faults, SO_STUCK, faults->repeats >= STUCK_HOURS);
    set(faults, SO_SPIKES, faults->spikes > (SPIKES - 1) * SPIKE_HOURS);
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

static int16_t day_mean(const so_levels *levels)
{
    int32_t sum = 0;
    for (uint32_t lag = 0; lag < SO_DAY; lag++)
        sum += so_level(levels, lag);
    return (int16_t)(sum / SO_DAY);
}

void so_faults_day(so_faults *faults, const so_levels *levels, const so_weather *weather,
                   int16_t expected)
{
    int16_t mean = day_mean(levels);
    faults->frost = (uint8_t)(so_temperature(weather) < FROST ? FROST_DAYS
                                                              : faults->frost - (faults->frost > 0));
    if (faults->dry_hours < 2 * SO_DAY || faults->frost > 0) {
        faults->least = INT16_MAX;
    } else {
        faults->least = lower(mean, faults->least);
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
