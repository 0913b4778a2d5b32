// tm_called.h: around a call of a function of nothing but assembly.
//
// Of a function that it sees GCC believes that it reads no argument it doesn't name, and changes no
// register but those that its C code needs; and the C code of such a function is empty.
#ifndef TM_CALLED_H
#define TM_CALLED_H

#if defined(__ARM_FP)
#define TM_CALLED_FLOATS                                                                    \
    , "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12", "s13", \
        "s14", "s15"
#else
#define TM_CALLED_FLOATS
#endif

// TM_READ, before: what two pointers lead to is read. TM_CALLED, behind: the registers are changed
// that any call may change.
#if defined(__arm__)
#define TM_READ(one, other) __asm__ volatile("" : : "r"(one), "r"(other) : "memory")
#define TM_CALLED                                                                           \
    __asm__ volatile("" : : : "r0", "r1", "r2", "r3", "r12", "lr", "cc", "memory" TM_CALLED_FLOATS)
#else
#define TM_READ(one, other) ((void)(one), (void)(other))
#define TM_CALLED ((void)0)
#endif

#endif
