// The counter as a program, for sanitizers: what a wrist does comes in, counts and periods go out.

#include <stdio.h>

#include "repetitions.h"

int main(void)
{
    static ex_repetitions repetitions;
    ex_motion motion;
    ex_repetitions_start(&repetitions);
    while (fread(&motion, sizeof motion, 1, stdin) == 1) {
        ex_repetitions_add(&repetitions, &motion);
        uint16_t told[2] = {ex_repetitions_count(&repetitions),
                            ex_repetitions_period(&repetitions)};
        fwrite(told, sizeof told, 1, stdout);
    }
    return 0;
}
