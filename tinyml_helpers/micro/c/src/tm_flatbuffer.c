#include "tm_flatbuffer.h"

#include "tm_memory.h"
#include "tm_refusals.h"

#define MOST_ELEMENTS (UINT32_MAX / 8) // in a vector: their bytes fit 32 bits

// Returns whether the model is sound, and keeps it in mind if it isn't.
static bool check(tm_interpreter *m, bool is_sound)
{
    if (is_sound)
        return true;
    TM_WHEN_CHECKED;
    m->damaged = true;
    return false;
}

// Whether [at, at + bytes) lies in the model, at a multiple of `alignment` (a power of two).
static bool within(tm_interpreter *m, uint32_t at, uint32_t bytes, uint32_t alignment)
{
    return check(m, at <= m->model_bytes && bytes <= m->model_bytes - at &&
                        (at & (alignment - 1)) == 0);
}

// Numbers in memory that is written as bytes.
typedef uint32_t __attribute__((may_alias)) four_bytes;
typedef uint16_t __attribute__((may_alias)) two_bytes;

uint32_t tm_read(tm_interpreter *m, uint32_t at, uint32_t bytes)
{
    if (!within(m, at, bytes, bytes))
        return 0;
    const void *from = m->model + at;
    if (bytes == 4)
        return *(const four_bytes *)from;
    return bytes == 2 ? *(const two_bytes *)from : *(const uint8_t *)from;
}

// Follows the distance stored at a position, to a table or a vector: both start with four bytes.
// Returns where it leads, 0 if out of the model.
static uint32_t follow(tm_interpreter *m, uint32_t at)
{
    uint32_t distance = tm_read(m, at, 4);
    bool is_sound = check(m, distance != 0 && distance <= m->model_bytes - at);
    return is_sound && within(m, at + distance, 4, 4) ? at + distance : 0;
}

uint32_t tm_root(tm_interpreter *m, uint32_t identifier)
{
    return check(m, tm_read(m, 4, 4) == identifier) ? follow(m, 0) : 0;
}

uint32_t tm_field(tm_interpreter *m, uint32_t table, uint32_t field, uint32_t bytes)
{
    if (table == 0)
        return 0;
    // The distance is signed, and subtracting wraps: either way the result must be in the model.
    uint32_t vtable = table - tm_read(m, table, 4);
    uint32_t vtable_bytes = tm_read(m, vtable, 2);
    uint32_t entry = 4 + 2 * field;
    if (entry + 2 > vtable_bytes)
        return 0;
    uint32_t offset = tm_read(m, vtable + entry, 2);
    if (offset == 0)
        return 0;
    return within(m, table + offset, bytes, bytes > 4 ? 4 : bytes) ? table + offset : 0;
}

uint32_t tm_field_table(tm_interpreter *m, uint32_t table, uint32_t field)
{
    uint32_t at = tm_field(m, table, field, 4);
    return at == 0 ? 0 : follow(m, at);
}

tm_vector tm_field_vector(tm_interpreter *m, uint32_t table, uint32_t field, uint32_t bytes)
{
    tm_vector none = {0, 0};
    uint32_t at = tm_field(m, table, field, 4);
    if (at == 0)
        return none;
    uint32_t start = follow(m, at);
    uint32_t count = tm_read(m, start, 4);
    uint32_t all = count > MOST_ELEMENTS ? UINT32_MAX : count * bytes;
    if (start == 0 || !within(m, start + 4, all, bytes > 4 ? 4 : bytes))
        return none;
    tm_vector vector = {start + 4, count};
    return vector;
}

uint32_t tm_table_at(tm_interpreter *m, tm_vector tables, uint32_t place)
{
    return check(m, place < tables.count) ? follow(m, tables.at + 4 * place) : 0;
}

int32_t tm_field_i32(tm_interpreter *m, uint32_t table, uint32_t field, int32_t otherwise)
{
    uint32_t at = tm_field(m, table, field, 4);
    return at == 0 ? otherwise : (int32_t)tm_read(m, at, 4);
}

int32_t tm_field_i8(tm_interpreter *m, uint32_t table, uint32_t field, int32_t otherwise)
{
    uint32_t at = tm_field(m, table, field, 1);
    return at == 0 ? otherwise : (int8_t)tm_read(m, at, 1);
}

float tm_field_f32(tm_interpreter *m, uint32_t table, uint32_t field, float otherwise)
{
    uint32_t at = tm_field(m, table, field, 4);
    if (at == 0)
        return otherwise;
    uint32_t bits = tm_read(m, at, 4);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
