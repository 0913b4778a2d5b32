// Small functions with known results, known costs, or known faults.

#include <stdint.h>

#define KEEP __attribute__((noinline, used, retain))

int main(void);
void echo(void);
uint32_t checksum(const uint8_t *data, uint32_t size);
uint32_t recurse(uint32_t depth);
uint32_t peek(const uint32_t *address);
void poke(uint32_t *address, uint32_t value);
int32_t divide(int32_t a, int32_t b);
uint32_t jump(uint32_t (*function)(uint32_t));
void trap_divisions(void);
void hang(void);
void undefined(void);
uint32_t milli(uint32_t n);
void mark(uint32_t number);
void staged(void);
uint32_t mixed(uint32_t n);
uint32_t started(void);

static uint32_t from_flash = 0x12345678;
static uint32_t zeroed;
volatile uint32_t sink;

KEEP uint32_t checksum(const uint8_t *data, uint32_t size) {
    uint32_t a = 1, b = 0;
    for (uint32_t i = 0; i < size; i++) {
        a = (a + data[i]) % 65521u;
        b = (b + a) % 65521u;
    }
    return b << 16 | a;
}

KEEP uint32_t recurse(uint32_t depth) {
    volatile uint32_t frame[8];
    frame[depth & 7] = depth;
    if (depth == 0) {
        return 0;
    }
    return recurse(depth - 1) + frame[depth & 7];
}

KEEP uint32_t peek(const uint32_t *address) { return *(volatile const uint32_t *)address; }
KEEP void poke(uint32_t *address, uint32_t value) { *(volatile uint32_t *)address = value; }
KEEP int32_t divide(int32_t a, int32_t b) { return a / b; }
KEEP uint32_t jump(uint32_t (*function)(uint32_t)) { return function(1) + 1; }
KEEP void trap_divisions(void) { *(volatile uint32_t *)0xE000ED14 |= 1u << 4; }
KEEP void undefined(void) { __asm volatile("udf #1"); }

KEEP void hang(void) {
    for (;;) {
    }
}

// n times 1.001 in floats, as an integer of thousandths.
KEEP uint32_t milli(uint32_t n) {
    float sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        sum += 1.001f;
    }
    return (uint32_t)(sum * 1000.0f / (float)n);
}

KEEP void mark(uint32_t number) { sink = number; }

KEEP void staged(void) {
    mark(7);
    sink = checksum((const uint8_t *)"abc", 3);
    mark(8);
}

// A bit of everything: calls, 64-bit arithmetic, divisions, a switch, conditional instructions.
KEEP uint32_t mixed(uint32_t n) {
    uint64_t state = n;
    uint32_t out = 0;
    for (uint32_t i = 0; i < n; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const uint32_t value = (uint32_t)(state >> 33);
        switch (value % 7) {
            case 0: out += value; break;
            case 1: out ^= value << 3; break;
            case 2: out -= (uint32_t)(state / (value | 1)); break;
            case 3: out = out << 1 | out >> 31; break;
            case 4: out += recurse(value & 7); break;
            case 5: out += (uint32_t)((float)(value & 0xFFFF) * 0.5f); break;
            default: out = (int32_t)value < 0x4000 ? ~out : out + 1; break;
        }
    }
    return out;
}

KEEP uint32_t started(void) { return from_flash + zeroed++; }

// One stretch of 3,000 instructions, longer than any block an emulator makes, and the return.
uint32_t straight(uint32_t start);
__attribute__((naked, used, retain)) uint32_t straight(uint32_t start) {
    __asm volatile(".rept 3000\n"
                   "adds r0, #1\n"
                   ".endr\n"
                   "bx lr\n");
}

#if defined(__ARM_ARCH_7EM__)
uint32_t counted(uint32_t n, const uint32_t *words);
int32_t multiply_accumulate(uint32_t n);

// Before the loop: push 1+3. Per turn: ldm 1+4, ldr 2, ldr 1, str 1, subs 1, bne 1 or 3. After it:
// pop 1+3, and 2 for the branch.
__attribute__((naked, used, retain)) uint32_t counted(uint32_t n, const uint32_t *words) {
    __asm volatile("push {r4, r5, lr}\n"
                   "1: ldm r1, {r2, r3, r4, r5}\n"
                   "ldr r2, [r1]\n"
                   "ldr r3, [r1, #4]\n"
                   "str r3, [sp, #-4]\n"
                   "subs r0, #1\n"
                   "bne 1b\n"
                   "pop {r4, r5, pc}\n");
}

uint32_t leaves_early(uint32_t n);

// cmp 1, it 1, bxeq 1, and 2 for the branch.
__attribute__((naked, used, retain)) uint32_t leaves_early(uint32_t n) {
    __asm volatile("cmp r0, #0\n"
                   "it eq\n"
                   "bxeq lr\n"
                   "mov r0, #5\n"
                   "bx lr\n");
}

// mov 1, mov 1; per turn mla 1, udiv 7, cmp 1, it 1, addeq 1, subs 1, bne 1 or 3; mov 1, bx 1 + 2.
__attribute__((naked, used, retain)) int32_t multiply_accumulate(uint32_t n) {
    __asm volatile("mov r1, #3\n"
                   "mov r2, #0\n"
                   "1: mla r2, r0, r1, r2\n"
                   "udiv r3, r2, r1\n"
                   "cmp r3, #1\n"
                   "it eq\n"
                   "addeq r2, #1\n"
                   "subs r0, #1\n"
                   "bne 1b\n"
                   "mov r0, r2\n"
                   "bx lr\n");
}
#else
uint32_t counted(uint32_t n, const uint32_t *words);

// Before the loop: push 1+3. Per turn: mov 1, ldm 1+2, ldr 2, str 2, mul 1, bl 3, bx 2, subs 1, bne
// 1 or 2. After it: pop 3+3.
__attribute__((naked, used, retain)) uint32_t counted(uint32_t n, const uint32_t *words) {
    __asm volatile("push {r4, r5, lr}\n"
                   "1: mov r5, r1\n"
                   "ldm r5!, {r2, r3}\n"
                   "ldr r2, [r1]\n"
                   "str r2, [sp]\n"
                   "muls r3, r2, r3\n"
                   "bl 2f\n"
                   "subs r0, #1\n"
                   "bne 1b\n"
                   "pop {r4, r5, pc}\n"
                   "2: bx lr\n");
}
#endif

int main(void) {
    echo();
    return 0;
}
