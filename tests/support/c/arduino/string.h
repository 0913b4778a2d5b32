// What C++ here needs of a C library, where none is installed.
#ifndef STRING_H
#define STRING_H

#include <stddef.h>

extern "C" {
void *memcpy(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
}

#endif
