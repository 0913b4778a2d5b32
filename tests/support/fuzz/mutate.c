// mutate.c: how libFuzzer changes a model. Bytes changed blindly mostly break the flatbuffer, and
// the model is refused at once. So most changes here go to a place that means something: the file
// is walked as a .tflite, one place of a kind is picked, and gets a value of the sort that breaks
// code which trusts it.
#include "places.h"
#include "tm_kernel.h"

extern const tm_kernel *const tm_kernel_list[];

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t count, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t count, size_t most, unsigned int seed);

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
        tm_fuzz_walk(&f);
        if (f.seen != 0)
            change(&f);
        else
            put(&f, below(&f, f.count / 4) * 4, 4, number_for(&f, any_word(&f)));
    }
    if (below(&f, 8) == 0)
        bytes[count - 1] = (uint8_t)below(&f, 256); // what the inputs hold
    return count;
}
