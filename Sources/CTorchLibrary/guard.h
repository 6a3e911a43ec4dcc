// One guard around every body: a C++ exception must never reach Swift.
#pragma once
#include "CTorch.h"
#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>
#include <cstring>
#include <string>

namespace ct {

inline CTStatus text(const std::string &message) { return strdup(message.c_str()); }

template <typename Body> CTStatus guarded(Body body) noexcept {
    try {
        body();
        return nullptr;
    } catch (const c10::Error &error) {
        return text(error.what_without_backtrace());
    } catch (const std::exception &error) {
        return text(error.what());
    } catch (...) {
        return text("an unknown C++ exception");
    }
}

inline at::Tensor &tensor(CTTensor handle) { return *reinterpret_cast<at::Tensor *>(handle); }
inline CTTensor box(at::Tensor value) {
    return reinterpret_cast<CTTensor>(new at::Tensor(std::move(value)));
}

}  // namespace ct
