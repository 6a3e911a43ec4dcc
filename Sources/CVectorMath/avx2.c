#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LANES 8
#define ROWS 6
#define NAME "avx2"
#define TABLE cn_avx2
#include "kernels.h"
#pragma clang attribute pop
#endif
