// Counts what the emulated processor executes.
//
// unicorn calls tm_on_block at the start of each basic block (a run of instructions that only its
// last may leave). A block's instructions and cycles never change, so it is decoded once, by a
// function of machine.py, and from then on costs one read of a table.

#include <stddef.h>
#include <stdint.h>

#define TM_TABLE_SIZE 65536u  // entries of the table, a power of two
#define TM_MAX_BLOCKS 49152u       // three quarters: fuller, finding one gets slow

typedef struct {
    uint64_t count;         // how often the block ran
    uint64_t taken_count;   // how often it then went on elsewhere than right behind it
    uint32_t address;
    uint32_t size;          // bytes; 0: this entry is free
    uint32_t instructions;
    uint32_t cycles;        // when the next block is the one right behind it
    uint32_t taken_cycles;  // more cycles when it isn't
    uint32_t marked;        // nonzero: log each visit
} tm_block;

typedef struct {
    uint64_t instructions;  // at the start of the visited block
    uint64_t cycles;
    uint64_t waits;
    uint32_t address;
    uint32_t r0;
} tm_visit;

// What stopped the emulation.
enum { TM_RUNNING = 0, TM_STOPPED = 1, TM_DECODE_FAILED = 2, TM_TABLE_FULL = 3, TM_DIVIDED = 4 };

typedef struct {
    uint64_t instructions;  // executed so far, and in blocks that have just begun
    uint64_t cycles;
    uint64_t waits;         // for flash, counted by flash_waits.c
    uint64_t limit;         // stop before the first block at which `instructions` reaches this
    uint64_t visits;        // of marked blocks; those after visits_size aren't in the log
    uint64_t visits_size;
    tm_visit *log;          // [visits_size]
    tm_block *table;        // [TM_TABLE_SIZE], open addressing
    tm_block *last;         // the block that runs
    const uint32_t *control;            // the register CCR, or NULL without a divide instruction
    int (*decode)(tm_block *block);     // fills in the costs; nonzero: stop
    int (*stop)(void *uc);              // uc_emu_stop
    int (*read)(void *uc, int id, void *value);  // uc_reg_read
    int32_t r0_id;          // unicorn's number of the register r0
    uint32_t used;          // entries of the table
    uint32_t state;         // one of the constants above
} tm_counter;

typedef struct {
    tm_counter *counter;
    int32_t divisor_id;     // unicorn's number of the register that holds the divisor
} tm_divide;

void tm_on_block(void *uc, uint64_t address, uint32_t size, tm_counter *counter);
void tm_on_divide(void *uc, uint64_t address, uint32_t size, tm_divide *divide);

static void stop(void *uc, tm_counter *counter, uint32_t why) {
    counter->state = why;
    counter->stop(uc);
}

// The entry of a block: a free one, with size 0, the first time.
static tm_block *find(tm_counter *counter, uint32_t address, uint32_t size) {
    const uint32_t mask = TM_TABLE_SIZE - 1;
    uint32_t i = (address >> 1) & mask;
    tm_block *block = &counter->table[i];
    while (block->size != 0 && (block->address != address || block->size != size)) {
        i = (i + 1) & mask;
        block = &counter->table[i];
    }
    return block;
}

// unicorn's UC_HOOK_BLOCK. A block that stops the emulation here isn't executed and isn't counted.
void tm_on_block(void *uc, uint64_t address, uint32_t size, tm_counter *counter) {
    tm_block *block, *last = counter->last;

    if (counter->instructions >= counter->limit) {
        stop(uc, counter, TM_STOPPED);
        return;
    }
    block = find(counter, (uint32_t)address, size);
    if (block->size == 0) {
        if (counter->used >= TM_MAX_BLOCKS) {
            stop(uc, counter, TM_TABLE_FULL);
            return;
        }
        block->address = (uint32_t)address;
        block->size = size;
        if (counter->decode(block) != 0) {
            block->size = 0;
            stop(uc, counter, TM_DECODE_FAILED);
            return;
        }
        counter->used++;
    }
    if (last != NULL && last->address + last->size != (uint32_t)address) {
        counter->cycles += last->taken_cycles;
        last->taken_count++;
    }
    if (block->marked) {
        if (counter->visits < counter->visits_size) {
            tm_visit *visit = &counter->log[counter->visits];
            visit->instructions = counter->instructions;
            visit->cycles = counter->cycles;
            visit->waits = counter->waits;
            visit->address = (uint32_t)address;
            counter->read(uc, counter->r0_id, &visit->r0);
        }
        counter->visits++;
    }
    block->count++;
    counter->instructions += block->instructions;
    counter->cycles += block->cycles;
    counter->last = block;
}

// unicorn's UC_HOOK_CODE on one SDIV or UDIV: stops if the chip would trap (CCR.DIV_0_TRP).
void tm_on_divide(void *uc, uint64_t address, uint32_t size, tm_divide *divide) {
    tm_counter *counter = divide->counter;
    uint32_t divisor = 0;

    (void)address;
    (void)size;
    counter->read(uc, divide->divisor_id, &divisor);
    if (divisor == 0 && (*counter->control & (1u << 4)) != 0) {
        stop(uc, counter, TM_DIVIDED);
    }
}
