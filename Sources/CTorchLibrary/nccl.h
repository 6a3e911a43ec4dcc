// What libCambiumNCCL gives this library, which opens it where a group computes on GPUs.
#pragma once
#include <chrono>
#include <string>
#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

namespace ct {

struct NCCL {
    /// What no other GPU of any machine has.
    std::string (*identity)(int device);
    /// Joins the processes of a store, each with its GPU; an operation that takes longer than
    /// `timeout` is an error.
    c10::intrusive_ptr<c10d::Backend> (*join)(const c10::intrusive_ptr<c10d::Store> &store,
                                              int rank, int size, int device,
                                              std::chrono::milliseconds timeout);
};

}  // namespace ct

extern "C" __attribute__((visibility("default"))) const ct::NCCL *cambium_nccl(void);
