// program.h: what is made for each model and linked to the firmware.
#ifndef TM_PROGRAM_H
#define TM_PROGRAM_H

#include "kernels.h"

extern const uint8_t tm_model[]; // the .tflite file, 16-byte aligned
extern const uint32_t tm_model_size;

extern uint8_t tm_arena[];
extern const uint32_t tm_arena_size;

extern const tm_kernel *const tm_used_kernels[]; // ends with NULL

#endif
