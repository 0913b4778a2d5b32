// The watcher as a program, for sanitizers. The model is in the file named; on standard input come
// settings, how many samples, and these, again and again. Every look goes out.

#include <stdio.h>

#include "watcher.h"

extern const tm_kernel *const tm_kernel_list[];

static _Alignas(16) uint8_t model[1 << 16], arena[1 << 16];

int main(int count, char **names)
{
    static tm_interpreter interpreter;
    static mc_watcher watcher;
    mc_settings settings;
    mc_look look;
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
        if (mc_start(&watcher, &interpreter, &settings) != MC_OK ||
            fread(&samples, sizeof samples, 1, stdin) != 1)
            return 3;
        while (samples > 0) {
            uint32_t wanted = samples < 100 ? samples : 100;
            if (fread(piece, sizeof *piece, wanted, stdin) != wanted)
                return 4;
            samples -= wanted;
            for (uint32_t used = 0; used < wanted;) {
                used += mc_push(&watcher, piece + used, wanted - used, &look, &ready);
                if (ready)
                    fwrite(&look, sizeof look, 1, stdout);
            }
        }
    }
    return 0;
}
