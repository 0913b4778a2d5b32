// linux_calls.h: the calls of Linux that board_linux.c makes, without a C library: the program stays
// small, and no C library must be built for it first.
//
// Numbers of calls: include/uapi/asm-generic/unistd.h (aarch64) and syscall_64.tbl (x86-64) of
// Linux. What a call returns is negative for errors, -errno.
#ifndef TM_LINUX_CALLS_H
#define TM_LINUX_CALLS_H

#include <stdint.h>

#if defined(__aarch64__)

enum { CALL_READ = 63, CALL_WRITE = 64, CALL_CLOSE = 57, CALL_EXIT = 94, CALL_CLOCK = 113,
       CALL_POLL = 73, CALL_SIGNAL = 134, CALL_SOCKET = 198, CALL_BIND = 200, CALL_SERVE = 201,
       CALL_ACCEPT = 202, CALL_SOCKET_OPTION = 208 };

// A program starts with its arguments on the stack: their number, then pointers to them.
__asm__(".global _start\n"
        "_start:\n"
        "    mov x0, sp\n"
        "    bl linux_start\n");

static inline long linux_call(long number, long a, long b, long c, long d, long e)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    __asm__ volatile("svc 0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
                     : "memory");
    return x0;
}

#elif defined(__x86_64__)

enum { CALL_READ = 0, CALL_WRITE = 1, CALL_CLOSE = 3, CALL_EXIT = 231, CALL_CLOCK = 228,
       CALL_POLL = 271, CALL_SIGNAL = 13, CALL_SOCKET = 41, CALL_BIND = 49, CALL_SERVE = 50,
       CALL_ACCEPT = 43, CALL_SOCKET_OPTION = 54 };

__asm__(".global _start\n"
        "_start:\n"
        "    mov %rsp, %rdi\n"
        "    and $-16, %rsp\n"
        "    call linux_start\n");

static inline long linux_call(long number, long a, long b, long c, long d, long e)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    __asm__ volatile("syscall"
                     : "+a"(number)
                     : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return number;
}

#else
#error "the program for Linux is for aarch64 and x86-64"
#endif

enum { TRY_AGAIN = -11, NOT_ALLOWED = -13, IN_USE = -98 }; // -errno
enum { MAY_READ = 1, MAY_WRITE = 4, HAS_GONE = 0x2018 };   // of linux_poll

typedef struct {
    int32_t file; // negative: none, and nothing of it happens
    int16_t wanted;
    int16_t happened; // 0, or something else than `wanted` too, such as a hang-up
} linux_poll;

// Waits until something happens to one of the files.
static inline void linux_wait(linux_poll *files, long count)
{
    for (long i = 0; i < count; i++)
        files[i].happened = 0;
    linux_call(CALL_POLL, (long)files, count, 0, 0, 0);
}

#endif
