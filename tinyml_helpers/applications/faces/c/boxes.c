#include "boxes.h"

#include "side_table.h"
#include <stdbool.h>

enum { MOST_PEAKS = FD_MOST_CELLS * FD_MOST_CELLS / 4 }; // no two of them are neighbours

// Returns whether no neighbour's score is higher, and no equal one comes first.
static bool is_peak(const int8_t *grid, uint32_t rows, uint32_t columns, uint32_t row,
                    uint32_t column)
{
    uint32_t cell = row * columns + column;
    uint32_t top = row == 0 ? 0 : row - 1, bottom = row + 1 == rows ? row : row + 1;
    uint32_t left = column == 0 ? 0 : column - 1;
    uint32_t right = column + 1 == columns ? column : column + 1;
    int8_t score = grid[cell * FD_CHANNELS];
    for (uint32_t y = top; y <= bottom; y++)
        for (uint32_t x = left; x <= right; x++) {
            uint32_t other = y * columns + x;
            int8_t others = grid[other * FD_CHANNELS];
            if (others > score || (others == score && other < cell))
                return false;
        }
    return true;
}

// Finds the peaks, best first; of equal ones the first.
// peaks: [MOST_PEAKS], written: cells.
// Returns how many.
static uint32_t find_peaks(const int8_t *grid, uint32_t rows, uint32_t columns, uint8_t threshold,
                           uint16_t *peaks)
{
    uint32_t count = 0;
    for (uint32_t row = 0; row < rows; row++)
        for (uint32_t column = 0; column < columns; column++) {
            uint32_t cell = row * columns + column;
            int8_t score = grid[cell * FD_CHANNELS];
            if (score + 128 < threshold || !is_peak(grid, rows, columns, row, column))
                continue;
            uint32_t place = count++;
            for (; place > 0 && grid[peaks[place - 1] * FD_CHANNELS] < score; place--)
                peaks[place] = peaks[place - 1];
            peaks[place] = (uint16_t)cell;
        }
    return count;
}

// Returns the box of a cell.
static fd_box box_of(const int8_t *codes, uint32_t row, uint32_t column)
{
    // In 1/16 pixel 16 * (u - 1/2) pixels are the code itself.
    int32_t x = (int32_t)(16 * (FD_STRIDE * column + FD_STRIDE / 2)) + codes[1];
    int32_t y = (int32_t)(16 * (FD_STRIDE * row + FD_STRIDE / 2)) + codes[2];
    int32_t side = fd_sides[codes[3] + 128];
    return (fd_box){(int16_t)(x - side / 2), (int16_t)(y - side / 2), (int16_t)side,
                    (uint8_t)(codes[0] + 128), 0};
}

// Returns how much of two ranges is common.
static int32_t common(int32_t start, int32_t length, int32_t other_start, int32_t other_length)
{
    int32_t end = start + length, other_end = other_start + other_length;
    int32_t first = start > other_start ? start : other_start;
    int32_t last = end < other_end ? end : other_end;
    return last > first ? last - first : 0;
}

// Returns whether the middle of a range lies in the middle half of another.
static bool is_in_middle(int32_t start, int32_t length, int32_t other_start, int32_t other_length)
{
    int32_t apart = 2 * start + length - (2 * other_start + other_length); // twice
    return 2 * (apart < 0 ? -apart : apart) <= other_length;
}

// Returns whether `box` is most likely the same face as `better`.
static bool is_same_face(const fd_box *box, const fd_box *better)
{
    int32_t intersection = common(box->left, box->side, better->left, better->side) *
                           common(box->top, box->side, better->top, better->side);
    int32_t areas = box->side * box->side + better->side * better->side;
    return 10 * intersection > 3 * (areas - intersection) ||
           (is_in_middle(box->left, box->side, better->left, better->side) &&
            is_in_middle(box->top, box->side, better->top, better->side));
}

uint32_t fd_boxes(const int8_t *grid, uint32_t rows, uint32_t columns, uint8_t threshold,
                  fd_box *boxes)
{
    uint16_t peaks[MOST_PEAKS];
    uint32_t peak_count = find_peaks(grid, rows, columns, threshold, peaks);
    uint32_t count = 0;
    for (uint32_t i = 0; i < peak_count && count < FD_MAX_FACES; i++) {
        uint32_t row = peaks[i] / columns, column = peaks[i] % columns;
        fd_box box = box_of(grid + peaks[i] * FD_CHANNELS, row, column);
        bool is_new = true;
        for (uint32_t k = 0; k < count && is_new; k++)
            is_new = !is_same_face(&box, &boxes[k]);
        if (is_new)
            boxes[count++] = box;
    }
    return count;
}
