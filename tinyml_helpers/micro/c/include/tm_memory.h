// tm_memory.h: the two functions of the C library this code uses; compilers bring them along even
// where there is no C library. Not called memory.h, which would hide the system's <memory.h>.
#ifndef TM_MEMORY_H
#define TM_MEMORY_H

#ifdef __cplusplus
#include <string.h> // C++ has no `restrict`, and its libraries declare more than C's
#else
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
#endif

#endif
