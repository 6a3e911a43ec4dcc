// libtorch's CUDA headers name two types of cuSOLVER's, of which nothing here uses any: these stand
// in for a wheel of 200 MB.
#pragma once

typedef struct cusolverDnContext *cusolverDnHandle_t;
typedef enum cusolverStatus { CUSOLVER_STATUS_SUCCESS = 0 } cusolverStatus_t;
