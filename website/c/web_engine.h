// web_engine.h: what the C of the web pages shares: the interpreter of this instance of the module.
#ifndef WEB_ENGINE_H
#define WEB_ENGINE_H

#include "tm_kernel.h"

// The interpreter that web_load loads a model into.
tm_interpreter *web_interpreter(void);

// Every kernel there is, in the order of kernels.h; ends with NULL.
extern const tm_kernel *const web_kernels[];

#endif
