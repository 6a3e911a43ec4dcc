#include "guard.h"
#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>

using ct::guarded;

static const c10::OperatorHandle &schema(CTOperator op) {
    return *reinterpret_cast<const c10::OperatorHandle *>(op);
}

template <typename Element, typename Source> static c10::IValue list(const CTValue &value) {
    c10::List<Element> values;
    values.reserve(value.count);
    auto source = static_cast<const Source *>(value.pointer);
    for (int32_t i = 0; i < value.count; i++) values.push_back(static_cast<Element>(source[i]));
    return values;
}

static c10::IValue unpack(const CTValue &value) {
    auto tensors = static_cast<const CTTensor *>(value.pointer);
    switch (value.kind) {
    case CT_TENSOR: return ct::tensor(tensors ? *tensors : nullptr);
    case CT_INTEGER: return value.integer;
    case CT_REAL: return value.real;
    case CT_BOOLEAN: return value.integer != 0;
    case CT_INTEGERS: return list<int64_t, int64_t>(value);
    case CT_REALS: return list<double, double>(value);
    case CT_BOOLEANS: return list<bool, uint8_t>(value);
    case CT_TENSORS: {
        c10::List<at::Tensor> values;
        values.reserve(value.count);
        for (int32_t i = 0; i < value.count; i++) values.push_back(ct::tensor(tensors[i]));
        return values;
    }
    case CT_OPTIONAL_TENSORS: {
        c10::List<std::optional<at::Tensor>> values;
        for (int32_t i = 0; i < value.count; i++) {
            if (tensors[i]) values.push_back(ct::tensor(tensors[i]));
            else values.push_back(std::nullopt);
        }
        return values;
    }
    case CT_STRING: return std::string(static_cast<const char *>(value.pointer));
    case CT_DEVICE: return c10::Device(std::string(static_cast<const char *>(value.pointer)));
    default: return c10::IValue();
    }
}

static void give(const at::Tensor &value, CTValue *results, int32_t capacity, int32_t &count) {
    TORCH_CHECK(count < capacity, "more results than the caller has room for");
    CTValue &result = results[count++];
    result.kind = value.defined() ? CT_TENSOR : CT_NONE;
    result.pointer = value.defined() ? ct::box(value) : nullptr;
}

static void pack(const c10::IValue &value, CTValue *results, int32_t capacity, int32_t &count) {
    if (value.isTensor()) return give(value.toTensor(), results, capacity, count);
    if (value.isTensorList()) {
        for (const at::Tensor &element : value.toTensorList())
            give(element, results, capacity, count);
        return;
    }
    TORCH_CHECK(count < capacity, "more results than the caller has room for");
    CTValue &result = results[count++];
    if (value.isInt()) result = {CT_INTEGER, 0, value.toInt(), 0, nullptr};
    else if (value.isDouble()) result = {CT_REAL, 0, 0, value.toDouble(), nullptr};
    else if (value.isBool()) result = {CT_BOOLEAN, 0, value.toBool(), 0, nullptr};
    else TORCH_CHECK(false, "a result of type ", value.tagKind(), " has no C form");
}

CTStatus ct_operator(const char *name, const char *overload, CTOperator *result) {
    return guarded([&] {
        auto handle = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
        *result = reinterpret_cast<CTOperator>(new c10::OperatorHandle(handle));
    });
}

CTStatus ct_call(CTOperator op, const CTValue *arguments, int32_t argument_count,
                 CTValue *results, int32_t capacity, int32_t *result_count) {
    *result_count = 0;
    return guarded([&] {
        const auto &handle = schema(op);
        const auto &declared = handle.schema().arguments();
        TORCH_CHECK(size_t(argument_count) <= declared.size(), "takes at most ", declared.size(),
                    " arguments, got ", argument_count);
        torch::jit::Stack stack;
        stack.reserve(declared.size());
        for (int32_t i = 0; i < argument_count; i++) stack.push_back(unpack(arguments[i]));
        for (size_t i = argument_count; i < declared.size(); i++) {
            TORCH_CHECK(declared[i].default_value(), "argument ", declared[i].name(), " is missing");
            stack.push_back(*declared[i].default_value());
        }
        handle.callBoxed(&stack);
        for (const auto &value : stack) pack(value, results, capacity, *result_count);
    });
}
