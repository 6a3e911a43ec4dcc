// libtorch's NCCL process group. A library of its own, since its header needs CUDA's: it is built
// where those are and opened where there is a GPU.
#define USE_C10D_NCCL 1
#define USE_DISTRIBUTED 1
#include "../CTorchLibrary/nccl.h"
#include <ATen/cuda/CUDAContext.h>
#include <c10/util/env.h>
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

static std::string identity(int device) {
    static const char digits[] = "0123456789abcdef";
    std::string text;
    for (char byte : at::cuda::getDeviceProperties(c10::DeviceIndex(device))->uuid.bytes) {
        text += digits[uint8_t(byte) >> 4];
        text += digits[uint8_t(byte) & 15];
    }
    return text;
}

static void set_unless_set(const char *name, const char *value) {
    if (!c10::utils::get_env(name).has_value()) c10::utils::set_env(name, value);
}

static c10::intrusive_ptr<c10d::Backend> join(const c10::intrusive_ptr<c10d::Store> &store,
                                              int rank, int size, int device,
                                              std::chrono::milliseconds timeout) {
    // What libtorch's watchdog finds is read with getError, by a thread that can name the rank that
    // is gone. Until then operations stay stuck: communicators that are broken off let the main
    // thread go on with wrong numbers, and a watchdog that throws aborts the process.
    set_unless_set("TORCH_NCCL_ASYNC_ERROR_HANDLING", "0");
    // No file of what the others did before.
    set_unless_set("TORCH_NCCL_DUMP_ON_TIMEOUT", "0");
    auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = timeout;
    auto backend = c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, size, options);
    // Now rather than at the first operation: what is wrong shows here.
    backend->eagerConnectSingleDevice(at::Device(at::kCUDA, c10::DeviceIndex(device)));
    return backend;
}

const ct::NCCL *cambium_nccl(void) {
    static const ct::NCCL table{identity, join};
    return &table;
}
