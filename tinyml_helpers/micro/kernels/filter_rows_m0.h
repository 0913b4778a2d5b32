// filter_rows_m0.h: see filter_rows.h. For the Cortex-M0+, where a fetch takes twice as long as a
// multiplication: the usual filter, three numbers wide and moved by one, keeps the two inputs that
// the next output needs again.

// As tm_add_row, for width 3, stride 1 and no gaps.
static inline void tm_add_row_of_three(const int16_t *row, const int16_t *filter, uint32_t *sums,
                                       int32_t count)
{
    int32_t f0 = filter[0], f1 = filter[1], f2 = filter[2];
    int32_t x0 = *row++, x1 = *row++;
    for (uint32_t *end = sums + count; sums < end; sums++) {
        int32_t x2 = *row++;
        *sums += (uint32_t)(x0 * f0 + x1 * f1 + x2 * f2);
        x0 = x1;
        x1 = x2;
    }
}

static inline void tm_sum_rows(const tm_convolution *c, const tm_channel *channel, uint32_t start,
                               uint32_t *sums)
{
    int32_t width = c->filter.width, count = c->output.width;
    tm_set_sums(sums, count, start);
    for (int32_t fy = 0; fy < c->filter.height; fy++) {
        const int16_t *row = tm_row_under(channel, c->window.dilation_y, fy);
        const int16_t *filter = channel->filter + fy * TM_FILTER_STRIDE(width);
        if (width == 3 && c->window.stride_x == 1 && c->window.dilation_x == 1)
            tm_add_row_of_three(row, filter, sums, count);
        else
            tm_add_row(row, filter, width, c->window.stride_x, c->window.dilation_x, sums, count);
    }
}
