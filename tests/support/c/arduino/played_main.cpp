// Runs a sketch on a Nano that this computer plays: when the port opens in ms, how many bytes of a
// write it takes at most, how many ms go by while it waits for one, and a file of what the sensor
// gives, or none.
#include <stdio.h>
#include <stdlib.h>

#include <Arduino.h>

#include "played_core.h"

int main(int count, char **words)
{
    static int16_t samples[1 << 20];
    if (count < 4)
        return 1;
    played_port(strtoul(words[1], NULL, 10), strtoul(words[2], NULL, 10),
                (unsigned)strtoul(words[3], NULL, 10));
    FILE *file = count == 5 ? fopen(words[4], "rb") : NULL;
    if (file != NULL) {
        size_t bytes = fread(samples, 1, sizeof samples, file);
        played_sound(samples, (unsigned)(bytes / sizeof *samples));
        played_pictures((const uint8_t *)samples, (unsigned)bytes);
        played_vibration(samples, (unsigned)(bytes / sizeof *samples));
        played_motion((const float *)samples, (unsigned)(bytes / (6 * sizeof(float))), 10);
    }
    setup();
    for (;;)
        loop();
}
