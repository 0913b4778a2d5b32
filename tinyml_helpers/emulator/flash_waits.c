// Counts the cycles that a chip's core waits for its flash: flash.py says by which model.
//
// unicorn calls tm_on_fetch before each basic block in flash, and tm_on_instruction before each of
// its instructions. So all of a block is fetched first, and then its loads come one by one.

#include <stdint.h>

typedef struct {
    uint32_t line;    // which of the flash's lines is here, counted from 1; 0: none
    uint32_t filled;  // a bit for each part of it that has been read
} tm_line;

typedef struct {
    int32_t offset;  // the address: this, and the registers, by unicorn's numbers, that aren't -1
    int32_t base;
    int32_t index;
    int32_t shift;
    int32_t words;
} tm_load;

typedef struct {
    uint64_t *waits;      // cycles waited so far
    tm_line *lines;       // [sets * ways], in each set the one used last comes first
    uint32_t sets;
    uint32_t ways;
    uint32_t line_bytes;  // both powers of two
    uint32_t fill_bytes;  // what one read of flash brings, a line at most
    uint32_t miss_cycles;
    uint32_t data_cycles; // for each load; where they go through the cache, TM_CACHED
    uint32_t ahead;       // nonzero: what lies right behind is fetched in time
    uint32_t next;        // the address behind the block fetched last
    uint32_t start;       // where flash lies
    uint32_t size;
    const uint16_t *load_at; // [size / 2], for each halfword of code which load it is, from 1, or 0
    const tm_load *loads;
    int (*read)(void *uc, int id, void *value); // uc_reg_read
} tm_flash;

#define TM_CACHED 0xFFFFFFFFu

void tm_on_fetch(void *uc, uint64_t address, uint32_t size, tm_flash *flash);
void tm_on_instruction(void *uc, uint64_t address, uint32_t size, tm_flash *flash);
void tm_load_from(uint32_t address, uint32_t words, tm_flash *flash);

// Reads the part of a line that holds the address unless that has been read, and is still here.
// Returns the cycles that takes.
static uint32_t read_part(tm_flash *flash, uint32_t address)
{
    const uint32_t line = address / flash->line_bytes + 1;
    const uint32_t part = 1u << address % flash->line_bytes / flash->fill_bytes;
    tm_line *set = &flash->lines[line % flash->sets * flash->ways];
    tm_line found = {line, 0};
    uint32_t way = 0, cycles = 0;

    while (way < flash->ways - 1 && set[way].line != line) {
        way++;
    }
    if (set[way].line == line) {
        found = set[way];
    }
    for (; way > 0; way--) {
        set[way] = set[way - 1];
    }
    if ((found.filled & part) == 0) {
        found.filled |= part;
        cycles = flash->miss_cycles;
    }
    set[0] = found;
    return cycles;
}

// unicorn's UC_HOOK_BLOCK.
void tm_on_fetch(void *uc, uint64_t address, uint32_t size, tm_flash *flash)
{
    const uint32_t end = (uint32_t)address + size;
    uint32_t at = (uint32_t)address & ~(flash->fill_bytes - 1);
    int in_sequence = flash->next == (uint32_t)address;

    (void)uc;
    for (; at < end; at += flash->fill_bytes) {
        const uint32_t cycles = read_part(flash, at);
        if (!(in_sequence && flash->ahead)) {
            *flash->waits += cycles;
        }
        in_sequence = 1;
    }
    flash->next = end;
}

// Loads words; those that lie elsewhere than in flash don't wait.
void tm_load_from(uint32_t address, uint32_t words, tm_flash *flash)
{
    for (; words > 0; words--, address += 4) {
        if (address - flash->start >= flash->size) {
            continue;
        }
        if (flash->data_cycles == TM_CACHED) {
            *flash->waits += read_part(flash, address);
        } else {
            *flash->waits += flash->data_cycles;
        }
    }
}

// unicorn's UC_HOOK_CODE.
void tm_on_instruction(void *uc, uint64_t address, uint32_t size, tm_flash *flash)
{
    const uint16_t number = flash->load_at[((uint32_t)address - flash->start) / 2];
    const tm_load *load;
    uint32_t from, value = 0;

    (void)size;
    if (number == 0) {
        return;
    }
    load = &flash->loads[number - 1];
    from = (uint32_t)load->offset;
    if (load->base >= 0) {
        flash->read(uc, load->base, &value);
        from += value;
    }
    if (load->index >= 0) {
        flash->read(uc, load->index, &value);
        from += value << load->shift;
    }
    tm_load_from(from, (uint32_t)load->words, flash);
}
