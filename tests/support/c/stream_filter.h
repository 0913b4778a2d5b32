// stream_filter.h: a stream as a program, for sanitizers. The model is in the file named; on standard
// input come settings, how many samples, and these, again and again. Every event goes out.
//
// Whoever includes it has said by then what the stream is: the types filtered, filter_settings and
// filter_event, CHANNELS and MOST_SAMPLES (at a time), and START and PUSH, its functions.

#include <stdio.h>

extern const tm_kernel *const tm_kernel_list[];

static _Alignas(16) uint8_t model[1 << 16], arena[1 << 16];

int main(int count, char **names)
{
    static tm_interpreter interpreter;
    static filtered stream;
    filter_settings settings;
    filter_event event;
    uint32_t samples, model_bytes;
    int16_t piece[MOST_SAMPLES][CHANNELS];
    bool ready;
    FILE *file = count == 2 ? fopen(names[1], "rb") : NULL;
    if (file == NULL)
        return 1;
    model_bytes = (uint32_t)fread(model, 1, sizeof model, file);
    fclose(file);
    if (tm_init(&interpreter, model, model_bytes, tm_kernel_list, arena, sizeof arena, 0) != TM_OK)
        return 2;
    while (fread(&settings, sizeof settings, 1, stdin) == 1) {
        if (START(&stream, &interpreter, &settings) != 0 ||
            fread(&samples, sizeof samples, 1, stdin) != 1)
            return 3;
        while (samples > 0) {
            uint32_t wanted = samples < MOST_SAMPLES ? samples : MOST_SAMPLES;
            if (fread(piece, sizeof *piece, wanted, stdin) != wanted)
                return 4;
            samples -= wanted;
            for (uint32_t used = 0; used < wanted;) {
                used += PUSH(&stream, piece[used], wanted - used, &event, &ready);
                if (ready)
                    fwrite(&event, sizeof event, 1, stdout);
            }
        }
    }
    return 0;
}
