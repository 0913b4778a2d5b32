// startup.c: from reset to main, on every Cortex-M alike.
#include <stdint.h>

extern uint32_t __stack_top[], __data_load[], __data_start[], __data_end[], __bss_start[],
    __bss_end[];

int main(void);
void Reset_Handler(void);
void Fault_Handler(void);

void Reset_Handler(void)
{
#if defined(__ARM_FP)
    // CPACR: full access to coprocessors 10 and 11, the FPU (Armv7-M ARM, B3.2.20).
    *(volatile uint32_t *)0xE000ED88 |= 0xFu << 20;
    __asm__ volatile("dsb\nisb");
#endif
#if defined(__ARM_FEATURE_IDIV)
    *(volatile uint32_t *)0xE000ED14 |= 1u << 4; // CCR, DIV_0_TRP: x / 0 is a fault (B3.2.8)
#endif
    for (uint32_t *from = __data_load, *to = __data_start; to < __data_end;)
        *to++ = *from++;
    for (uint32_t *to = __bss_start; to < __bss_end;)
        *to++ = 0;
    main();
    Fault_Handler();
}

void Fault_Handler(void)
{
    for (;;) {
    }
}

typedef void (*handler)(void);

// Initial stack pointer, reset, then the exceptions up to SysTick; nothing here enables interrupts.
__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    handler handlers[15];
} vectors = {
    __stack_top,
    {Reset_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler,
     Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler, Fault_Handler,
     Fault_Handler, Fault_Handler, Fault_Handler},
};
