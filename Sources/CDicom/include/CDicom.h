// The C side of DICOM: compressed pixel data through GDCM, deflated data sets through zlib.
// Every C++ exception ends in here; Swift sees plain functions that return a status.
#ifndef CDICOM_H
#define CDICOM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    CDICOM_OK = 0,
    CDICOM_BROKEN = 1,     // the bytes contradict their format; see `message`
    CDICOM_TOO_LARGE = 2,  // more than the capacity comes out
    CDICOM_NO_MEMORY = 3,
} cdicom_status;

enum { CDICOM_MESSAGE_SIZE = 240 };

typedef enum { CDICOM_JPEG = 0, CDICOM_JPEG_LS = 1, CDICOM_JPEG_2000 = 2 } cdicom_codec;

// What the codestream's own header says. The caller reads it first and refuses a frame whose
// sizes are not the data set's: the codecs write by their own idea of the size.
typedef struct {
    cdicom_codec codec;
    uint32_t width, height;
    uint32_t samples;  // 1 or 3
    uint32_t bits;     // of a sample, 1 to 16
    int32_t is_signed;
} cdicom_frame;

// One frame's codestream to stored samples, interleaved, 1 byte each up to 8 bits and 2 above,
// in the machine's byte order. Colours are not converted. `out` has room for `capacity` bytes
// and is filled exactly. `message` (CDICOM_MESSAGE_SIZE) says why not.
cdicom_status cdicom_decode(cdicom_frame frame, const uint8_t *bytes, size_t count, uint8_t *out,
                            size_t capacity, char *message);

// Raw deflate (RFC 1951) of a whole data set; `*filled` bytes come out.
cdicom_status cdicom_inflate(const uint8_t *bytes, size_t count, uint8_t *out, size_t capacity,
                             size_t *filled, char *message);

// GDCM's version.
const char *cdicom_version(void);

#ifdef __cplusplus
}
#endif

#endif
