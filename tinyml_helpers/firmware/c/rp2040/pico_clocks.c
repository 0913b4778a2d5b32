// pico_clocks.c: RP2040 Datasheet, 2.14 (resets), 2.15 (clocks), 2.16 (XOSC), 2.18 (PLL), 4.7.2
// (tick). 133 MHz is the most the chip is specified for, at the 1.1 V its regulator starts with.
#include "pico_clocks.h"

#include "pico_registers.h"

#define RESETS_RESET 0x4000C000
#define RESETS_DONE REGISTER(0x4000C008)

#define XOSC_CTRL REGISTER(0x40024000)
#define XOSC_STATUS REGISTER(0x40024004)
#define XOSC_STARTUP REGISTER(0x4002400C)

#define PLL_SYS 0x40028000u
#define PLL_USB 0x4002C000u
#define PLL_CS(pll) REGISTER((pll) + 0x0)
#define PLL_PWR(pll) ((pll) + 0x4)
#define PLL_FBDIV(pll) REGISTER((pll) + 0x8)
#define PLL_PRIM(pll) REGISTER((pll) + 0xC)
#define PLL_OFF (1u << 0)
#define PLL_DIVIDERS_OFF (1u << 3)
#define PLL_VCO_OFF (1u << 5)

#define CLK_REF_CTRL REGISTER(0x40008030)
#define CLK_REF_SELECTED REGISTER(0x40008038)
#define CLK_SYS_CTRL REGISTER(0x4000803C)
#define CLK_SYS_SELECTED REGISTER(0x40008044)
#define CLK_PERI_CTRL REGISTER(0x40008048)
#define CLK_USB_CTRL REGISTER(0x40008054)
#define CLK_ENABLE (1u << 11)

#define WATCHDOG_TICK REGISTER(0x4005802C)

void pico_release(uint32_t peripherals)
{
    CLEAR(RESETS_RESET) = peripherals;
    while ((RESETS_DONE & peripherals) != peripherals) {
    }
}

// Makes 12 MHz × times / (divide1 × divide2), once the oscillator in the middle is steady.
static void start_pll(uint32_t pll, uint32_t times, uint32_t divide1, uint32_t divide2)
{
    PLL_CS(pll) = 1; // the crystal's 12 MHz, undivided
    PLL_FBDIV(pll) = times;
    CLEAR(PLL_PWR(pll)) = PLL_OFF | PLL_VCO_OFF;
    while ((PLL_CS(pll) & 1u << 31) == 0) {
    }
    PLL_PRIM(pll) = divide1 << 16 | divide2 << 12;
    CLEAR(PLL_PWR(pll)) = PLL_DIVIDERS_OFF;
}

void pico_start_clocks(void)
{
    XOSC_STARTUP = 3008; // × 256 periods, 64 ms: some boards have crystals that are slow to start
    XOSC_CTRL = 0xFABu << 12 | 0xAA0; // on; 1 to 15 MHz
    while ((XOSC_STATUS & 1u << 31) == 0) {
    }
    CLK_REF_CTRL = 2; // the crystal
    while (CLK_REF_SELECTED != 1u << 2) {
    }
    CLK_SYS_CTRL = 0; // clk_ref, while the PLLs start: a debugger may have left another
    while (CLK_SYS_SELECTED != 1u << 0) {
    }
    SET(RESETS_RESET) = PICO_PLL_SYS | PICO_PLL_USB;
    pico_release(PICO_PLL_SYS | PICO_PLL_USB);
    start_pll(PLL_SYS, 133, 6, 2); // 1596 MHz / 12
    start_pll(PLL_USB, 100, 5, 5); // 1200 MHz / 25
    CLK_SYS_CTRL = 1;              // PLL_SYS
    while (CLK_SYS_SELECTED != 1u << 1) {
    }
    CLK_PERI_CTRL = CLK_ENABLE; // clk_sys
    CLK_USB_CTRL = CLK_ENABLE;  // PLL_USB
    WATCHDOG_TICK = 1u << 9 | 12; // on; 12 periods of clk_ref
}
