// The monitor of a heart as a program, for sanitizers. The model is in the file named; on standard
// input come settings, how many samples, and these, again and again. Every beat goes out.

#include <stdio.h>

#include "monitor.h"

extern const tm_kernel *const tm_kernel_list[];

static _Alignas(16) uint8_t model[1 << 16], arena[1 << 16];

int main(int count, char **names)
{
    static tm_interpreter interpreter;
    static hb_monitor monitor;
    hb_settings settings;
    hb_beat beat;
    uint32_t samples, model_bytes;
    int16_t piece[100];
    bool ready;
    FILE *file = count == 2 ? fopen(names[1], "rb") : NULL;
    if (file == NULL)
        return 1;
    model_bytes = (uint32_t)fread(model, 1, sizeof model, file);
    fclose(file);
    if (tm_init(&interpreter, model, model_bytes, tm_kernel_list, arena, sizeof arena, 0) != TM_OK)
        return 2;
    while (fread(&settings, sizeof settings, 1, stdin) == 1) {
        if (hb_start(&monitor, &interpreter, &settings) != HB_OK ||
            fread(&samples, sizeof samples, 1, stdin) != 1)
            return 3;
        while (samples > 0) {
            uint32_t wanted = samples < 100 ? samples : 100;
            if (fread(piece, sizeof *piece, wanted, stdin) != wanted)
                return 4;
            samples -= wanted;
            for (uint32_t used = 0; used < wanted;) {
                used += hb_push(&monitor, piece + used, wanted - used, &beat, &ready);
                if (ready)
                    fwrite(&beat, sizeof beat, 1, stdout);
            }
        }
    }
    return 0;
}
