// tm_flatbuffer.h: reads a FlatBuffer that nobody has checked.
//
// Every read is checked against the model's bytes. A read that would leave them gives 0 and sets
// interpreter->damaged, so a caller may read on and test the flag once, before it acts.
// Positions are offsets from the start of the model; 0 is no position, since the file's first
// bytes are the offset of its root.
// Format: flatbuffers.dev, "FlatBuffer Internals". A table starts with the (signed) distance back
// to its vtable; the vtable lists, from its fifth byte, where in the table each field is, 0 for a
// field that was left out. Strings, vectors and tables are stored as the distance to them.
#ifndef TM_FLATBUFFER_H
#define TM_FLATBUFFER_H

#include "micro.h"
// A function that only reads: compilers leave out its call where nobody uses the result, as where a
// check was left out. With checks it may set interpreter->damaged.
#ifdef TM_WITHOUT_CHECKS
#define TM_PURE __attribute__((pure))
#else
#define TM_PURE
#endif

typedef struct {
    uint32_t at;    // position of the first element
    uint32_t count; // elements
} tm_vector;

// Returns the unsigned number of 1, 2 or 4 bytes at a position that must be aligned to them.
TM_PURE uint32_t tm_read(tm_interpreter *m, uint32_t at, uint32_t bytes);

// Returns the position of the root table, 0 if bytes 4 to 7 are not this identifier.
TM_PURE uint32_t tm_root(tm_interpreter *m, uint32_t identifier);

// Returns the position of a field's value of `bytes` bytes, 0 if the table leaves it out.
TM_PURE uint32_t tm_field(tm_interpreter *m, uint32_t table, uint32_t field, uint32_t bytes);

// Returns the position of the table in a field, 0 if it is left out.
TM_PURE uint32_t tm_field_table(tm_interpreter *m, uint32_t table, uint32_t field);

// Returns the vector in a field, of elements of `bytes` bytes; count 0 if it is left out.
TM_PURE tm_vector tm_field_vector(tm_interpreter *m, uint32_t table, uint32_t field,
                                  uint32_t bytes);

// Returns the position of the table at a place of a vector of tables.
TM_PURE uint32_t tm_table_at(tm_interpreter *m, tm_vector tables, uint32_t place);

// Return a field's value, or `otherwise` where the table (0: no table) leaves it out.
TM_PURE int32_t tm_field_i32(tm_interpreter *m, uint32_t table, uint32_t field, int32_t otherwise);
TM_PURE int32_t tm_field_i8(tm_interpreter *m, uint32_t table, uint32_t field, int32_t otherwise);
TM_PURE float tm_field_f32(tm_interpreter *m, uint32_t table, uint32_t field, float otherwise);

#endif
