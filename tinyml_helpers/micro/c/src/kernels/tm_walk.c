#include "tm_walk.h"

void tm_start_walk(tm_walk *walk, int32_t at_first, int32_t at_second)
{
    memset(walk, 0, sizeof *walk);
    walk->loops = 1;
    walk->size[0] = 1;
    walk->at[0] = at_first;
    walk->at[1] = at_second;
}

void tm_add_loop(tm_walk *walk, int32_t size, int32_t first_step, int32_t second_step)
{
    if (size == 1)
        return;
    int32_t last = walk->loops - 1;
    if (walk->size[last] != 1 && (walk->step[0][last] != first_step * size ||
                                  walk->step[1][last] != second_step * size))
        last = walk->loops++;
    else
        size *= walk->size[last];
    walk->size[last] = size;
    walk->step[0][last] = first_step;
    walk->step[1][last] = second_step;
}

bool tm_next_row(tm_walk *walk)
{
    for (int32_t i = walk->loops - 2; i >= 0; i--) {
        bool more = ++walk->index[i] < walk->size[i];
        int32_t steps = more ? 1 : 1 - walk->size[i]; // back to the loop's start
        walk->at[0] += steps * walk->step[0][i];
        walk->at[1] += steps * walk->step[1][i];
        if (more)
            return true;
        walk->index[i] = 0;
    }
    return false;
}

void tm_copy(uint8_t *to, const uint8_t *from, tm_walk *walk)
{
    int32_t row = walk->loops - 1;
    int32_t size = walk->size[row], to_step = walk->step[0][row], from_step = walk->step[1][row];
    do {
        uint8_t *next_to = to + walk->at[0];
        const uint8_t *next_from = from + walk->at[1];
        if (to_step == 1 && from_step == 1) {
            memcpy(next_to, next_from, (size_t)size);
            continue;
        }
        for (int32_t i = 0; i < size; i++)
            next_to[i * to_step] = next_from[i * from_step];
    } while (tm_next_row(walk));
}
