// The front end as a program, for sanitizers: int16 samples come in, int8 features go out.

#include <stdio.h>

#include "log_mel.h"

int main(void)
{
    fe_log_mel state;
    int16_t samples[100];
    int8_t frame[FE_BINS];
    bool ready;
    uint32_t count;
    fe_reset(&state);
    while ((count = (uint32_t)fread(samples, sizeof *samples, 100, stdin)) > 0)
        for (uint32_t used = 0; used < count;) {
            used += fe_push(&state, samples + used, count - used, frame, &ready);
            if (ready)
                fwrite(frame, 1, FE_BINS, stdout);
        }
    return 0;
}
