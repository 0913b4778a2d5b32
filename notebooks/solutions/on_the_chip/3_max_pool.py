# in[(y * width + x) * channels + c] is row y, column x, channel c.
max_pool = """
#include <stdint.h>

void max_pool(const int8_t *in, int8_t *out, int32_t height, int32_t width, int32_t channels)
{
    for (int32_t y = 0; y + 1 < height; y += 2)
        for (int32_t x = 0; x + 1 < width; x += 2)
            for (int32_t c = 0; c < channels; c++) {
                int8_t largest = -128;
                for (int32_t dy = 0; dy < 2; dy++)
                    for (int32_t dx = 0; dx < 2; dx++) {
                        int8_t code = in[((y + dy) * width + x + dx) * channels + c];
                        if (code > largest)
                            largest = code;
                    }
                *out++ = largest;
            }
}
"""
