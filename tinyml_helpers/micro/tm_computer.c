// tm_computer.c: what Python needs to call the micro-interpreter on this computer. Not for boards.
#include "kernels.h"
#include "tm_memory.h"
#include "tm_vector.h"

extern const tm_kernel *const tm_kernel_list[];

size_t tm_interpreter_bytes(void);
uint32_t tm_vector_numbers(void);
void tm_invoke_each(tm_interpreter *m, const uint8_t *inputs, uint8_t *outputs, uint32_t count);

#define TM_POINTER(name) &tm_##name,
const tm_kernel *const tm_kernel_list[] = {TM_KERNELS(TM_POINTER) NULL};

size_t tm_interpreter_bytes(void)
{
    return sizeof(tm_interpreter);
}

// The numbers that one instruction multiplies in the kernels this was compiled with.
uint32_t tm_vector_numbers(void)
{
#ifdef TM_VECTOR
    return TM_NUMBERS;
#else
    return 1;
#endif
}

// Runs a model with one input and one output `count` times, each from its start.
// inputs: [count, bytes of the input]; outputs: [count, bytes of the output].
void tm_invoke_each(tm_interpreter *m, const uint8_t *inputs, uint8_t *outputs, uint32_t count)
{
    uint32_t input_bytes = tm_input_bytes(m, 0), output_bytes = tm_output_bytes(m, 0);
    for (; count > 0; count--) {
        tm_reset(m);
        memcpy(tm_input_data(m, 0), inputs, input_bytes);
        tm_invoke(m);
        memcpy(outputs, tm_output_data(m, 0), output_bytes);
        inputs += input_bytes;
        outputs += output_bytes;
    }
}
