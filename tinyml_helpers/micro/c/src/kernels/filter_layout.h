// filter_layout.h: what DEPTHWISE_CONV_2D's scratch memory holds, and where.
#ifndef TM_FILTER_LAYOUT_H
#define TM_FILTER_LAYOUT_H

#include "filter_rows.h"

#define TM_MOST_NUMBERS (1 << 24) // in the rows: a window may reach far beyond its input
#define TM_BAND_NUMBERS 560       // in the rows and all filters but one, if no more are needed
#define TM_BAND_LEAST 288         // or so many at least, even if one channel's rows are fewer
#define TM_BAND_LEAST_THREE 360   // for filters of 3 by 3
#define TM_BAND_SHARE 24          // of an overwritten input may be as many, if that is more
#define TM_GROUP_SHARE 20         // or so many, where fewer make a group smaller
#define TM_SPARE_NUMBERS 8        // behind the rows, or three steps; nothing uses what they give
#define TM_CHANNEL_BYTES 112       // of TM_GROUP of tm_channel on a chip

static inline int32_t tm_depth_multiplier(const tm_convolution *c)
{
    return c->output.channels / c->input.channels;
}

// The most input channels that `group` output channels see, if the groups before had as many.
static inline int32_t tm_lanes(const tm_convolution *c, int32_t group)
{
    int32_t depth = tm_depth_multiplier(c), most = depth == 1 ? group : depth % group == 0 ? 1 : 2;
    return most < c->input.channels ? most : c->input.channels;
}

// The operator's scratch memory; the channels, or all factors, come first. Offsets in bytes.
typedef struct {
    uint32_t filters, rows, end;
    int32_t group;          // output channels that are computed at a time
    int32_t filter_width;   // with its gaps
    int32_t filter_numbers; // of a channel
    int32_t height;         // rows from the window's first to its last
    int32_t stride;         // numbers in a row of one channel: even, and at least one to spare
    int32_t pitch;          // numbers in the rows of all channels of a group, which lie side by side
    int32_t capacity;       // rows there is room for
    int32_t outputs;        // output rows made of so many
} tm_layout;

// Divides scratch memory up. Returns false for a window that reaches too far.
// in_place: whether the output may overwrite the input.
__attribute__((noinline)) static bool tm_lay_out(const tm_convolution *c, bool in_place,
                                                 tm_layout *at)
{
    // These fit 31 bits: tm_window_fits_picture saw to it.
    int32_t step = c->window.stride_y, height = (c->filter.height - 1) * c->window.dilation_y + 1;
    int32_t width = (c->filter.width - 1) * c->window.dilation_x + 1;
    int32_t all = (c->output.height - 1) * step + height;
    int32_t stride = (c->output.width - 1) * c->window.stride_x + width;
    if (all > TM_MOST_NUMBERS || stride > TM_MOST_NUMBERS)
        return false;
    stride = (stride + 2) & ~1;
    bool three = tm_is_three(c);
    int32_t least = three ? height + step : height; // output rows are made two by two, or one by one
    if (stride > TM_MOST_NUMBERS / (TM_GROUP * least))
        return false;
    at->filter_width = width;
    at->filter_numbers = c->filter.height * TM_FILTER_STRIDE(width);
    // A group is as large as there is room for; more rows than are needed are copied at a time if
    // one channel's rows would take as much.
    int32_t inputs = c->input.height * c->input.width * c->input.channels;
    int32_t share = in_place ? inputs / TM_BAND_SHARE : 0;
    int32_t room = in_place ? inputs / TM_GROUP_SHARE : 0;
    room = room > TM_BAND_NUMBERS ? room : TM_BAND_NUMBERS;
    int32_t group = 2 * TM_GROUP, filters, pitch;
    do {
        group /= 2;
        pitch = tm_lanes(c, group) * stride;
        filters = (group - 1) * at->filter_numbers;
    } while (group > 1 && room < filters + least * pitch);
    int32_t one = all < TM_BAND_NUMBERS / stride ? all * stride : TM_BAND_NUMBERS;
    int32_t most = !three ? TM_BAND_LEAST : in_place ? TM_BAND_LEAST_THREE : TM_BAND_NUMBERS;
    one = one < most ? most : one;
    // There is memory for all factors, which only tm_vector.h needs, all at once. Where they would take
    // more than a group's channels, there are more rows, else fewer.
    int32_t factor_bytes = c->output.channels * (int32_t)sizeof(tm_factor);
    filters += (TM_CHANNEL_BYTES - factor_bytes) / 2;
    int32_t capacity = ((share > one ? share : one) - filters) / pitch;
    capacity = capacity < all ? capacity : all;
    capacity = capacity < least ? least : capacity;
    at->outputs = (capacity - height) / step + 1;
    if (three) {
        at->outputs = (at->outputs + 1) & ~1;
        capacity = (at->outputs - 1) * step + height;
    }
    at->group = group;
    at->height = height;
    at->stride = stride;
    at->pitch = pitch;
    at->capacity = capacity;
    at->filters = TM_CHANNEL_BYTES;
    at->rows = at->filters + (uint32_t)(group * at->filter_numbers) * 2;
    int32_t spare = c->output.width == 1 ? 0 : 3 * c->window.stride_x;
    spare = spare < TM_SPARE_NUMBERS ? TM_SPARE_NUMBERS : (spare + 1) & ~1;
    at->end = at->rows + (uint32_t)(capacity * pitch + spare) * 2;
    at->end = at->end < (uint32_t)factor_bytes ? (uint32_t)factor_bytes : at->end;
    return true;
}

#endif
