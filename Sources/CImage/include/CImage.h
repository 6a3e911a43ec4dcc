// The C side of Imaging: JPEG through libjpeg-turbo, PNG through libpng, gzip through zlib, and
// the inner loops of the bicubic resize. Every long jump of those libraries ends in here; Swift
// sees plain functions that return a status.
#ifndef CIMAGE_H
#define CIMAGE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    CIMAGE_OK = 0,
    CIMAGE_BROKEN = 1,       // the bytes contradict the format; see `message`
    CIMAGE_TRUNCATED = 2,    // the bytes end before the picture does
    CIMAGE_UNSUPPORTED = 3,  // a valid file of a kind that is not read here
    CIMAGE_NO_MEMORY = 4,
} cimage_status;

// What happened and where. `message` is the library's own sentence, always terminated.
typedef struct {
    cimage_status status;
    int32_t row;          // rows of the picture that were finished
    int64_t offset;       // bytes of the input that were consumed
    int32_t has_warning;  // the picture is complete, `warning` says what the library noticed
    char message[240];
    char warning[240];
} cimage_report;

typedef struct {
    uint32_t width, height;
    int32_t sixteen_bit_grey;  // PNG only
    int32_t has_alpha;         // PNG only: a channel or a colour that may be transparent
} cimage_info;

// JPEG. `open` reads the header; `bytes` must stay valid until `close`.
typedef struct cimage_jpeg cimage_jpeg;
cimage_jpeg *cimage_jpeg_open(const uint8_t *bytes, size_t count, cimage_info *info,
                              cimage_report *report);
// Lets `read` give the picture at 1/2, 1/4 or 1/8 of its size where that is still at least `width`
// by `height`, by smaller inverse transforms; `info` becomes the size that is read.
void cimage_jpeg_shrink(cimage_jpeg *jpeg, uint32_t width, uint32_t height, cimage_info *info);
// Fills `pixels` [height, width, 3] with what Pillow 11 gives after convert("RGB").
cimage_status cimage_jpeg_read(cimage_jpeg *jpeg, uint8_t *pixels, cimage_report *report);
void cimage_jpeg_close(cimage_jpeg *jpeg);
// Baseline 4:2:0 with the standard Huffman tables. On success `*out` is freed by `cimage_free`.
cimage_status cimage_jpeg_encode(const uint8_t *pixels, uint32_t width, uint32_t height,
                                 int32_t quality, uint8_t **out, size_t *out_count,
                                 cimage_report *report);

// PNG, same shape.
typedef struct cimage_png cimage_png;
cimage_png *cimage_png_open(const uint8_t *bytes, size_t count, cimage_info *info,
                            cimage_report *report);
cimage_status cimage_png_read(cimage_png *png, uint8_t *pixels, cimage_report *report);
// The same with how opaque each pixel is, [height, width, 4].
cimage_status cimage_png_read_alpha(cimage_png *png, uint8_t *pixels, cimage_report *report);
// The same for grey of 16 bits: `values` [height, width], big-endian, unclipped.
cimage_status cimage_png_read_deep(cimage_png *png, uint8_t *values, cimage_report *report);
void cimage_png_close(cimage_png *png);
cimage_status cimage_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height,
                                uint8_t **out, size_t *out_count, cimage_report *report);

void cimage_free(void *memory);

// gzip, members one after the other. `read` fills up to `capacity` bytes; fewer mean the end.
typedef struct cimage_gzip cimage_gzip;
cimage_gzip *cimage_gzip_open(const uint8_t *bytes, size_t count, cimage_report *report);
cimage_status cimage_gzip_read(cimage_gzip *gzip, uint8_t *out, size_t capacity, size_t *filled,
                               cimage_report *report);
void cimage_gzip_close(cimage_gzip *gzip);

// Resize kernels on RGB rows of 8 bits with 22-bit fixed-point weights (Pillow's arithmetic).
// Output position i sums `counts[i]` inputs from `starts[i]`; its weights begin at `i * taps`.
typedef struct {
    const int32_t *starts, *counts, *weights;
    int32_t taps;
} cimage_weights;

// `rows` rows from `in` (`in_width` pixels each) to `out` (`out_width` pixels each).
// `scratch` has room for cimage_resize_scratch integers; the same `taps`.
size_t cimage_resize_scratch(size_t in_width, size_t out_width, int32_t taps);
void cimage_resize_rows(const uint8_t *in, size_t in_width, size_t rows, cimage_weights weights,
                        uint8_t *out, size_t out_width, int32_t *scratch);
// Columns: `in` has rows of `row_bytes` bytes; `out_height` rows are written.
void cimage_resize_columns(const uint8_t *in, size_t row_bytes, cimage_weights weights,
                           uint8_t *out, size_t out_height);

// Versions of the linked libraries, for the doctor.
const char *cimage_png_version(void);
const char *cimage_zlib_version(void);
int32_t cimage_jpeg_version(void);

#ifdef __cplusplus
}
#endif

#endif
