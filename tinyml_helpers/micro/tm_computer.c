// tm_computer.c: what Python needs to call the micro-interpreter on this computer. Not for boards.
#include "kernels.h"

extern const tm_kernel *const tm_kernel_list[];

size_t tm_interpreter_bytes(void);

#define TM_POINTER(name) &tm_##name,
const tm_kernel *const tm_kernel_list[] = {TM_KERNELS(TM_POINTER) NULL};

size_t tm_interpreter_bytes(void)
{
    return sizeof(tm_interpreter);
}
