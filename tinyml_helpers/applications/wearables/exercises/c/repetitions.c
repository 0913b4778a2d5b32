#include "repetitions.h"

#include "tm_memory.h"

enum {
    STEP_ROTATION = 16, STEP_ACCELERATION = 32, // from a sum of 4 samples to 1/256 rad/s
    SMOOTHED = 16,                              // from a sum of 4 steps to 1/64 rad/s
    FADING = 32,                                // of sums, a step
    AXIS_BITS = 14, WEIGHT_BITS = 8, LIKENESS_BITS = 12,
    LEAST_LAG = 6,       // steps: repetitions of less than half a second aren't any
    LEAST_ENERGY = 123,  // (0.17 rad/s)², in (1/64 rad/s)²: less is stillness
    MOST_STILL = 25,     // steps: two seconds
    CLEAR = 2458,        // × 2^-12: likeness after a period, 0.6
    NEARLY = 85,         // percent of the best likeness
    THRESHOLD = 6,       // 32nds of the mean square along the main axis
    REFRACTORY = 70,     // percent of the period: what comes sooner is no other repetition
    MOST_GAP = 160,      // percent of the period: what comes later doesn't follow
    EARLY = 30,          // steps that a movement begins with, which need not be like the rest
    ALIKE = 20,          // percent: likeness of the swings before two turns
};

static uint32_t root(uint32_t number)
{
    uint32_t made = 0;
    for (uint32_t bit = 1u << 15; bit != 0; bit >>= 1)
        if ((made | bit) * (made | bit) <= number)
            made |= bit;
    return made;
}

// Forgets all but the count, the period, and what the low-pass filter holds.
static void forget(ex_repetitions *repetitions)
{
    uint8_t *from = (uint8_t *)&repetitions->now, *end = (uint8_t *)(repetitions + 1);
    memset(from, 0, (size_t)(end - from));
}

void ex_repetitions_start(ex_repetitions *repetitions)
{
    memset(repetitions, 0, sizeof *repetitions);
}

uint16_t ex_repetitions_count(const ex_repetitions *repetitions)
{
    return repetitions->count;
}

uint16_t ex_repetitions_period(const ex_repetitions *repetitions)
{
    return repetitions->period;
}

static int32_t dot(const int16_t a[EX_AXES], const int16_t b[EX_AXES])
{
    int32_t sum = 0;
    for (uint32_t i = 0; i < EX_AXES; i++)
        sum += a[i] * b[i];
    return sum;
}

static uint32_t place(const ex_repetitions *repetitions, uint32_t lag)
{
    return (repetitions->newest + EX_LAGS - lag) % EX_LAGS;
}

// The period, in steps; 0 if there is none, clearly.
static uint32_t period(const ex_repetitions *repetitions)
{
    const int32_t *products = repetitions->products;
    int32_t likeness[EX_LAGS], best = 0;
    for (uint32_t lag = LEAST_LAG - 1; lag < EX_LAGS; lag++) {
        uint32_t energy = (uint32_t)products[0] +
                          (uint32_t)repetitions->energies[place(repetitions, lag)];
        int32_t product = products[lag] > 0 ? products[lag] : 0;
        while (energy >= 1u << 18) {
            energy >>= 1;
            product >>= 1;
        }
        uint32_t twice = (uint32_t)product << (LIKENESS_BITS + 1);
        likeness[lag] = energy > 0 ? (int32_t)(twice / energy) : 0;
    }
    for (uint32_t pass = 0; pass < 2; pass++)
        for (uint32_t lag = LEAST_LAG; lag < EX_LAGS - 1; lag++) {
            bool peak = likeness[lag] > likeness[lag - 1] && likeness[lag] >= likeness[lag + 1];
            if (!peak)
                continue;
            if (pass == 0 && likeness[lag] > best)
                best = likeness[lag];
            if (pass == 1 && likeness[lag] * 100 >= best * NEARLY)
                return likeness[lag] > CLEAR ? lag : 0;
        }
    return 0;
}

// Turns the main axis toward the first principal component: once through the covariance.
static void turn_axis(ex_repetitions *repetitions)
{
    int64_t turned[EX_AXES], most = 0;
    for (uint32_t i = 0; i < EX_AXES; i++) {
        turned[i] = 0;
        for (uint32_t j = 0; j < EX_AXES; j++)
            turned[i] += (int64_t)repetitions->covariance[i][j] * repetitions->axis[j];
        int64_t size = turned[i] < 0 ? -turned[i] : turned[i];
        most = size > most ? size : most;
    }
    uint32_t shift = 0;
    while (most >> shift >= 1 << AXIS_BITS)
        shift++;
    int32_t shifted[EX_AXES];
    uint32_t square = 0;
    for (uint32_t i = 0; i < EX_AXES; i++) {
        shifted[i] = (int32_t)(turned[i] / ((int64_t)1 << shift));
        square += (uint32_t)(shifted[i] * shifted[i]);
    }
    int32_t length = (int32_t)root(square);
    repetitions->strength = ((int64_t)length << shift) >> AXIS_BITS;
    for (uint32_t i = 0; length > 0 && i < EX_AXES; i++)
        repetitions->axis[i] = (int16_t)(shifted[i] * (1 << AXIS_BITS) / length);
}

// Whether the wrist turned back, by its velocity.
static bool turned_back(ex_repetitions *repetitions, const int16_t velocity[EX_AXES])
{
    int64_t along = dot(velocity, repetitions->axis) / (1 << (AXIS_BITS - 4)); // 1/1024 rad/s
    int64_t least = ((int64_t)LEAST_ENERGY * repetitions->weight) >> WEIGHT_BITS;
    int64_t strength = repetitions->strength > least ? repetitions->strength : least;
    if (along * along * repetitions->weight <= (strength * THRESHOLD / 32) << (8 + WEIGHT_BITS))
        return false;
    bool back = repetitions->out && along < 0;
    repetitions->out = along > 0;
    return back;
}

// A repetition is done, and waits to be counted.
static void let_wait(ex_repetitions *repetitions)
{
    repetitions->gap = (uint16_t)(repetitions->turned ? repetitions->now - repetitions->turned : 0);
    repetitions->turned = repetitions->now;
    for (uint32_t i = EX_WAITING - 1; i > 0; i--)
        repetitions->waiting[i] = repetitions->waiting[i - 1];
    repetitions->waiting[0] = repetitions->now;
}

// Whether the wrist swung alike before two moments, as far back as is known.
static bool alike(const ex_repetitions *repetitions, uint32_t first, uint32_t second,
                  uint32_t steps)
{
    uint32_t ago = repetitions->now - first, gap = second - first;
    int64_t product = 0, energy = 0;
    uint32_t known = repetitions->now < EX_LAGS ? repetitions->now : EX_LAGS;
    for (uint32_t i = 0; i < steps && ago + i < known; i++) {
        const int16_t *one = repetitions->velocities[place(repetitions, ago + i)];
        const int16_t *other = repetitions->velocities[place(repetitions, ago + i - gap)];
        product += dot(one, other);
        energy += dot(one, one) + dot(other, other);
    }
    return product * 200 >= energy * ALIKE;
}

// Whether two turns back belong to repetitions, one after the other.
static bool follows(const ex_repetitions *repetitions, uint32_t first, uint32_t second,
                    uint32_t lag)
{
    uint32_t percent = (second - first) * 100;
    return first && second && percent >= lag * REFRACTORY && percent <= lag * MOST_GAP &&
           (first < EARLY || alike(repetitions, first, second, lag / 2));
}

// Counts those that waited, from the newest back to the first that neither follows nor is followed.
static void count_waiting(ex_repetitions *repetitions, uint32_t lag)
{
    uint32_t *waiting = repetitions->waiting, after = 0;
    uint32_t before = repetitions->gap ? waiting[0] - repetitions->gap : 0;
    for (uint32_t i = 0; i < EX_WAITING && waiting[i]; i++) {
        if (i > 0)
            before = i + 1 < EX_WAITING ? waiting[i + 1] : 0;
        if (!follows(repetitions, before, waiting[i], lag) &&
            !follows(repetitions, waiting[i], after, lag))
            return;
        repetitions->count++;
        repetitions->period = (uint16_t)(repetitions->gap * EX_STEP);
        after = waiting[i];
        waiting[i] = 0;
    }
}

// Takes the step's velocity into all sums. Along six axes it is at most 2^11 each, a product at most
// 6 × 2^22, and a faded sum of them FADING times that: less than 2^30.
static void sum_up(ex_repetitions *repetitions, const int16_t velocity[EX_AXES])
{
    repetitions->newest = (uint16_t)((repetitions->newest + 1) % EX_LAGS);
    memcpy(repetitions->velocities[repetitions->newest], velocity, EX_AXES * sizeof *velocity);
    for (uint32_t lag = 0; lag < EX_LAGS; lag++) {
        const int16_t *then = repetitions->velocities[place(repetitions, lag)];
        repetitions->products[lag] += dot(velocity, then) - repetitions->products[lag] / FADING;
    }
    repetitions->energies[repetitions->newest] = repetitions->products[0];
    for (uint32_t i = 0; i < EX_AXES; i++)
        for (uint32_t j = 0; j < EX_AXES; j++)
            repetitions->covariance[i][j] +=
                velocity[i] * velocity[j] - repetitions->covariance[i][j] / FADING;
    repetitions->weight += (1 << WEIGHT_BITS) - repetitions->weight / FADING;
}

// Makes the axis point where the wrist first moves. Returns whether it moves, or did.
static bool begun(ex_repetitions *repetitions, const int16_t velocity[EX_AXES], int32_t energy)
{
    if (dot(repetitions->axis, repetitions->axis) > 0)
        return true;
    if (energy < LEAST_ENERGY)
        return false;
    int32_t length = (int32_t)root((uint32_t)energy);
    for (uint32_t i = 0; i < EX_AXES; i++)
        repetitions->axis[i] = (int16_t)(velocity[i] * (1 << AXIS_BITS) / (length + 1));
    return true;
}

static void take_step(ex_repetitions *repetitions, const int16_t velocity[EX_AXES])
{
    int32_t energy = dot(velocity, velocity);
    repetitions->now++;
    repetitions->still = (uint16_t)(energy < LEAST_ENERGY ? repetitions->still + 1 : 0);
    if (repetitions->still > MOST_STILL) {
        forget(repetitions);
        repetitions->still = MOST_STILL;
        return;
    }
    sum_up(repetitions, velocity);
    if (!begun(repetitions, velocity, energy))
        return;
    turn_axis(repetitions);
    bool back = turned_back(repetitions, velocity);
    if (!back && !repetitions->waiting[0])
        return;
    uint32_t lag = period(repetitions), least = lag ? lag * REFRACTORY : LEAST_LAG * 100;
    if (back && (!repetitions->turned || (repetitions->now - repetitions->turned) * 100 >= least))
        let_wait(repetitions);
    if (lag)
        count_waiting(repetitions, lag);
}

void ex_repetitions_add(ex_repetitions *repetitions, const ex_motion *motion)
{
    for (uint32_t i = 0; i < 3; i++) {
        repetitions->sums[i] += motion->rotation[i];
        repetitions->sums[i + 3] += motion->acceleration[i] - motion->gravity[i];
    }
    if (++repetitions->samples < EX_STEP)
        return;
    repetitions->samples = 0;
    repetitions->newest_step = (uint8_t)((repetitions->newest_step + 1) % EX_SMOOTHED);
    int16_t *step = repetitions->steps[repetitions->newest_step], velocity[EX_AXES];
    for (uint32_t i = 0; i < EX_AXES; i++) {
        step[i] = (int16_t)(repetitions->sums[i] / (i < 3 ? STEP_ROTATION : STEP_ACCELERATION));
        repetitions->sums[i] = 0;
        int32_t sum = 0;
        for (uint32_t j = 0; j < EX_SMOOTHED; j++)
            sum += repetitions->steps[j][i];
        velocity[i] = (int16_t)(sum / SMOOTHED);
    }
    take_step(repetitions, velocity);
}
