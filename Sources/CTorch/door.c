// What Swift links: each function opens libtorch's library when it is first called and goes on
// there. So a command that needs no tensor starts in milliseconds and without libtorch's 120 MB.

// readlink and strdup are POSIX, which -std=c17 hides.
#define _GNU_SOURCE 1
#include "CTorch.h"

#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char library_name[] = "libCambiumTorch.so";
static pthread_once_t once = PTHREAD_ONCE_INIT;
static void *library;
static char problem[1024];

// In an install libtorch is the torch wheel's, named by CAMBIUM_TORCH: a library that is open already
// is what the loader gives to the one that needs it. The build's own library knows its folder.
static bool open_torch(const char *folder) {
    static const char *const names[] = {"libc10.so", "libtorch_cpu.so"};
    char path[4096];
    snprintf(path, sizeof path, "%s/lib/%s", folder, names[1]);
    const char *part = access(path, F_OK) == 0 ? "/lib" : "";
    for (int index = 0; index < 2; index++) {
        snprintf(path, sizeof path, "%s%s/%s", folder, part, names[index]);
        if (access(path, F_OK) != 0) {
            snprintf(problem, sizeof problem,
                     "libtorch cannot be opened: CAMBIUM_TORCH=%s has no lib/%s; name there the "
                     "folder `torch` of an installed or unpacked torch 2.11.0",
                     folder, names[index]);
            return false;
        }
        if (!dlopen(path, RTLD_NOW | RTLD_GLOBAL)) {
            snprintf(problem, sizeof problem, "libtorch cannot be opened: %s", dlerror());
            return false;
        }
    }
    return true;
}

// Beside the program: the build and an install put both into one folder.
static void open_library(void) {
    const char *torch = getenv("CAMBIUM_TORCH");
    if (torch && *torch && !open_torch(torch)) return;
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof library_name - 1);
    if (length <= 0) {
        snprintf(problem, sizeof problem, "cannot tell where this program stands");
        return;
    }
    path[length] = 0;
    char *slash = strrchr(path, '/');
    memcpy(slash ? slash + 1 : path, library_name, sizeof library_name);
    // Global: libtorch_cuda, opened later, looks for its base among the global symbols.
    library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    if (library) return;
    snprintf(problem, sizeof problem, "libtorch cannot be opened: %s; %s", dlerror(),
             torch && *torch ? "CAMBIUM_TORCH has to name the folder of torch 2.11.0"
                             : "build again (make build), or name the folder of torch 2.11.0 in "
                               "CAMBIUM_TORCH");
}

static void *find(const char *name) {
    pthread_once(&once, open_library);
    void *function = library ? dlsym(library, name) : NULL;
    if (library && !function)
        snprintf(problem, sizeof problem, "%s lacks %s; build again (make build)", library_name,
                 name);
    return function;
}

// For functions that cannot fail: as when a program's libraries are missing at its start.
static void *demand(const char *name) {
    void *function = find(name);
    if (function) return function;
    fprintf(stderr, "cambium: error: %s\n", problem);
    _exit(1);
}

CTStatus ct_open(void) { return find("ct_call") ? NULL : strdup(problem); }

#define FALLIBLE(name, parameters, arguments)                                        \
    CTStatus name parameters {                                                       \
        static CTStatus(*function) parameters;                                       \
        if (!function && !(function = (CTStatus(*) parameters)find(#name)))          \
            return strdup(problem);                                                  \
        return function arguments;                                                   \
    }
#define SAFE(type, name, parameters, arguments)                                      \
    type name parameters {                                                           \
        static type(*function) parameters;                                           \
        if (!function) function = (type(*) parameters)demand(#name);                 \
        return function arguments;                                                   \
    }

void ct_return_free_memory(void) { malloc_trim(0); }

// Messages come from this side too, when the library cannot be opened.
void ct_free_text(char *text) { free(text); }

FALLIBLE(ct_operator, (const char *name, const char *overload, CTOperator *result),
         (name, overload, result))
FALLIBLE(ct_call,
         (CTOperator op, const CTValue *arguments, int32_t argument_count, CTValue *results,
          int32_t capacity, int32_t *result_count),
         (op, arguments, argument_count, results, capacity, result_count))
FALLIBLE(ct_tensor_make,
         (const void *bytes, size_t byte_count, const int64_t *sizes, int32_t rank, int32_t dtype,
          CTTensor *result),
         (bytes, byte_count, sizes, rank, dtype, result))
SAFE(void, ct_tensor_free, (CTTensor tensor), (tensor))
SAFE(CTTensor, ct_tensor_share, (CTTensor tensor), (tensor))
SAFE(int32_t, ct_tensor_rank, (CTTensor tensor), (tensor))
SAFE(void, ct_tensor_sizes, (CTTensor tensor, int64_t *sizes), (tensor, sizes))
SAFE(int32_t, ct_tensor_dtype, (CTTensor tensor), (tensor))
SAFE(int32_t, ct_tensor_device, (CTTensor tensor, int32_t *index), (tensor, index))
FALLIBLE(ct_tensor_read, (CTTensor tensor, void *bytes, size_t byte_count),
         (tensor, bytes, byte_count))
FALLIBLE(ct_backward, (CTTensor output, CTTensor gradient), (output, gradient))
FALLIBLE(ct_set_requires_gradient, (CTTensor tensor, bool value), (tensor, value))
SAFE(bool, ct_requires_gradient, (CTTensor tensor), (tensor))
FALLIBLE(ct_gradient, (CTTensor tensor, CTTensor *result), (tensor, result))
SAFE(void, ct_clear_gradient, (CTTensor tensor), (tensor))
FALLIBLE(ct_checkpoint,
         (CTTensor input, CTBody body, CTRelease release, void *context, CTTensor *result),
         (input, body, release, context, result))
FALLIBLE(ct_autocast, (int32_t dtype, CTBody body, void *context), (dtype, body, context))
SAFE(bool, ct_gradient_mode, (void), ())
SAFE(void, ct_set_gradient_mode, (bool value), (value))
SAFE(const char *, ct_version, (void), ())
SAFE(int32_t, ct_threads, (void), ())
SAFE(void, ct_set_threads, (int32_t count), (count))
SAFE(void, ct_share_threads, (int32_t count), (count))
FALLIBLE(ct_load_library, (const char *path), (path))
SAFE(int32_t, ct_cuda_device_count, (void), ())
FALLIBLE(ct_cuda_select, (int32_t device), (device))
FALLIBLE(ct_cuda_synchronize, (void), ())
SAFE(void, ct_set_deterministic, (bool value), (value))
FALLIBLE(ct_store_open,
         (const char *host, int32_t port, bool serves, int32_t processes, int64_t timeout,
          CTStore *result),
         (host, port, serves, processes, timeout, result))
SAFE(void, ct_store_close, (CTStore store), (store))
FALLIBLE(ct_store_under, (CTStore store, const char *prefix, CTStore *result),
         (store, prefix, result))
FALLIBLE(ct_store_numbered, (CTStore store, const char *prefix, int32_t count, char **values),
         (store, prefix, count, values))
FALLIBLE(ct_store_set, (CTStore store, const char *key, const char *value), (store, key, value))
FALLIBLE(ct_store_get, (CTStore store, const char *key, char **value), (store, key, value))
FALLIBLE(ct_group_join,
         (CTStore store, int32_t rank, int32_t size, const char *address, int64_t timeout,
          CTGroup *result),
         (store, rank, size, address, timeout, result))
SAFE(void, ct_group_leave, (CTGroup group), (group))
FALLIBLE(ct_group_join_gpus,
         (CTGroup group, CTStore store, int32_t device, int64_t timeout, CTWatch *watch),
         (group, store, device, timeout, watch))
FALLIBLE(ct_group_leave_gpus, (CTGroup group), (group))
SAFE(char *, ct_watch_trouble, (CTWatch watch), (watch))
FALLIBLE(ct_gpu_identity, (int32_t device, char **identity), (device, identity))
FALLIBLE(ct_group_sum, (CTGroup group, CTTensor tensor), (group, tensor))
FALLIBLE(ct_group_gather, (CTGroup group, CTTensor tensor, CTTensor *results),
         (group, tensor, results))
FALLIBLE(ct_group_broadcast, (CTGroup group, CTTensor tensor, int32_t from),
         (group, tensor, from))
FALLIBLE(ct_reducer_make,
         (CTGroup group, const CTTensor *parameters, int32_t count, int64_t first_bucket,
          int64_t bucket, CTReducer *result),
         (group, parameters, count, first_bucket, bucket, result))
SAFE(void, ct_reducer_free, (CTReducer reducer), (reducer))
FALLIBLE(ct_reducer_begin, (CTReducer reducer), (reducer))
