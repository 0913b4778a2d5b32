// root.h: a square root in integers.
#ifndef FD_ROOT_H
#define FD_ROOT_H

#include <stdint.h>

// Returns the largest integer whose square is at most `number`.
uint32_t fd_root(uint64_t number);

#endif
