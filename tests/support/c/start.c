// Start-up code and a main loop that echoes bytes, for the tests' small programs.

#include <stdint.h>

extern uint32_t __stack_top, __data_start, __data_end, __data_load, __bss_start, __bss_end;

#define UART_STATUS (*(volatile uint32_t *)0x40002100)  // bit 0: a byte is there
#define UART_DATA (*(volatile uint32_t *)0x40002104)    // reading takes it, writing sends one

int main(void);
__attribute__((noreturn)) void Reset_Handler(void);

__attribute__((noreturn)) void Reset_Handler(void) {
    const uint32_t *from = &__data_load;
    for (uint32_t *to = &__data_start; to < &__data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = &__bss_start; to < &__bss_end; to++) {
        *to = 0;
    }
#ifndef NO_FPU
    *(volatile uint32_t *)0xE000ED88 = 0xFu << 20;  // CPACR: the FPU on
    __asm volatile("dsb\n isb");
#endif
    main();
    for (;;) {
        __asm volatile("wfi");
    }
}

__attribute__((used, section(".vectors"))) static const void *const vectors[] = {
    &__stack_top, (const void *)(uintptr_t)Reset_Handler};

// Sends each byte it receives, plus 1, until it receives a 0.
void echo(void);
void echo(void) {
    for (;;) {
        while ((UART_STATUS & 1) == 0) {
        }
        const uint32_t byte = UART_DATA;
        if (byte == 0) {
            return;
        }
        UART_DATA = byte + 1;
    }
}
