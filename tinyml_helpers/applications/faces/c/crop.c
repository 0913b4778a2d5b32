#include "crop.h"

#include "root.h"

enum {
    POINTS = 2 * FD_CROP_SIDE, // in a row, and in a column
    DEVIATION = 40,
    MOST_GAIN = 8,
};

// Where a point lies between two pixels of a row, or of a column.
typedef struct {
    uint16_t first, second; // places of the pixels
    uint16_t share;         // of the second, in 1/256
} between;

// Finds point `number` of the POINTS along one axis.
// start, side: of the box, in 1/16 pixel. size: of the frame, in pixels.
static between find(uint32_t number, int32_t start, int32_t side, int32_t size)
{
    // In 1/65536 pixel. Two points lie 1.1 * side / 96 apart: 704 / 15 for each 1/16 pixel.
    int32_t half_apart = (side * 352 + 7) / 15;
    int32_t middle = (2 * start + side) * 2048;
    int32_t point = middle + (2 * (int32_t)number - (POINTS - 1)) * half_apart;
    point -= 32768; // half a pixel: a pixel's value is that in its middle
    if (point < 0)
        return (between){0, 0, 0};
    uint32_t first = (uint32_t)point >> 16;
    if (first >= (uint32_t)size - 1)
        return (between){(uint16_t)(size - 1), (uint16_t)(size - 1), 0};
    return (between){(uint16_t)first, (uint16_t)(first + 1), (uint16_t)(point >> 8 & 255)};
}

// Returns the frame's grey at a point, times 65536.
static uint32_t grey_at(const fd_frame *frame, const between *row, const between *column)
{
    const uint8_t *upper = frame->pixels + (uint32_t)row->first * frame->width;
    const uint8_t *lower = frame->pixels + (uint32_t)row->second * frame->width;
    uint32_t right = column->share, left = 256 - right;
    uint32_t above = upper[column->first] * left + upper[column->second] * right;
    uint32_t below = lower[column->first] * left + lower[column->second] * right;
    return above * (256 - row->share) + below * row->share;
}

// Resamples the box.
// crop: [48, 48], written: grey - 128.
static void resample(const fd_frame *frame, const fd_box *box, int8_t *crop)
{
    between columns[POINTS];
    for (uint32_t x = 0; x < POINTS; x++)
        columns[x] = find(x, box->left, box->side, frame->width);
    for (uint32_t y = 0; y < POINTS; y += 2) {
        between upper = find(y, box->top, box->side, frame->height);
        between lower = find(y + 1, box->top, box->side, frame->height);
        for (uint32_t x = 0; x < POINTS; x += 2) {
            uint32_t grey = grey_at(frame, &upper, &columns[x]) +
                            grey_at(frame, &upper, &columns[x + 1]) +
                            grey_at(frame, &lower, &columns[x]) +
                            grey_at(frame, &lower, &columns[x + 1]);
            *crop++ = (int8_t)((int32_t)((grey + (1u << 17)) >> 18) - 128);
        }
    }
}

// Returns number / divisor, rounded to the nearest integer, halves away from zero.
static int32_t divide(int32_t number, int32_t divisor)
{
    int32_t half = divisor / 2;
    return (number < 0 ? number - half : number + half) / divisor;
}

// Takes mean and contrast out.
// crop: [48, 48], changed.
static void take_light_out(int8_t *crop)
{
    int32_t sum = 0, squares = 0;
    for (uint32_t i = 0; i < FD_CROP_PIXELS; i++) {
        sum += crop[i];
        squares += crop[i] * crop[i];
    }
    // Everything is FD_CROP_PIXELS times as large as it would be for one pixel.
    int64_t variance = (int64_t)FD_CROP_PIXELS * squares - (int64_t)sum * sum;
    int32_t deviation = (int32_t)fd_root((uint64_t)variance);
    int32_t least = FD_CROP_PIXELS * DEVIATION / MOST_GAIN;
    if (deviation < least)
        deviation = least;
    int8_t codes[256]; // of each grey: dividing 256 times is quicker than 2,304 times
    for (int32_t grey = -128; grey < 128; grey++) {
        int32_t code = divide((FD_CROP_PIXELS * grey - sum) * DEVIATION, deviation);
        codes[grey + 128] = (int8_t)(code < -128 ? -128 : code > 127 ? 127 : code);
    }
    for (uint32_t i = 0; i < FD_CROP_PIXELS; i++)
        crop[i] = codes[crop[i] + 128];
}

void fd_crop(const fd_frame *frame, const fd_box *box, int8_t *crop)
{
    resample(frame, box, crop);
    take_light_out(crop);
}
