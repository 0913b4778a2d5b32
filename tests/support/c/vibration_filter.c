// The vibration front end as a program, for sanitizers: int16 samples come in, frames go out, or
// estimates of the shaft's speed.

#include <stdio.h>
#include <stdlib.h>

#include "speed.h"
#include "vibration.h"

// Arguments: samples a second; the shaft's speed in mHz, or the bounds of its speed.
int main(int count, char **arguments)
{
    static fe_vibration state;
    static fe_speed speed;
    uint32_t numbers[3] = {0, 0, 0};
    for (int i = 1; i < count && i < 4; i++)
        numbers[i - 1] = (uint32_t)atoi(arguments[i]);
    bool searches = count > 3;
    int32_t code = searches ? fe_speed_start(&speed, numbers[0], numbers[1], numbers[2])
                            : fe_vibration_start(&state, numbers[0], numbers[1]);
    if (code != FE_OK)
        return -code;
    int16_t samples[100];
    uint32_t some;
    while ((some = (uint32_t)fread(samples, sizeof *samples, 100, stdin)) > 0)
        for (uint32_t used = 0; used < some;) {
            fe_vibration_frame frame;
            fe_speed_estimate estimate;
            bool ready;
            uint32_t left = some - used;
            used += searches ? fe_speed_push(&speed, samples + used, left, &estimate, &ready)
                             : fe_vibration_push(&state, samples + used, left, &frame, &ready);
            if (ready && searches)
                fwrite(&estimate, sizeof estimate, 1, stdout);
            else if (ready)
                fwrite(&frame, sizeof frame, 1, stdout);
        }
    return 0;
}
