#include "kernels.h"
#include "sine.h"
#include <stdio.h>

int main(void)
{
    static uint32_t arena[64]; // 256 bytes
    static tm_interpreter interpreter;
    static const tm_kernel *const kernels[] = {&tm_fully_connected, NULL};
    if (tm_init(&interpreter, sine, sine_len, kernels, arena, sizeof arena, 0) != TM_OK)
        return printf("the model %s\n", interpreter.problem.what);
    for (int angle = -128; angle < 128; angle += 32) { // codes, of 0 to 2 pi
        *(int8_t *)tm_input_data(&interpreter, 0) = (int8_t)angle;
        tm_invoke(&interpreter);
        printf("%d %d\n", angle, *(const int8_t *)tm_output_data(&interpreter, 0));
    }
    return 0;
}
