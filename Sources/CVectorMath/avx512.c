#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma"))), \
                             apply_to = function)
#define LANES 16
#define ROWS 12
#define NAME "avx512"
#define TABLE cn_avx512
#include "kernels.h"
#pragma clang attribute pop
#endif
