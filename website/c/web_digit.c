// web_digit.c: see web_digit.h. Integers only.
#include "web_digit.h"

#include <stdbool.h>

// Lengths are in 1/16 of a pixel.
enum {
    PIXEL = 16,
    PIXELS = WEB_DIGIT_SIDE * WEB_DIGIT_CELL,
    WIDE = 20 * PIXEL, // of the box
    HIGH = PIXELS * PIXEL,
    AREA = 312 * PIXEL * PIXEL, // of ink: the mean of the digits that people wrote
    THINNEST = 3 * PIXEL,
    THICKEST = 10 * PIXEL,
    USUAL = 5 * PIXEL,
    ONE = 1 << 12, // of scales
};

// From what was drawn to the box: (x - middle) * scale / ONE + half of the picture.
typedef struct {
    int32_t middle_x2, middle_y2; // twice the middle
    int32_t scale_x, scale_y;
} fit;

typedef struct {
    int32_t x, y;
} point;

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

// The root of x, rounded down.
static int32_t root(int32_t x)
{
    int32_t found = 0;
    for (int32_t bit = 1 << 14; bit > 0; bit >>= 1)
        if ((found + bit) * (found + bit) <= x)
            found += bit;
    return found;
}

// How a drawing fills the box but for the pen's width. Neither side is stretched more than twice as
// much as the other, so that a 1 stays a line. Needs: count > 0.
static fit fit_of(const web_stroke *strokes, uint32_t count, int32_t pen)
{
    int32_t left = strokes[0].x0, right = left, top = strokes[0].y0, bottom = top;
    for (uint32_t i = 0; i < count; i++) {
        const web_stroke *s = &strokes[i];
        left = smaller(left, smaller(s->x0, s->x1));
        right = larger(right, larger(s->x0, s->x1));
        top = smaller(top, smaller(s->y0, s->y1));
        bottom = larger(bottom, larger(s->y0, s->y1));
    }
    int32_t scale_x = (WIDE - pen) * ONE / larger(right - left, 1);
    int32_t scale_y = (HIGH - pen) * ONE / larger(bottom - top, 1);
    return (fit){
        .middle_x2 = left + right,
        .middle_y2 = top + bottom,
        .scale_x = smaller(scale_x, 2 * scale_y),
        .scale_y = smaller(scale_y, 2 * scale_x),
    };
}

static point placed(const fit *fit, int32_t x, int32_t y)
{
    return (point){
        HIGH / 2 + (2 * x - fit->middle_x2) * fit->scale_x / (2 * ONE),
        HIGH / 2 + (2 * y - fit->middle_y2) * fit->scale_y / (2 * ONE),
    };
}

// The width of the pen that makes strokes of this length as much ink as a digit has.
static int32_t pen_for(const web_stroke *strokes, uint32_t count)
{
    fit fit = fit_of(strokes, count, USUAL);
    int32_t length = 0;
    for (uint32_t i = 0; i < count; i++) {
        point a = placed(&fit, strokes[i].x0, strokes[i].y0);
        point b = placed(&fit, strokes[i].x1, strokes[i].y1);
        length += root((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y));
    }
    return larger(smaller(AREA / larger(length, 1), THICKEST), THINNEST);
}

// Whether p is within `radius` of the line from a to b.
static bool covers(point a, point b, int32_t radius, point p)
{
    int32_t across = b.x - a.x, down = b.y - a.y, x = p.x - a.x, y = p.y - a.y;
    int32_t along = x * across + y * down, whole = across * across + down * down;
    if (along <= 0)
        return x * x + y * y <= radius * radius;
    if (along >= whole) {
        x -= across;
        y -= down;
        return x * x + y * y <= radius * radius;
    }
    int64_t aside = (int64_t)x * down - (int64_t)y * across;
    return aside * aside <= (int64_t)radius * radius * whole;
}

void web_digit_ink(const web_stroke *strokes, uint32_t count, uint8_t *ink)
{
    static bool drawn[PIXELS][PIXELS];
    for (int32_t place = 0; place < PIXELS * PIXELS; place++)
        drawn[place / PIXELS][place % PIXELS] = false;
    for (int32_t cell = 0; cell < WEB_DIGIT_SIDE * WEB_DIGIT_SIDE; cell++)
        ink[cell] = 0;
    if (count == 0)
        return;
    int32_t pen = pen_for(strokes, count), radius = pen / 2;
    fit fit = fit_of(strokes, count, pen);
    for (uint32_t i = 0; i < count; i++) {
        point a = placed(&fit, strokes[i].x0, strokes[i].y0);
        point b = placed(&fit, strokes[i].x1, strokes[i].y1);
        // Of the pixels around the line, those whose middle the pen covers.
        int32_t left = larger(smaller(a.x, b.x) - radius, 0) / PIXEL;
        int32_t right = smaller((larger(a.x, b.x) + radius) / PIXEL, PIXELS - 1);
        int32_t top = larger(smaller(a.y, b.y) - radius, 0) / PIXEL;
        int32_t bottom = smaller((larger(a.y, b.y) + radius) / PIXEL, PIXELS - 1);
        for (int32_t y = top; y <= bottom; y++)
            for (int32_t x = left; x <= right; x++) {
                point middle = {x * PIXEL + PIXEL / 2, y * PIXEL + PIXEL / 2};
                if (!drawn[y][x] && covers(a, b, radius, middle)) {
                    drawn[y][x] = true;
                    ink[y / WEB_DIGIT_CELL * WEB_DIGIT_SIDE + x / WEB_DIGIT_CELL]++;
                }
            }
    }
}
