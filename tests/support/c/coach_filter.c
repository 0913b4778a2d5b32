// The coach as a program, for sanitizers. The model is in the file named; on standard input come
// settings, how many samples, and these, again and again. Every hop goes out.

#include <stdio.h>

#include "coach.h"

extern const tm_kernel *const tm_kernel_list[];

static _Alignas(16) uint8_t model[1 << 16], arena[1 << 16];

int main(int count, char **names)
{
    static tm_interpreter interpreter;
    static ex_coach coach;
    ex_settings settings;
    ex_hop hop;
    uint32_t samples, model_bytes;
    int16_t piece[10][EX_AXES];
    bool ready;
    FILE *file = count == 2 ? fopen(names[1], "rb") : NULL;
    if (file == NULL)
        return 1;
    model_bytes = (uint32_t)fread(model, 1, sizeof model, file);
    fclose(file);
    if (tm_init(&interpreter, model, model_bytes, tm_kernel_list, arena, sizeof arena, 0) != TM_OK)
        return 2;
    while (fread(&settings, sizeof settings, 1, stdin) == 1) {
        if (ex_coach_start(&coach, &interpreter, &settings) != EX_OK ||
            fread(&samples, sizeof samples, 1, stdin) != 1)
            return 3;
        while (samples > 0) {
            uint32_t wanted = samples < 10 ? samples : 10;
            if (fread(piece, sizeof *piece, wanted, stdin) != wanted)
                return 4;
            samples -= wanted;
            for (uint32_t used = 0; used < wanted;) {
                used += ex_coach_push(&coach, piece[used], wanted - used, &hop, &ready);
                if (ready)
                    fwrite(&hop, sizeof hop, 1, stdout);
            }
        }
    }
    return 0;
}
