// A field's node as a program, for sanitizers. The model is in the file named; on standard input come
// settings, how many hours, and these, again and again. Every so_hour goes out. With another
// argument every second frame is answered.

#include <stdio.h>

#include "node.h"

extern const tm_kernel *const tm_kernel_list[];

static _Alignas(16) uint8_t model[1 << 14], arena[1 << 14];

static void answer(so_node *node, const so_hour *hour, uint16_t common, uint32_t now)
{
    const uint16_t ahead[SO_AHEAD] = {(uint16_t)hour->number, 20, 65534};
    uint8_t bytes[SO_ANSWER_BYTES];
    so_answer_write(hour->frame[1], ahead, so_key(common, now), bytes);
    so_heard(node, bytes, hour->number % 3 == 0 ? 3 : sizeof bytes);
    so_heard(node, hour->frame, hour->frame_bytes);
}

int main(int count, char **names)
{
    static tm_interpreter interpreter;
    static so_node node;
    so_settings settings;
    so_hour hour;
    uint32_t hours, model_bytes;
    int16_t sample[SO_CHANNELS];
    FILE *file = count >= 2 ? fopen(names[1], "rb") : NULL;
    if (file == NULL)
        return 1;
    model_bytes = (uint32_t)fread(model, 1, sizeof model, file);
    fclose(file);
    if (tm_init(&interpreter, model, model_bytes, tm_kernel_list, arena, sizeof arena, 0) != TM_OK)
        return 2;
    while (fread(&settings, sizeof settings, 1, stdin) == 1) {
        if (so_start(&node, &interpreter, &settings) != SO_OK ||
            fread(&hours, sizeof hours, 1, stdin) != 1)
            return 3;
        uint16_t common = so_common(settings.send.delta, settings.send.heartbeat, &interpreter);
        for (uint32_t i = 0; i < hours; i++) {
            if (fread(sample, sizeof sample, 1, stdin) != 1)
                return 4;
            so_node_hour(&node, sample, &hour);
            fwrite(&hour, sizeof hour, 1, stdout);
            if (count > 2 && hour.frame_bytes > 0 && i % 2 == 0)
                answer(&node, &hour, common, settings.start + i);
        }
    }
    return 0;
}
