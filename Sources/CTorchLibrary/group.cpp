// Processes that work together: libtorch's TCPStore, its Gloo process group and its Reducer.
#define USE_C10D_GLOO 1
#define USE_DISTRIBUTED 1
#include "guard.h"
#include "nccl.h"
#include <c10/util/Logging.h>
#include <c10/util/env.h>
#include <chrono>
#include <dlfcn.h>
#include <mutex>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/csrc/distributed/c10d/reducer.hpp>

using ct::guarded;

struct CTStoreBox {
    c10::intrusive_ptr<c10d::Store> store;
};

struct CTGroupBox {
    c10::intrusive_ptr<c10d::ProcessGroup> group;
    /// NCCL's part; null where all tensors are the processor's.
    c10::intrusive_ptr<c10d::Backend> gpus;
};

struct CTWatchBox {
    c10::intrusive_ptr<c10d::Backend> gpus;
    std::chrono::milliseconds timeout;
};

struct CTReducerBox {
    std::unique_ptr<c10d::Reducer> reducer;
};

CTStatus ct_store_open(const char *host, int32_t port, bool serves, int32_t processes,
                       int64_t timeout, CTStore *result) {
    return guarded([&] {
        static const bool logs = [] {
            // What is wrong is said by the status that comes back. libtorch would also print it,
            // with backtraces, and more of what it only tried; whoever wants that asks for it, as
            // in Python.
            if (!c10::utils::get_env("TORCH_CPP_LOG_LEVEL").has_value())
                FLAGS_caffe2_log_level = c10::GLOG_FATAL;
            else
                c10::initLogging();
            return true;
        }();
        (void)logs;
        c10d::TCPStoreOptions options;
        options.port = uint16_t(port);
        options.isServer = serves;
        if (processes > 0) options.numWorkers = size_t(processes);
        options.timeout = std::chrono::milliseconds(timeout);
        *result = new CTStoreBox{c10::make_intrusive<c10d::TCPStore>(host, options)};
    });
}

void ct_store_close(CTStore store) { delete store; }

CTStatus ct_store_under(CTStore store, const char *prefix, CTStore *result) {
    return guarded([&] {
        *result = new CTStoreBox{c10::make_intrusive<c10d::PrefixStore>(prefix, store->store)};
    });
}

CTStatus ct_store_set(CTStore store, const char *key, const char *value) {
    return guarded([&] {
        store->store->set(key, std::vector<uint8_t>(value, value + strlen(value)));
    });
}

CTStatus ct_store_get(CTStore store, const char *key, char **value) {
    *value = nullptr;
    return guarded([&] {
        if (!store->store->check({key})) return;
        auto bytes = store->store->get(key);
        *value = ct::text(std::string(bytes.begin(), bytes.end()));
    });
}

CTStatus ct_store_numbered(CTStore store, const char *prefix, int32_t count, char **values) {
    return guarded([&] {
        std::vector<std::string> keys;
        for (int32_t i = 0; i < count; i++) keys.push_back(prefix + std::to_string(i));
        auto found = store->store->multiGet(keys);
        for (size_t i = 0; i < found.size(); i++)
            values[i] = ct::text(std::string(found[i].begin(), found[i].end()));
    });
}

CTStatus ct_group_join(CTStore store, int32_t rank, int32_t size, const char *address,
                       int64_t timeout, CTGroup *result) {
    return guarded([&] {
        // libtorch notes each collective for a dump that only Python asks for, and notes a group's
        // first one in a std::map outside its lock: two groups in one process can crash there.
        static const bool recorder = [] {
            if (!c10::utils::get_env("TORCH_FR_BUFFER_SIZE").has_value())
                c10::utils::set_env("TORCH_FR_BUFFER_SIZE", "0");
            return true;
        }();
        (void)recorder;
        auto options = c10d::ProcessGroupGloo::Options::create(std::chrono::milliseconds(timeout));
        {
            // Gloo looks interfaces up in a table that it fills without a lock.
            static std::mutex lock;
            std::lock_guard<std::mutex> guard(lock);
            options->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname(address));
        }
        auto gloo =
            c10::make_intrusive<c10d::ProcessGroupGloo>(store->store, rank, size, options);
        auto group = c10::make_intrusive<c10d::ProcessGroup>(store->store, rank, size);
        group->setBackend(c10::DeviceType::CPU, c10d::ProcessGroup::BackendType::GLOO, gloo);
        group->setDefaultBackend(c10d::ProcessGroup::BackendType::GLOO);
        *result = new CTGroupBox{group};
    });
}

void ct_group_leave(CTGroup group) { delete group; }

// Beside this library, as this one stands beside the program.
static const ct::NCCL &nccl() {
    static const ct::NCCL *const table = [] {
        Dl_info own{};
        TORCH_CHECK(dladdr(reinterpret_cast<void *>(&nccl), &own), "this library has no place");
        std::string path(own.dli_fname);
        path.replace(path.rfind('/') + 1, std::string::npos, "libCambiumNCCL.so");
        void *library = dlopen(path.c_str(), RTLD_NOW);
        TORCH_CHECK(library, "NCCL's library cannot be opened: ", dlerror(),
                    "; with CUDA's headers in .deps (make setup where there is a driver) the "
                    "build makes it");
        void *found = dlsym(library, "cambium_nccl");
        TORCH_CHECK(found, path, " lacks cambium_nccl");
        return reinterpret_cast<decltype(&cambium_nccl)>(found)();
    }();
    return *table;
}

CTStatus ct_gpu_identity(int32_t device, char **identity) {
    *identity = nullptr;
    return guarded([&] { *identity = ct::text(nccl().identity(device)); });
}

CTStatus ct_group_join_gpus(CTGroup group, CTStore store, int32_t device, int64_t timeout,
                            CTWatch *watch) {
    return guarded([&] {
        auto limit = std::chrono::milliseconds(timeout);
        auto apart = c10::make_intrusive<c10d::PrefixStore>("nccl", store->store);
        auto [rank, size] = std::pair(group->group->getRank(), group->group->getSize());
        group->gpus = nccl().join(apart, rank, size, device, limit);
        group->group->setBackend(c10::DeviceType::CUDA, c10d::ProcessGroup::BackendType::NCCL,
                                 group->gpus);
        *watch = new CTWatchBox{group->gpus, limit};
    });
}

CTStatus ct_group_leave_gpus(CTGroup group) {
    return guarded([&] {
        if (group->gpus) group->gpus->shutdown();
    });
}

char *ct_watch_trouble(CTWatch watch) {
    try {
        switch (watch->gpus->getError()) {
        case c10d::ErrorType::SUCCESS: return nullptr;
        case c10d::ErrorType::TIMEOUT:
            return ct::text("an operation did not end within " +
                            std::to_string(watch->timeout.count() / 1000) + " s");
        default: return ct::text("an operation broke off");
        }
    } catch (const std::exception &error) {
        return ct::text(error.what());
    }
}

CTStatus ct_group_sum(CTGroup group, CTTensor tensor) {
    return guarded([&] {
        std::vector<at::Tensor> tensors{ct::tensor(tensor)};
        group->group->allreduce(tensors)->wait();
    });
}

CTStatus ct_group_gather(CTGroup group, CTTensor tensor, CTTensor *results) {
    return guarded([&] {
        std::vector<at::Tensor> inputs{ct::tensor(tensor)};
        std::vector<std::vector<at::Tensor>> outputs(1);
        for (int i = 0; i < group->group->getSize(); i++)
            outputs[0].push_back(at::empty_like(inputs[0]));
        group->group->allgather(outputs, inputs)->wait();
        for (size_t i = 0; i < outputs[0].size(); i++) results[i] = ct::box(outputs[0][i]);
    });
}

CTStatus ct_group_broadcast(CTGroup group, CTTensor tensor, int32_t from) {
    return guarded([&] {
        std::vector<at::Tensor> tensors{ct::tensor(tensor)};
        c10d::BroadcastOptions options;
        options.rootRank = from;
        group->group->broadcast(tensors, options)->wait();
    });
}

CTStatus ct_reducer_make(CTGroup group, CTTensor const *parameters, int32_t count,
                         int64_t first_bucket, int64_t bucket, CTReducer *result) {
    return guarded([&] {
        std::vector<at::Tensor> tensors;
        for (int32_t i = 0; i < count; i++) tensors.push_back(ct::tensor(parameters[i]));
        std::vector<bool> sparse(size_t(count), false);
        auto buckets = std::get<0>(c10d::compute_bucket_assignment_by_size(
            tensors, {size_t(first_bucket), size_t(bucket)}, sparse));
        // Gradients come in the reverse of the order of construction.
        std::reverse(buckets.begin(), buckets.end());
        auto reducer = std::make_unique<c10d::Reducer>(
            tensors, buckets, group->group, sparse, bucket, /*find_unused_parameters=*/false,
            /*gradient_as_bucket_view=*/true, std::unordered_map<size_t, std::string>(),
            first_bucket, /*skip_all_reduce_unused_params=*/false, /*use_python_reducer=*/false,
            std::vector<int64_t>());
        *result = new CTReducerBox{std::move(reducer)};
    });
}

void ct_reducer_free(CTReducer reducer) {
    try {
        delete reducer;
    } catch (...) {
        // Its threads may be waiting for a process that is gone.
    }
}

CTStatus ct_reducer_begin(CTReducer reducer) {
    return guarded([&] {
        reducer->reducer->rebuild_buckets();
        reducer->reducer->prepare_for_backward({});
    });
}
