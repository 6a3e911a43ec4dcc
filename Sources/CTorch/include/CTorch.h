// The one door to libtorch. Every fallible function returns NULL on success or a message that
// the caller frees with ct_free_text; results go through pointers. No policy lives here.
//
// CTorch itself (door.c) holds none of libtorch: it opens libCambiumTorch.so (Sources/CTorchLibrary,
// the C++ side) when the first function is called.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct CTTensorBox *CTTensor;
typedef struct CTOperatorBox *CTOperator;
typedef char *CTStatus;

typedef enum {
    CT_NONE = 0,
    CT_TENSOR,
    CT_INTEGER,
    CT_REAL,
    CT_BOOLEAN,
    CT_INTEGERS,
    CT_REALS,
    CT_BOOLEANS,
    CT_TENSORS,
    CT_OPTIONAL_TENSORS,
    CT_STRING,
    CT_DEVICE,
} CTKind;

/// One argument or result. Lists point to `count` elements: int64_t, double, bool (as uint8_t)
/// or CTTensor (NULL allowed in CT_OPTIONAL_TENSORS). A device is its name in `pointer`.
typedef struct {
    int32_t kind;
    int32_t count;
    int64_t integer;
    double real;
    const void *pointer;
} CTValue;

/// Opens libtorch, for those who want to know whether it can be; all others do so by themselves.
CTStatus ct_open(void);
void ct_free_text(char *text);

// Operators, by schema name ("aten::conv2d", overload "").
CTStatus ct_operator(const char *name, const char *overload, CTOperator *result);
/// Missing trailing arguments take the schema's defaults. Tensor results are new handles; a
/// tensor list is flattened into `results`, whose capacity the caller states.
CTStatus ct_call(CTOperator op, const CTValue *arguments, int32_t argument_count,
                 CTValue *results, int32_t capacity, int32_t *result_count);

// Tensor life and memory.
CTStatus ct_tensor_make(const void *bytes, size_t byte_count, const int64_t *sizes, int32_t rank,
                        int32_t dtype, CTTensor *result);
void ct_tensor_free(CTTensor tensor);
/// Another handle of the same tensor.
CTTensor ct_tensor_share(CTTensor tensor);
int32_t ct_tensor_rank(CTTensor tensor);
void ct_tensor_sizes(CTTensor tensor, int64_t *sizes);
int32_t ct_tensor_dtype(CTTensor tensor);
/// 0 CPU, 1 CUDA, 2 meta, -1 other; `index` is -1 where there is none.
int32_t ct_tensor_device(CTTensor tensor, int32_t *index);
/// Copies the elements in row-major order to `bytes`, from any device and any strides.
CTStatus ct_tensor_read(CTTensor tensor, void *bytes, size_t byte_count);

// Autograd.
CTStatus ct_backward(CTTensor output, CTTensor gradient);
CTStatus ct_set_requires_gradient(CTTensor tensor, bool value);
bool ct_requires_gradient(CTTensor tensor);
/// NULL in `result` where there is no gradient.
CTStatus ct_gradient(CTTensor tensor, CTTensor *result);
void ct_clear_gradient(CTTensor tensor);
/// Work of the caller's: NULL, or a message that the other side frees. The input is given away;
/// `output` is a new handle. Autocast passes neither.
typedef CTStatus (*CTBody)(void *context, CTTensor input, CTTensor *output);
typedef void (*CTRelease)(void *context);
/// `body` of `input`, run again for its gradients instead of keeping what is between; `release`
/// is called once, when it is no longer needed. Autocast is the same both times.
CTStatus ct_checkpoint(CTTensor input, CTBody body, CTRelease release, void *context,
                       CTTensor *result);
/// Runs `body` under PyTorch's autocast to a type of 16 bits, on every device.
CTStatus ct_autocast(int32_t dtype, CTBody body, void *context);
bool ct_gradient_mode(void);
void ct_set_gradient_mode(bool value);

// Processes that work together. Times are milliseconds.
typedef struct CTStoreBox *CTStore;
typedef struct CTGroupBox *CTGroup;
typedef struct CTReducerBox *CTReducer;
typedef struct CTWatchBox *CTWatch;

/// A connection to the table where processes meet; the one that serves holds it. Waits until
/// `processes` have connected, for nobody when that is 0.
CTStatus ct_store_open(const char *host, int32_t port, bool serves, int32_t processes,
                       int64_t timeout, CTStore *result);
void ct_store_close(CTStore store);
/// The same table seen through keys that all begin with `prefix` and a slash.
CTStatus ct_store_under(CTStore store, const char *prefix, CTStore *result);
CTStatus ct_store_set(CTStore store, const char *key, const char *value);
/// NULL in `value` where nothing stands under the key; free it with ct_free_text.
CTStatus ct_store_get(CTStore store, const char *key, char **value);
/// The notes under `prefix` followed by 0, 1 ... count - 1, in one request that waits until all are
/// there; free each with ct_free_text.
CTStatus ct_store_numbered(CTStore store, const char *prefix, int32_t count, char **values);
/// Joins the processes of a store over Gloo; `address` is this machine's, as the others see it.
CTStatus ct_group_join(CTStore store, int32_t rank, int32_t size, const char *address,
                       int64_t timeout, CTGroup *result);
void ct_group_leave(CTGroup group);
/// Lets the operations on tensors of this process's GPU go over NCCL; `watch` tells what becomes of
/// them and is never freed.
CTStatus ct_group_join_gpus(CTGroup group, CTStore store, int32_t device, int64_t timeout,
                            CTWatch *watch);
/// Waits until NCCL has done its work and ends it; nothing where there is none.
CTStatus ct_group_leave_gpus(CTGroup group);
/// NULL while NCCL works; any thread may ask. Free it with ct_free_text.
char *ct_watch_trouble(CTWatch watch);
/// What no other GPU of any machine has; free it with ct_free_text.
CTStatus ct_gpu_identity(int32_t device, char **identity);
/// Replaces a tensor by its sum over the processes.
CTStatus ct_group_sum(CTGroup group, CTTensor tensor);
/// Every process's tensor, of equal shapes, by rank.
CTStatus ct_group_gather(CTGroup group, CTTensor tensor, CTTensor *results);
/// Replaces a tensor by that of one process.
CTStatus ct_group_broadcast(CTGroup group, CTTensor tensor, int32_t from);
/// Averages the parameters' gradients over the processes, in buckets of bytes, during backward
/// passes that ct_reducer_begin announced.
CTStatus ct_reducer_make(CTGroup group, const CTTensor *parameters, int32_t count,
                         int64_t first_bucket, int64_t bucket, CTReducer *result);
void ct_reducer_free(CTReducer reducer);
CTStatus ct_reducer_begin(CTReducer reducer);

// The machine.
const char *ct_version(void);
int32_t ct_threads(void);
void ct_set_threads(int32_t count);
// Gives freed memory back to the system.
void ct_return_free_memory(void);
// Threads for what the calling thread computes; other threads keep theirs.
void ct_share_threads(int32_t count);
CTStatus ct_load_library(const char *path);
int32_t ct_cuda_device_count(void);
/// Makes a device the calling thread's.
CTStatus ct_cuda_select(int32_t device);
CTStatus ct_cuda_synchronize(void);

#ifdef __cplusplus
}
#endif
