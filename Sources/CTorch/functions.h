// The library's functions, but for the two that the door has itself: FALLIBLE(name, parameters,
// arguments) gives a status, SAFE(type, name, parameters, arguments) cannot fail. Included once for
// each thing that is made of the list, so it has no guard.

FALLIBLE(ct_operator, (const char *name, const char *overload, CTOperator *result),
         (name, overload, result))
FALLIBLE(ct_call,
         (CTOperator op, const CTValue *arguments, int32_t argument_count, CTValue *results,
          int32_t capacity, int32_t *result_count),
         (op, arguments, argument_count, results, capacity, result_count))
FALLIBLE(ct_tensor_make,
         (const void *bytes, size_t byte_count, const int64_t *sizes, int32_t rank, int32_t dtype,
          CTTensor *result),
         (bytes, byte_count, sizes, rank, dtype, result))
SAFE(void, ct_tensor_free, (CTTensor tensor), (tensor))
SAFE(CTTensor, ct_tensor_share, (CTTensor tensor), (tensor))
SAFE(int32_t, ct_tensor_rank, (CTTensor tensor), (tensor))
SAFE(void, ct_tensor_sizes, (CTTensor tensor, int64_t *sizes), (tensor, sizes))
SAFE(int32_t, ct_tensor_dtype, (CTTensor tensor), (tensor))
SAFE(int32_t, ct_tensor_device, (CTTensor tensor, int32_t *index), (tensor, index))
FALLIBLE(ct_tensor_read, (CTTensor tensor, void *bytes, size_t byte_count),
         (tensor, bytes, byte_count))
FALLIBLE(ct_backward, (CTTensor output, CTTensor gradient), (output, gradient))
FALLIBLE(ct_set_requires_gradient, (CTTensor tensor, bool value), (tensor, value))
SAFE(bool, ct_requires_gradient, (CTTensor tensor), (tensor))
FALLIBLE(ct_gradient, (CTTensor tensor, CTTensor *result), (tensor, result))
SAFE(void, ct_clear_gradient, (CTTensor tensor), (tensor))
FALLIBLE(ct_checkpoint,
         (CTTensor input, CTBody body, CTRelease release, void *context, CTTensor *result),
         (input, body, release, context, result))
FALLIBLE(ct_autocast, (int32_t dtype, CTBody body, void *context), (dtype, body, context))
SAFE(bool, ct_gradient_mode, (void), ())
SAFE(void, ct_set_gradient_mode, (bool value), (value))
SAFE(const char *, ct_version, (void), ())
SAFE(int32_t, ct_threads, (void), ())
SAFE(void, ct_set_threads, (int32_t count), (count))
SAFE(void, ct_share_threads, (int32_t count), (count))
FALLIBLE(ct_load_library, (const char *path), (path))
SAFE(int32_t, ct_cuda_device_count, (void), ())
FALLIBLE(ct_cuda_select, (int32_t device), (device))
FALLIBLE(ct_cuda_synchronize, (void), ())
FALLIBLE(ct_store_open,
         (const char *host, int32_t port, bool serves, int32_t processes, int64_t timeout,
          CTStore *result),
         (host, port, serves, processes, timeout, result))
SAFE(void, ct_store_close, (CTStore store), (store))
FALLIBLE(ct_store_under, (CTStore store, const char *prefix, CTStore *result),
         (store, prefix, result))
FALLIBLE(ct_store_numbered, (CTStore store, const char *prefix, int32_t count, char **values),
         (store, prefix, count, values))
FALLIBLE(ct_store_set, (CTStore store, const char *key, const char *value), (store, key, value))
FALLIBLE(ct_store_get, (CTStore store, const char *key, char **value), (store, key, value))
FALLIBLE(ct_group_join,
         (CTStore store, int32_t rank, int32_t size, const char *address, int64_t timeout,
          CTGroup *result),
         (store, rank, size, address, timeout, result))
SAFE(void, ct_group_leave, (CTGroup group), (group))
FALLIBLE(ct_group_join_gpus,
         (CTGroup group, CTStore store, int32_t device, int64_t timeout, CTWatch *watch),
         (group, store, device, timeout, watch))
FALLIBLE(ct_group_leave_gpus, (CTGroup group), (group))
SAFE(char *, ct_watch_trouble, (CTWatch watch), (watch))
FALLIBLE(ct_gpu_identity, (int32_t device, char **identity), (device, identity))
FALLIBLE(ct_group_sum, (CTGroup group, CTTensor tensor), (group, tensor))
FALLIBLE(ct_group_gather, (CTGroup group, CTTensor tensor, CTTensor *results),
         (group, tensor, results))
FALLIBLE(ct_group_broadcast, (CTGroup group, CTTensor tensor, int32_t from),
         (group, tensor, from))
FALLIBLE(ct_reducer_make,
         (CTGroup group, const CTTensor *parameters, int32_t count, int64_t first_bucket,
          int64_t bucket, CTReducer *result),
         (group, parameters, count, first_bucket, bucket, result))
SAFE(void, ct_reducer_free, (CTReducer reducer), (reducer))
FALLIBLE(ct_reducer_begin, (CTReducer reducer), (reducer))
