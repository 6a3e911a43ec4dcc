// Activation checkpointing: a piece of the network keeps its input alone and is run again when its
// gradients are wanted; and autocast, which has to be the same both times.
#include "guard.h"
#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

using ct::guarded;
namespace autograd = torch::autograd;

static constexpr c10::DeviceType kinds[] = {c10::DeviceType::CPU, c10::DeviceType::CUDA};

struct AutocastState {
    bool enabled[2];
    at::ScalarType types[2];

    static AutocastState current() {
        AutocastState state{};
        for (int i = 0; i < 2; i++) {
            state.enabled[i] = at::autocast::is_autocast_enabled(kinds[i]);
            state.types[i] = at::autocast::get_autocast_dtype(kinds[i]);
        }
        return state;
    }
    void apply() const {
        for (int i = 0; i < 2; i++) {
            at::autocast::set_autocast_enabled(kinds[i], enabled[i]);
            at::autocast::set_autocast_dtype(kinds[i], types[i]);
        }
    }
};

struct AutocastScope {
    AutocastState before = AutocastState::current();
    explicit AutocastScope(const AutocastState &state) {
        at::autocast::increment_nesting();
        state.apply();
    }
    ~AutocastScope() {
        // Weights that were cast for this scope must not outlive it.
        if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
        before.apply();
    }
};

CTStatus ct_autocast(int32_t dtype, CTBody body, void *context) {
    return guarded([&] {
        AutocastState state = AutocastState::current();
        for (int i = 0; i < 2; i++) {
            state.enabled[i] = true;
            state.types[i] = at::ScalarType(dtype);
        }
        AutocastScope scope(state);
        body(context, nullptr, nullptr);
    });
}

struct Piece {
    const CTBody body;
    const CTRelease release;
    void *const context;
    const AutocastState autocast = AutocastState::current();

    Piece(CTBody body, CTRelease release, void *context)
        : body(body), release(release), context(context) {}
    Piece(const Piece &) = delete;
    ~Piece() { release(context); }

    at::Tensor run(const at::Tensor &input) const {
        AutocastScope scope(autocast);
        CTTensor output = nullptr;
        CTStatus status = body(context, ct::box(input), &output);
        if (status) {
            std::string message(status);
            free(status);
            TORCH_CHECK(false, message);
        }
        at::Tensor result = std::move(ct::tensor(output));
        ct_tensor_free(output);
        return result;
    }
};

struct Checkpoint : autograd::Function<Checkpoint> {
    static at::Tensor forward(autograd::AutogradContext *context, const at::Tensor &input,
                              const std::shared_ptr<Piece> &piece) {
        context->save_for_backward({input});
        context->saved_data["piece"] =
            c10::IValue::make_capsule(c10::make_intrusive<Holder>(piece));
        return piece->run(input.detach());
    }

    static autograd::variable_list backward(autograd::AutogradContext *context,
                                            const autograd::variable_list &gradients) {
        auto holder = context->saved_data["piece"].toCapsule();
        auto &piece = static_cast<Holder *>(holder.get())->piece;
        c10::AutoGradMode enabled(true);
        auto input = context->get_saved_variables()[0].detach();
        input.set_requires_grad(true);
        auto output = piece->run(input);
        autograd::backward({output}, {gradients[0]});
        return {input.grad(), at::Tensor()};
    }

    struct Holder : torch::CustomClassHolder {
        std::shared_ptr<Piece> piece;
        explicit Holder(std::shared_ptr<Piece> value) : piece(std::move(value)) {}
    };
};

CTStatus ct_checkpoint(CTTensor input, CTBody body, CTRelease release, void *context,
                       CTTensor *result) {
    *result = nullptr;
    auto piece = std::make_shared<Piece>(body, release, context);
    return guarded([&] { *result = ct::box(Checkpoint::apply(ct::tensor(input), piece)); });
}
