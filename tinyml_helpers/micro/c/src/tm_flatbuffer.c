#include "tm_flatbuffer.h"

#include "tm_memory.h"

#define MOST_ELEMENTS (UINT32_MAX / 8) // in a vector: their bytes fit 32 bits

// Whether [at, at + bytes) lies in the model, at a multiple of `alignment` (a power of two).
static bool within(tm_interpreter *m, uint32_t at, uint32_t bytes, uint32_t alignment)
{
    if (at > m->model_bytes || bytes > m->model_bytes - at || (at & (alignment - 1)) != 0) {
        m->damaged = true;
        return false;
    }
    return true;
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

// Follows the distance stored at a position. Returns where it leads, 0 if out of the model.
static uint32_t follow(tm_interpreter *m, uint32_t at)
{
    uint32_t distance = tm_read(m, at, 4);
    if (distance == 0 || distance > m->model_bytes - at) {
        m->damaged = true;
        return 0;
    }
    return at + distance;
}

uint32_t tm_root(tm_interpreter *m, uint32_t identifier)
{
    if (tm_read(m, 4, 4) != identifier) {
        m->damaged = true;
        return 0;
    }
    uint32_t root = follow(m, 0);
    return root != 0 && within(m, root, 4, 4) ? root : 0;
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
    uint32_t found = at == 0 ? 0 : follow(m, at);
    return found != 0 && within(m, found, 4, 4) ? found : 0;
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
    if (place >= tables.count) {
        m->damaged = true;
        return 0;
    }
    uint32_t found = follow(m, tables.at + 4 * place);
    return found != 0 && within(m, found, 4, 4) ? found : 0;
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
