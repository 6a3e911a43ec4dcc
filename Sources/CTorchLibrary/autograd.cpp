#include "guard.h"
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

using ct::guarded;

CTStatus ct_backward(CTTensor output, CTTensor gradient) {
    return guarded([&] {
        std::vector<at::Tensor> seeds;
        if (gradient) seeds.push_back(ct::tensor(gradient));
        torch::autograd::backward({ct::tensor(output)}, seeds);
    });
}

CTStatus ct_set_requires_gradient(CTTensor tensor, bool value) {
    return guarded([&] { ct::tensor(tensor).set_requires_grad(value); });
}

bool ct_requires_gradient(CTTensor tensor) { return ct::tensor(tensor).requires_grad(); }

CTStatus ct_gradient(CTTensor tensor, CTTensor *result) {
    *result = nullptr;
    return guarded([&] {
        const auto &gradient = ct::tensor(tensor).grad();
        if (gradient.defined()) *result = ct::box(gradient);
    });
}

void ct_clear_gradient(CTTensor tensor) { ct::tensor(tensor).mutable_grad().reset(); }

bool ct_gradient_mode(void) { return c10::GradMode::is_enabled(); }
void ct_set_gradient_mode(bool value) { c10::GradMode::set_enabled(value); }
