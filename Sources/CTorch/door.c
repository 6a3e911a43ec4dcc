// What Swift links: the first call of any function opens libtorch's library and finds all of its
// functions; every call goes on there. So a command that needs no tensor starts in milliseconds and
// without libtorch's 120 MB.

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
static char problem[1024];

// Where the library's functions are; written by the one thread that opens it, before any other may
// read.
static struct {
#define FALLIBLE(name, parameters, arguments) CTStatus(*name) parameters;
#define SAFE(type, name, parameters, arguments) type(*name) parameters;
#include "functions.h"
#undef FALLIBLE
#undef SAFE
} door;
static bool is_open;

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
    void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    if (!library) {
        snprintf(problem, sizeof problem, "libtorch cannot be opened: %s; %s", dlerror(),
                 torch && *torch
                     ? "CAMBIUM_TORCH has to name the folder of torch 2.11.0"
                     : "build again (make build), or name the folder of torch 2.11.0 in "
                       "CAMBIUM_TORCH");
        return;
    }
#define FIND(name)                                                                   \
    if (!(door.name = (__typeof__(door.name))dlsym(library, #name))) {               \
        snprintf(problem, sizeof problem, "%s lacks %s; build again (make build)",   \
                 library_name, #name);                                               \
        return;                                                                      \
    }
#define FALLIBLE(name, parameters, arguments) FIND(name)
#define SAFE(type, name, parameters, arguments) FIND(name)
#include "functions.h"
#undef FALLIBLE
#undef SAFE
    is_open = true;
}

static bool opened(void) {
    pthread_once(&once, open_library);
    return is_open;
}

// For functions that cannot fail: as when a program's libraries are missing at its start.
static void demand(void) {
    if (opened()) return;
    fprintf(stderr, "cambium: error: %s\n", problem);
    _exit(1);
}

CTStatus ct_open(void) { return opened() ? NULL : strdup(problem); }

void ct_return_free_memory(void) { malloc_trim(0); }

// Messages come from this side too, when the library cannot be opened.
void ct_free_text(char *text) { free(text); }

#define FALLIBLE(name, parameters, arguments)                                        \
    CTStatus name parameters {                                                       \
        if (!opened()) return strdup(problem);                                       \
        return door.name arguments;                                                  \
    }
#define SAFE(type, name, parameters, arguments)                                      \
    type name parameters {                                                           \
        demand();                                                                    \
        return door.name arguments;                                                  \
    }
#include "functions.h"

