#include "wrist.h"

#include "tm_memory.h"

enum {
    SCALE_BITS = 16,
    GRAVITY_BITS = 12, // behind the point, so that what is left of a step can still be told
    // Gravity goes 1/32 of the way at each sample: a time constant of 0.64 s, -3 dB at 0.25 Hz.
    GRAVITY_SHIFT = 5,
    ACCELERATION_SHIFT = 7, // from 1/4096 g to 1/32 g
    ROTATION_SHIFT = 6,     // from 1/1024 rad/s to 1/16 rad/s
};

static int16_t cut16(int64_t value)
{
    return (int16_t)(value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : value);
}

static int8_t cut8(int32_t value)
{
    return (int8_t)(value > INT8_MAX ? INT8_MAX : value < INT8_MIN ? INT8_MIN : value);
}

// value / 2^bits, rounded to the nearest, halves up.
static int64_t rounded(int64_t value, uint32_t bits)
{
    return (value + ((int64_t)1 << (bits - 1))) >> bits;
}

int32_t ex_wrist_start(ex_wrist *wrist, const ex_sensor *sensor)
{
    memset(wrist, 0, sizeof *wrist);
    if (sensor->acceleration_scale < 1 || sensor->acceleration_scale > EX_MOST_SCALE ||
        sensor->rotation_scale < 1 || sensor->rotation_scale > EX_MOST_SCALE || sensor->right > 1)
        return EX_BAD_SETTINGS;
    uint32_t named = 0;
    for (uint32_t i = 0; i < 3; i++) {
        int32_t axis = sensor->axes[i] < 0 ? -sensor->axes[i] : sensor->axes[i];
        if (axis < 1 || axis > 3)
            return EX_BAD_SETTINGS;
        named |= 1u << axis;
    }
    if (named != (1u << 1 | 1u << 2 | 1u << 3))
        return EX_BAD_SETTINGS;
    wrist->sensor = *sensor;
    return EX_OK;
}

// Writes three counts as the frame has them, in its units.
static void turn(const int8_t axes[3], uint32_t scale, const int16_t counts[3], int16_t turned[3])
{
    for (uint32_t i = 0; i < 3; i++) {
        int32_t axis = axes[i];
        int32_t count = axis < 0 ? -counts[-axis - 1] : counts[axis - 1];
        turned[i] = cut16(rounded((int64_t)count * scale, SCALE_BITS));
    }
}

static int16_t negative(int16_t value)
{
    return cut16(-(int32_t)value);
}

void ex_wrist_add(ex_wrist *wrist, const int16_t sample[EX_AXES], ex_motion *motion)
{
    const ex_sensor *sensor = &wrist->sensor;
    turn(sensor->axes, sensor->acceleration_scale, sample, motion->acceleration);
    turn(sensor->axes, sensor->rotation_scale, sample + 3, motion->rotation);
    if (sensor->right) {
        motion->acceleration[0] = negative(motion->acceleration[0]);
        motion->rotation[1] = negative(motion->rotation[1]);
        motion->rotation[2] = negative(motion->rotation[2]);
    }
    for (uint32_t i = 0; i < 3; i++) {
        int32_t now = motion->acceleration[i] * (1 << GRAVITY_BITS);
        int32_t *gravity = &wrist->gravity[i];
        *gravity += wrist->moving ? (now - *gravity) >> GRAVITY_SHIFT : now;
        motion->gravity[i] = (int16_t)rounded(*gravity, GRAVITY_BITS);
    }
    wrist->moving = true;
}

void ex_codes(const ex_motion *motion, int8_t codes[EX_AXES])
{
    for (uint32_t i = 0; i < 3; i++) {
        codes[i] = cut8((int32_t)rounded(motion->acceleration[i], ACCELERATION_SHIFT));
        codes[3 + i] = cut8((int32_t)rounded(motion->rotation[i], ROTATION_SHIFT));
    }
}
