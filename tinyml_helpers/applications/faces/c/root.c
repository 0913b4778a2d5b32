#include "root.h"

uint32_t fd_root(uint64_t number)
{
    uint32_t root = 0;
    for (uint32_t bit = 1u << 31; bit != 0; bit >>= 1) {
        uint64_t longer = root | bit;
        if (longer * longer <= number)
            root |= bit;
    }
    return root;
}
