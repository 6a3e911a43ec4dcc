#include "guard.h"
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <dlfcn.h>
#include <string>
#include <torch/version.h>
#include <unistd.h>

using ct::guarded;

const char *ct_version(void) { return TORCH_VERSION; }
int32_t ct_threads(void) { return at::get_num_threads(); }
void ct_set_threads(int32_t count) { at::set_num_threads(count); }

// MKL is inside libtorch on x86 and absent elsewhere.
extern "C" __attribute__((weak)) int MKL_Set_Num_Threads_Local(int);

void ct_share_threads(int32_t count) {
    // Sets this thread up first: libtorch does so once a thread and would undo what follows.
    at::get_num_threads();
    // at::set_num_threads would also decide for every thread that computes for the first time later.
    static auto set = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
    if (set) set(count);
    if (MKL_Set_Num_Threads_Local) MKL_Set_Num_Threads_Local(count);
}

CTStatus ct_load_library(const char *name) {
    // Beside the libtorch that is open, wherever that stands.
    std::string path = name;
    Dl_info own{};
    if (dladdr(reinterpret_cast<void *>(&at::get_num_threads), &own)) {
        std::string beside(own.dli_fname);
        beside.replace(beside.rfind('/') + 1, std::string::npos, name);
        if (access(beside.c_str(), F_OK) == 0) path = beside;
    }
    // Global: libtorch_cuda registers its kernels and hooks while it is loaded.
    if (dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL)) return nullptr;
    return ct::text(dlerror());
}

int32_t ct_cuda_device_count(void) {
    try {
        return at::globalContext().hasCUDA() ? at::detail::getCUDAHooks().deviceCount() : 0;
    } catch (...) {
        return 0;
    }
}

CTStatus ct_cuda_select(int32_t device) {
    return guarded([&] {
        c10::impl::VirtualGuardImpl guard(c10::DeviceType::CUDA);
        guard.setDevice(c10::Device(c10::DeviceType::CUDA, c10::DeviceIndex(device)));
    });
}

CTStatus ct_cuda_synchronize(void) {
    return guarded([] {
        c10::impl::VirtualGuardImpl guard(c10::DeviceType::CUDA);
        guard.synchronizeDevice(guard.getDevice().index());
    });
}

void ct_set_deterministic(bool value) {
    at::globalContext().setDeterministicAlgorithms(value, /*warn_only=*/true);
    at::globalContext().setBenchmarkCuDNN(!value);
}
