// codes_m0.h: tm_quick_code in assembly, for the Cortex-M0+, which keeps only the low half of a
// product. Halves are multiplied with halves:
//
//     sum = 2^16 xh + xl, -2^15 <= xl < 2^15      multiplier = 2^16 mh + ml
//     (sum × multiplier + 2^30) >> 31 = 2 xh mh + ((xh ml + xl mh + (xl ml >> 16) + 2^14) >> 15)
//
// A moderate sum (tm_is_moderate) leaves room for each of these in 32 bits.
#ifndef TM_CODES_M0_H
#define TM_CODES_M0_H

// Before any TM_CODE: r12 is 2^14. Changes r0.
#define TM_CODE_START       \
    "movs r0, #1\n"         \
    "lsls r0, r0, #14\n"    \
    "mov r12, r0\n"

// r0: the sum. r3: its code, as int8. r4: ml. r5: mh. r6: bits to shift. lr: half and zero.
// r12: 2^14. Changes r0 to r3.
#define TM_CODE             \
    "sxth r1, r0\n"         \
    "subs r2, r0, r1\n"     \
    "asrs r2, r2, #16\n"    \
    "asrs r0, r0, #31\n"    \
    "movs r3, r1\n"         \
    "muls r3, r4, r3\n"     \
    "asrs r3, r3, #16\n"    \
    "muls r1, r5, r1\n"     \
    "adds r3, r3, r1\n"     \
    "movs r1, r2\n"         \
    "muls r1, r4, r1\n"     \
    "adds r3, r3, r1\n"     \
    "add r3, r12\n"         \
    "asrs r3, r3, #15\n"    \
    "muls r2, r5, r2\n"     \
    "lsls r2, r2, #1\n"     \
    "adds r3, r3, r2\n"     \
    "adds r3, r3, r0\n"     \
    "add r3, lr\n"          \
    "asrs r3, r6\n"         \
    "sxtb r1, r3\n"         \
    "cmp r1, r3\n"          \
    "beq 9f\n"              \
    "asrs r3, r3, #31\n"    \
    "movs r1, #127\n"       \
    "eors r3, r1\n"         \
    "9:\n"

#endif
