// pico_boot_rom.c: RP2040 Datasheet, 2.8.2 and 2.8.3: the ROM's functions are found by two letters,
// in a table whose place stands at the start of the ROM.
#include "pico_boot_rom.h"

#include <stdint.h>

enum { FUNCTION_TABLE = 0x14, LOOK_UP = 0x18 }; // where addresses stand, of 16 bits

typedef void *(*look_up_function)(const uint16_t *table, uint32_t code);
typedef void (*usb_boot_function)(uint32_t light_pins, uint32_t without_interfaces);

static uintptr_t rom_address(uintptr_t place)
{
    __asm__("" : "+r"(place)); // or GCC takes a pointer this small for a mistake
    return *(const volatile uint16_t *)place;
}

void pico_start_boot_loader(void)
{
    look_up_function look_up = (look_up_function)rom_address(LOOK_UP);
    const uint16_t *functions = (const uint16_t *)rom_address(FUNCTION_TABLE);
    usb_boot_function usb_boot =
        (usb_boot_function)(uintptr_t)look_up(functions, 'U' | (uint32_t)'B' << 8);
    usb_boot(0, 0);
}
