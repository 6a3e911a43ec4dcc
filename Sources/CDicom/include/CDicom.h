// The C side of DICOM: codestreams of pixel data through OpenJPEG, CharLS and libjpeg-turbo, and
// deflated data sets through zlib. Every long jump of those libraries ends in here; Swift sees
// plain functions that return a status.
#ifndef CDICOM_H
#define CDICOM_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    CDICOM_OK = 0,
    CDICOM_BROKEN = 1,     // the bytes contradict their format; see `message`
    CDICOM_TOO_LARGE = 2,  // more than the capacity comes out
    CDICOM_NO_MEMORY = 3,
} cdicom_status;

enum { CDICOM_MESSAGE_SIZE = 240 };

// What the codestream's own header says: the caller has read it and made room for it.
typedef struct {
    uint32_t width, height;
    uint32_t samples;  // 1 or 3
    uint32_t bits;     // of a sample, 1 to 16
} cdicom_frame;

// One frame's codestream to stored samples, 1 byte each up to 8 bits and 2 above, in the machine's
// byte order. Colours are not converted, except that JPEG 2000 undoes its own transform. `out` has
// room for width * height * samples of them and is filled. `message` (CDICOM_MESSAGE_SIZE) says
// why not.
cdicom_status cdicom_jpeg2000(cdicom_frame frame, const uint8_t *bytes, size_t count, uint8_t *out,
                              char *message);
// Sets `is_planar` where the colours come out plane after plane.
cdicom_status cdicom_jpegls(cdicom_frame frame, const uint8_t *bytes, size_t count, uint8_t *out,
                            int32_t *is_planar, char *message);
// Sequential JPEG of 8 bits.
cdicom_status cdicom_jpeg(cdicom_frame frame, const uint8_t *bytes, size_t count, uint8_t *out,
                          char *message);

// Raw deflate (RFC 1951) of a whole data set; `*filled` bytes come out.
cdicom_status cdicom_inflate(const uint8_t *bytes, size_t count, uint8_t *out, size_t capacity,
                             size_t *filled, char *message);

// Versions of the linked libraries.
const char *cdicom_openjpeg_version(void);
const char *cdicom_charls_version(void);

#endif
