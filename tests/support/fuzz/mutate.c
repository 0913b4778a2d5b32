// mutate.c: how libFuzzer changes a model. Bytes changed blindly mostly break the flatbuffer, and
// the model is refused at once. So most changes here go to a place that means something: the file
// is walked as a .tflite, one place of a kind is picked, and gets a value of the sort that breaks
// code which trusts it. Field numbers are those of TensorFlow Lite's schema.fbs.
#include <string.h>

#include "tm_kernel.h"

extern const tm_kernel *const tm_kernel_list[];

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t count, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t count, size_t most, unsigned int seed);

// What a place holds. DISTANCE: to a table or vector. COUNT: of a vector.
typedef enum {
    DISTANCE, COUNT, VTABLE_ENTRY, DIMENSION, TENSOR, CODE, TYPE, SCALE, ZERO_POINT, NUMBER, OPTION,
    DATA, KINDS
} kind;

static const uint8_t kind_bytes[KINDS] = {4, 4, 2, 4, 4, 1, 1, 4, 8, 4, 1, 1};

// The bytes under change, and two places of the wanted kind, each picked at random.
typedef struct {
    uint8_t *bytes;
    uint32_t count;
    uint32_t random;
    kind wanted;
    uint32_t seen, place, other;
} file;

static uint32_t below(file *f, uint32_t limit)
{
    f->random = f->random * 1664525u + 1013904223u;
    return limit == 0 ? 0 : (f->random >> 8) % limit;
}

static uint32_t any_word(file *f)
{
    return below(f, 1u << 16) << 16 | below(f, 1u << 16);
}

static uint32_t get(const file *f, uint32_t at, uint32_t bytes)
{
    uint32_t value = 0;
    if (at <= f->count && bytes <= f->count - at)
        memcpy(&value, f->bytes + at, bytes);
    return value;
}

static void put(file *f, uint32_t at, uint32_t bytes, uint64_t value)
{
    if (at <= f->count && bytes <= f->count - at)
        memcpy(f->bytes + at, &value, bytes);
}

// Takes note of a place, so that in the end each of the wanted kind was as likely to be kept.
static void note(file *f, uint32_t at, kind what)
{
    if (what != f->wanted || at == 0 || at >= f->count)
        return;
    f->seen++;
    if (below(f, f->seen) == 0)
        f->place = at;
    if (below(f, f->seen) == 0)
        f->other = at;
}

// Returns where the distance stored at a place leads, 0 if there is no such place.
static uint32_t follow(file *f, uint32_t at)
{
    uint32_t distance = at == 0 ? 0 : get(f, at, 4);
    note(f, at, DISTANCE);
    return distance == 0 || distance >= f->count - at ? 0 : at + distance;
}

// Returns the place of a table's field, 0 if it is left out.
static uint32_t field(file *f, uint32_t table, uint32_t number)
{
    if (table == 0)
        return 0;
    uint32_t vtable = table - get(f, table, 4), entry = 4 + 2 * number;
    if (entry + 2 > get(f, vtable, 2))
        return 0;
    note(f, vtable + entry, VTABLE_ENTRY);
    uint32_t offset = get(f, vtable + entry, 2);
    return offset == 0 ? 0 : table + offset;
}

// Returns the place of a vector's count in a table's field, 0 if it is left out.
static uint32_t vector(file *f, uint32_t table, uint32_t number)
{
    uint32_t start = follow(f, field(f, table, number));
    note(f, start, COUNT);
    return start;
}

// Takes note of a vector's elements, up to a number of them.
static void note_elements(file *f, uint32_t start, kind what, uint32_t most)
{
    uint32_t count = start == 0 ? 0 : get(f, start, 4);
    for (uint32_t i = 0; i < count && i < most; i++)
        note(f, start + 4 + i * kind_bytes[what], what);
}

// Calls a function for each table of a vector.
static void each_table(file *f, uint32_t start, void (*visit)(file *f, uint32_t table))
{
    uint32_t count = start == 0 ? 0 : get(f, start, 4);
    for (uint32_t i = 0; i < count && i < 200; i++)
        visit(f, follow(f, start + 4 + 4 * i));
}

static void visit_code(file *f, uint32_t table)
{
    note(f, field(f, table, 0), CODE);
    note(f, field(f, table, 3), CODE);
    note(f, field(f, table, 2), NUMBER);
}

static void visit_tensor(file *f, uint32_t table)
{
    note_elements(f, vector(f, table, 0), DIMENSION, 8);
    note(f, field(f, table, 1), TYPE);
    note(f, field(f, table, 2), NUMBER);
    note(f, field(f, table, 5), OPTION);
    uint32_t quantization = follow(f, field(f, table, 4));
    note_elements(f, vector(f, quantization, 2), SCALE, 16);
    note_elements(f, vector(f, quantization, 3), ZERO_POINT, 16);
    note(f, field(f, quantization, 6), NUMBER);
}

static void visit_operator(file *f, uint32_t table)
{
    note(f, field(f, table, 0), NUMBER);
    note_elements(f, vector(f, table, 1), TENSOR, 40);
    note_elements(f, vector(f, table, 2), TENSOR, 40);
    uint32_t options = follow(f, field(f, table, 4));
    for (uint32_t i = 0; i < 10; i++) {
        note(f, field(f, options, i), NUMBER);
        note(f, field(f, options, i), OPTION);
    }
}

static void visit_graph(file *f, uint32_t table)
{
    each_table(f, vector(f, table, 0), visit_tensor);
    note_elements(f, vector(f, table, 1), TENSOR, 40);
    note_elements(f, vector(f, table, 2), TENSOR, 40);
    each_table(f, vector(f, table, 3), visit_operator);
}

static void visit_buffer(file *f, uint32_t table)
{
    uint32_t start = vector(f, table, 0);
    // What is as small as this may be axes, sizes or a shape.
    if (start != 0 && get(f, start, 4) <= 64)
        for (uint32_t i = 0; i < get(f, start, 4) / 4; i++)
            note(f, start + 4 + 4 * i, NUMBER);
    note_elements(f, start, DATA, 4096);
}

static void walk(file *f)
{
    uint32_t root = follow(f, 0);
    if (root == 0)
        root = get(f, 0, 4);
    each_table(f, vector(f, root, 1), visit_code);
    each_table(f, vector(f, root, 2), visit_graph);
    each_table(f, vector(f, root, 4), visit_buffer);
}

static uint32_t number_for(file *f, uint32_t old)
{
    static const uint32_t edges[] = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 127, 128, 255, 256, 0x7FFF, 0x8000,
        0xFFFF, 0x10000, 46340, 46341, 0x1FFFFFFF, 0x20000000, 0x3FFFFFFF, 0x40000000, 0x7FFFFFFE,
        0x7FFFFFFF, 0x80000000, 0x80000001, 0xC0000000, 0xFFFF0000, 0xFFFFFFFE, 0xFFFFFFFF};
    switch (below(f, 12)) {
    case 0:
        return old + 1;
    case 1:
        return old - 1;
    case 2:
        return below(f, 2) ? old * 2 : old / 2;
    case 3:
        return 0u - old;
    case 4:
        return f->count - below(f, 3);
    case 5:
        return old ^ 1u << below(f, 32);
    case 6:
        return any_word(f);
    case 7:
    case 8:
        return below(f, 12);
    default:
        return edges[below(f, sizeof edges / sizeof *edges)];
    }
}

static uint32_t scale_for(file *f, uint32_t old)
{
    // 0, -0, the least, the last subnormal, the first normal, the largest, infinity, no number,
    // 2^-31, 2^-24, 1/256, 1/128, 1/32768, 1, -1, 2^24, 2^31.
    static const uint32_t edges[] = {
        0, 0x80000000, 1, 0x7FFFFF, 0x800000, 0x7F7FFFFF, 0x7F800000, 0x7FC00000, 0x30000000,
        0x33800000, 0x3B800000, 0x3C000000, 0x38000000, 0x3F800000, 0xBF800000, 0x4B800000,
        0x4F000000};
    switch (below(f, 4)) {
    case 0:
        return old + (below(f, 2) ? 1u : 0u - 1u) * (below(f, 64) << 23); // times a power of two
    case 1:
        return any_word(f);
    default:
        return edges[below(f, sizeof edges / sizeof *edges)];
    }
}

static uint64_t zero_point_for(file *f)
{
    static const int64_t edges[] = {0, 1, -1, -128, 127, -129, 128, 255, 256, -32768, 32767, 32768,
                                    INT32_MIN, INT32_MAX, (int64_t)INT32_MAX + 1, INT64_MIN,
                                    INT64_MAX};
    uint32_t choice = below(f, 30);
    if (choice < sizeof edges / sizeof *edges)
        return (uint64_t)edges[choice];
    return choice < 27 ? (uint64_t)(int64_t)(int8_t)below(f, 256)
                       : (uint64_t)any_word(f) << 32 | any_word(f);
}

// Returns a distance for f->place: to where another one leads, or a little beside its own target.
static uint32_t distance_for(file *f, uint32_t old)
{
    uint32_t target = f->other + get(f, f->other, 4);
    if (below(f, 3) != 0 && target > f->place)
        return target - f->place;
    return below(f, 4) == 0 ? number_for(f, old) : old + 4 * (below(f, 9) - 4);
}

// Returns the code of one of the kernels.
static uint32_t any_code(file *f)
{
    uint32_t count = 0;
    while (tm_kernel_list[count] != NULL)
        count++;
    return (uint32_t)tm_kernel_list[below(f, count)]->code;
}

// Every dimension that had one value gets another, so that shapes still fit each other.
static void change_everywhere(file *f, uint32_t old, uint32_t new)
{
    for (uint32_t at = 4; at + 4 <= f->count; at += 4)
        if (get(f, at, 4) == old)
            put(f, at, 4, new);
}

static void change(file *f)
{
    static const uint8_t types[] = {0, 2, 3, 4, 6, 7, 9, 1, 255};
    uint32_t at = f->place, old = get(f, at, 4), value;
    uint32_t bytes = kind_bytes[f->wanted];
    if (below(f, 6) == 0 && bytes <= 4 && f->wanted != DISTANCE) {
        put(f, at, bytes, get(f, f->other, 4)); // the value of another of its kind
        return;
    }
    if (below(f, 8) == 0 && bytes == 4) {
        // What one of two neighbours gains the other loses, so that their sum still fits.
        value = below(f, 2) ? below(f, 4) : number_for(f, old);
        put(f, at, 4, old - value);
        put(f, at + 4, 4, get(f, at + 4, 4) + value);
        return;
    }
    switch (f->wanted) {
    case DISTANCE:
        put(f, at, 4, distance_for(f, old));
        break;
    case VTABLE_ENTRY:
        value = (uint32_t)get(f, at, 2) + 4 * (below(f, 5) - 2);
        put(f, at, 2, below(f, 3) == 0 ? 0 : below(f, 3) == 0 ? any_word(f) : value);
        break;
    case DIMENSION:
        value = number_for(f, old);
        if (below(f, 2) == 0)
            change_everywhere(f, old, value);
        put(f, at, 4, value);
        break;
    case CODE:
        put(f, at, 1, any_code(f));
        break;
    case TYPE:
        put(f, at, 1, types[below(f, sizeof types)]);
        break;
    case SCALE:
        put(f, at, 4, scale_for(f, old));
        break;
    case ZERO_POINT:
        put(f, at, 8, zero_point_for(f));
        break;
    case OPTION:
        put(f, at, 1, below(f, 2) ? below(f, 4) : below(f, 256));
        break;
    default:
        put(f, at, bytes, number_for(f, old));
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t count, size_t most, unsigned int seed)
{
    file f = {bytes, (uint32_t)count, seed, DISTANCE, 0, 0, 0};
    if (count < 16 || below(&f, 16) == 0)
        return LLVMFuzzerMutate(bytes, count, most);
    for (uint32_t changes = 1 + below(&f, 3); changes > 0; changes--) {
        f.wanted = (kind)below(&f, KINDS);
        f.seen = f.place = f.other = 0;
        walk(&f);
        if (f.seen != 0)
            change(&f);
        else
            put(&f, below(&f, f.count / 4) * 4, 4, number_for(&f, any_word(&f)));
    }
    if (below(&f, 8) == 0)
        bytes[count - 1] = (uint8_t)below(&f, 256); // what the inputs hold
    return count;
}
