// Both ends of a field's radio as a program, for sanitizers. The model is in the file named; on
// standard input come settings, how many hours, and these, again and again. Of every hour goes out
// the gateway's level, and of every run all status.

#include <stdio.h>
#include <stdlib.h>

#include "gateway.h"

extern const tm_kernel *const tm_kernel_list[];

enum { NOISE = 40, LOST = 1, DEAF = 2, NOISE_UP = 4, NOISE_DOWN = 8, JUMP = 16 };

typedef struct {
    int16_t level;
    uint8_t what, alarms, count;
    uint8_t noise[NOISE];
    uint8_t even; // so that there is no padding
} hour;

static _Alignas(16) uint8_t model[1 << 16], arena[1 << 16];

int main(int count, char **names)
{
    static tm_interpreter interpreter;
    static so_sender sender;
    static so_gateway gateway;
    so_send_settings settings;
    uint32_t hours;
    FILE *file = count == 2 ? fopen(names[1], "rb") : NULL;
    if (file == NULL)
        return 1;
    uint32_t model_bytes = (uint32_t)fread(model, 1, sizeof model, file);
    fclose(file);
    if (tm_init(&interpreter, model, model_bytes, tm_kernel_list, arena, sizeof arena, 0) != TM_OK)
        return 2;
    while (fread(&settings, sizeof settings, 1, stdin) == 1) {
        if (so_sender_start(&sender, &settings) != SO_OK ||
            so_gateway_start(&gateway, &interpreter, &settings) != SO_OK ||
            fread(&hours, sizeof hours, 1, stdin) != 1)
            return 3;
        uint32_t now = 0;
        int16_t *levels = malloc(hours * sizeof *levels); // no byte more than a gateway may touch
        uint8_t *status = malloc(hours);
        for (uint32_t i = 0; i < hours; i++) {
            hour this;
            uint8_t frame[SO_FRAME_BYTES], answer[SO_ANSWER_BYTES];
            uint16_t ahead[SO_AHEAD] = {1, 2, 3};
            int16_t guess;
            if (fread(&this, sizeof this, 1, stdin) != 1 || this.count > NOISE)
                return 4;
            now += this.what & JUMP ? 5 : 1;
            uint32_t sent = so_sender_hour(&sender, &interpreter, now, this.level, this.alarms, 0,
                                           &guess, frame);
            bool noise = (this.what & NOISE_UP) != 0, lost = sent == 0 || this.what & LOST;
            uint32_t answered = so_gateway_hour(
                &gateway, &interpreter, now, noise ? this.noise : lost ? NULL : frame,
                noise ? this.count : sent, ahead, levels + i, status + i, answer);
            if (this.what & NOISE_DOWN)
                so_sender_heard(&sender, this.noise, this.count, ahead);
            else if (answered > 0 && !(this.what & DEAF))
                so_sender_heard(&sender, answer, answered, ahead);
        }
        fwrite(levels, sizeof *levels, hours, stdout);
        fwrite(status, 1, hours, stdout);
        free(levels);
        free(status);
    }
    return 0;
}
