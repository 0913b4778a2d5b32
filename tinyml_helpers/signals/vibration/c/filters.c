#include "filters.h"

#include <stddef.h>

#include "filter_tables.h"
#include "weighted.h"

const fe_filters *fe_filters_for(uint32_t hz)
{
    for (uint32_t i = 0; i < sizeof fe_all_filters / sizeof *fe_all_filters; i++)
        if (fe_all_filters[i].hz == hz)
            return &fe_all_filters[i];
    return NULL;
}

int32_t fe_band_passed(const fe_filters *filters, const int16_t samples[FE_BAND_PASS])
{
    const int16_t *tap = filters->band_pass;
    const int16_t *front = samples, *back = samples + FE_BAND_PASS - 1;
    int32_t sum = 0;
    while (front < back)
        sum += *tap++ * (*front++ + *back--);
    return sum + *tap * *front;
}

int32_t fe_low_passed(const fe_filters *filters, const int32_t numbers[FE_LOW_PASS])
{
    const int16_t *tap = filters->low_pass;
    const int32_t *front = numbers, *back = numbers + FE_LOW_PASS - 1;
    int32_t sum = 0;
    while (front < back)
        sum += weighted(*front++ + *back--, *tap++);
    return sum;
}
