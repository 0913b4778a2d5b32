// pico_boot_rom.h: what the chip's boot ROM does for a program.
#ifndef TM_PICO_BOOT_ROM_H
#define TM_PICO_BOOT_ROM_H

// Starts the chip anew as a disk that takes UF2 files, as the button BOOTSEL does. Doesn't return.
void pico_start_boot_loader(void);

#endif
