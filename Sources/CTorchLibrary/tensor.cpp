#include "guard.h"
#include <ATen/ops/empty.h>
#include <c10/core/CPUAllocator.h>

using ct::guarded;


CTStatus ct_tensor_make(const void *bytes, size_t byte_count, const int64_t *sizes, int32_t rank,
                        int32_t dtype, CTTensor *result) {
    return guarded([&] {
        auto value = at::empty(at::IntArrayRef(sizes, rank), at::ScalarType(dtype));
        TORCH_CHECK(value.nbytes() == byte_count, "a tensor of ", value.nbytes(),
                    " bytes cannot hold ", byte_count);
        if (byte_count) memcpy(value.mutable_data_ptr(), bytes, byte_count);
        *result = ct::box(std::move(value));
    });
}

void ct_tensor_free(CTTensor tensor) { delete reinterpret_cast<at::Tensor *>(tensor); }

CTTensor ct_tensor_share(CTTensor tensor) { return ct::box(ct::tensor(tensor)); }

int32_t ct_tensor_rank(CTTensor tensor) { return int32_t(ct::tensor(tensor).dim()); }

void ct_tensor_sizes(CTTensor tensor, int64_t *sizes) {
    auto values = ct::tensor(tensor).sizes();
    std::copy(values.begin(), values.end(), sizes);
}

int32_t ct_tensor_dtype(CTTensor tensor) { return int32_t(ct::tensor(tensor).scalar_type()); }

int32_t ct_tensor_device(CTTensor tensor, int32_t *index) {
    auto device = ct::tensor(tensor).device();
    *index = device.index();
    switch (device.type()) {
    case c10::DeviceType::CPU: return 0;
    case c10::DeviceType::CUDA: return 1;
    case c10::DeviceType::Meta: return 2;
    default: return -1;
    }
}

CTStatus ct_tensor_read(CTTensor tensor, void *bytes, size_t byte_count) {
    return guarded([&] {
        auto value = ct::tensor(tensor).detach().to(at::kCPU).contiguous();
        TORCH_CHECK(value.nbytes() == byte_count, "a tensor of ", value.nbytes(),
                    " bytes was asked for ", byte_count);
        if (byte_count) memcpy(bytes, value.const_data_ptr(), byte_count);
    });
}
