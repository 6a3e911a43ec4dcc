#include "CVectorMath.h"

#include <string.h>

extern const cn_kernels cn_portable;
#if defined(__x86_64__)
extern const cn_kernels cn_avx2, cn_avx512;

const cn_kernels *cn_named(const char *name) {
    __builtin_cpu_init();
    int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                 __builtin_cpu_supports("avx512vl");
    if (!strcmp(name, cn_avx512.name)) return avx512 ? &cn_avx512 : NULL;
    if (!strcmp(name, cn_avx2.name)) return avx2 ? &cn_avx2 : NULL;
    return strcmp(name, cn_portable.name) ? NULL : &cn_portable;
}
#else
const cn_kernels *cn_named(const char *name) {
    return strcmp(name, cn_portable.name) ? NULL : &cn_portable;
}
#endif

const cn_kernels *cn_best(void) {
    const cn_kernels *best = cn_named("avx512");
    if (!best) best = cn_named("avx2");
    return best ? best : &cn_portable;
}
