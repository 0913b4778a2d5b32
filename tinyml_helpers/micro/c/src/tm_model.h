// tm_model.h: reads what a .tflite file holds into the records of the arena.
// Layout: TensorFlow Lite's schema.fbs, version 3; the field numbers in tm_model.c are its own.
#ifndef TM_MODEL_H
#define TM_MODEL_H

#include "tm_kernel.h"

// Finds the first subgraph and counts what is in it.
// Returns its position in the model, 0 if the bytes are no model (m->problem says why).
uint32_t tm_open_model(tm_interpreter *m);

// Fill m->tensors and m->operators. Need their memory, and the subgraph's position.
// Return TM_OK, or an error told by m->problem.
tm_status tm_read_tensors(tm_interpreter *m, uint32_t graph);
tm_status tm_read_operators(tm_interpreter *m, uint32_t graph);

#endif
