#include "report.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

struct cimage_png {
    png_structp png;
    png_infop info;
    cimage_report *report;
    const uint8_t *bytes;
    size_t count, position;
    uint32_t width, height, row;
    int passes, deep_grey, with_alpha, ran_out;
};

// libpng calls this for errors of its own and of the functions below; it must not return.
static void on_error(png_structp png, png_const_charp message) {
    cimage_report *report = *(cimage_report **)png_get_error_ptr(png);
    cimage_fail(report, CIMAGE_BROKEN, message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    cimage_warn(*(cimage_report **)png_get_error_ptr(png), message);
}

static void read_bytes(png_structp png, png_bytep out, size_t wanted) {
    cimage_png *state = png_get_io_ptr(png);
    if (wanted > state->count - state->position) {
        state->ran_out = 1;
        png_error(png, "the file ends before the picture does");
    }
    memcpy(out, state->bytes + state->position, wanted);
    state->position += wanted;
}

static void locate(cimage_png *state, cimage_report *report) {
    report->row = (int32_t)state->row;
    report->offset = (int64_t)state->position;
    if (report->status == CIMAGE_BROKEN && state->ran_out) report->status = CIMAGE_TRUNCATED;
    if (strstr(report->message, "ut of memory")) report->status = CIMAGE_NO_MEMORY;
}

// Indices beyond the file's palette mean what they mean to Pillow: black.
static void complete_palette(cimage_png *state) {
    png_colorp given = NULL;
    int count = 0;
    png_color full[PNG_MAX_PALETTE_LENGTH];
    memset(full, 0, sizeof full);
    if (!png_get_PLTE(state->png, state->info, &given, &count)) return;
    memcpy(full, given, (size_t)count * sizeof full[0]);
    int depth = png_get_bit_depth(state->png, state->info);
    png_set_PLTE(state->png, state->info, full, 1 << depth);
}

// Every kind of PNG becomes 8-bit RGB inside libpng, by Pillow's rules: alpha and transparent
// colours are dropped, 16 bits keep their high byte, gamma and profiles are ignored. Grey of 16
// bits is the exception: Pillow clips it at 255, so it is passed on whole.
static void ask_for_rgb(cimage_png *state) {
    png_structp png = state->png;
    int kind = png_get_color_type(png, state->info);
    int depth = png_get_bit_depth(png, state->info);
    state->deep_grey = kind == PNG_COLOR_TYPE_GRAY && depth == 16;
    int has_colour = png_get_valid(png, state->info, PNG_INFO_tRNS) != 0;
    if (kind == PNG_COLOR_TYPE_PALETTE) {
        complete_palette(state);
        png_set_palette_to_rgb(png);
    }
    if (kind == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(png);
    if (!state->deep_grey) {
        if (depth == 16) png_set_strip_16(png);
        if (!state->with_alpha)
            png_set_strip_alpha(png);
        else if (has_colour)
            png_set_tRNS_to_alpha(png);
        if (!(kind & PNG_COLOR_MASK_COLOR)) png_set_gray_to_rgb(png);
    }
    state->passes = png_set_interlace_handling(png);
    png_read_update_info(png, state->info);
    size_t channels = state->deep_grey ? 2 : state->with_alpha ? 4 : 3;
    size_t expected = (size_t)state->width * channels;
    if (png_get_rowbytes(png, state->info) != expected) png_error(png, "unexpected row size");
}

static cimage_status read_header(cimage_png *state, cimage_report *report) {
    if (setjmp(png_jmpbuf(state->png))) return report->status;
    png_set_read_fn(state->png, state, read_bytes);
    // A wrong checksum anywhere is a broken file, as for Pillow.
    png_set_crc_action(state->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    // Text, profiles and times are skipped unread; they could unpack to any size.
    png_set_keep_unknown_chunks(state->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_read_info(state->png, state->info);
    state->width = png_get_image_width(state->png, state->info);
    state->height = png_get_image_height(state->png, state->info);
    return CIMAGE_OK;
}

cimage_png *cimage_png_open(const uint8_t *bytes, size_t count, cimage_info *info,
                            cimage_report *report) {
    memset(report, 0, sizeof *report);
    memset(info, 0, sizeof *info);
    cimage_png *state = calloc(1, sizeof *state);
    if (!state) {
        cimage_fail(report, CIMAGE_NO_MEMORY, "out of memory");
        return NULL;
    }
    state->bytes = bytes;
    state->count = count;
    state->report = report;
    state->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &state->report, on_error, on_warning);
    if (state->png) state->info = png_create_info_struct(state->png);
    if (!state->info)
        cimage_fail(report, CIMAGE_NO_MEMORY, "out of memory");
    else if (read_header(state, report) == CIMAGE_OK) {
        info->width = state->width;
        info->height = state->height;
        info->sixteen_bit_grey = png_get_bit_depth(state->png, state->info) == 16 &&
                                 png_get_color_type(state->png, state->info) == PNG_COLOR_TYPE_GRAY;
        info->has_alpha = !info->sixteen_bit_grey &&
                          ((png_get_color_type(state->png, state->info) & PNG_COLOR_MASK_ALPHA) ||
                           png_get_valid(state->png, state->info, PNG_INFO_tRNS));
        return state;
    }
    locate(state, report);
    cimage_png_close(state);
    return NULL;
}

// From the right, because the three bytes of a pixel lie beyond its two.
static void spread_deep_grey(uint8_t *row, size_t width) {
    for (size_t x = width; x-- > 0;) {
        uint8_t value = row[2 * x] ? 255 : row[2 * x + 1];
        memset(row + 3 * x, value, 3);
    }
}

static cimage_status read_rows(cimage_png *state, uint8_t *pixels, size_t stride,
                               cimage_report *report) {
    if (setjmp(png_jmpbuf(state->png))) return report->status;
    ask_for_rgb(state);
    for (int pass = 0; pass < state->passes; pass++)
        for (state->row = 0; state->row < state->height; state->row++)
            png_read_row(state->png, pixels + state->row * stride, NULL);
    return CIMAGE_OK;
}

// What follows the pixels: the rest of the image data with its checksum, then chunks that say
// nothing about them. Pillow does not mind what is wrong with those, so it is only mentioned.
static cimage_status read_tail(cimage_png *state, cimage_report *report) {
    if (setjmp(png_jmpbuf(state->png))) {
        if (!state->ran_out && strncmp(report->message, "IDAT", 4) == 0) return report->status;
        cimage_warn(report, state->ran_out ? "the file ends without its end chunk"
                                           : "damaged data after the picture");
        cimage_fail(report, CIMAGE_OK, NULL);
        return CIMAGE_OK;
    }
    png_read_end(state->png, NULL);
    return CIMAGE_OK;
}

static cimage_status read_all(cimage_png *state, uint8_t *pixels, size_t stride,
                              cimage_report *report) {
    memset(report, 0, sizeof *report);
    state->report = report;
    cimage_status status = read_rows(state, pixels, stride, report);
    if (status == CIMAGE_OK) status = read_tail(state, report);
    if (status != CIMAGE_OK) {
        locate(state, report);
        status = report->status;
    }
    return status;
}

cimage_status cimage_png_read(cimage_png *state, uint8_t *pixels, cimage_report *report) {
    size_t stride = (size_t)state->width * 3;
    cimage_status status = read_all(state, pixels, stride, report);
    if (status == CIMAGE_OK && state->deep_grey)
        for (uint32_t y = 0; y < state->height; y++)
            spread_deep_grey(pixels + y * stride, state->width);
    return status;
}

cimage_status cimage_png_read_alpha(cimage_png *state, uint8_t *pixels, cimage_report *report) {
    state->with_alpha = 1;
    return read_all(state, pixels, (size_t)state->width * 4, report);
}

cimage_status cimage_png_read_deep(cimage_png *state, uint8_t *values, cimage_report *report) {
    return read_all(state, values, (size_t)state->width * 2, report);
}

void cimage_png_close(cimage_png *state) {
    if (!state) return;
    if (state->png) png_destroy_read_struct(&state->png, &state->info, NULL);
    free(state);
}

typedef struct {
    png_structp png;
    png_infop info;
    cimage_report *report;
    uint8_t *out;
    size_t count, capacity;
} encoder;

static void write_bytes(png_structp png, png_bytep bytes, size_t count) {
    encoder *state = png_get_io_ptr(png);
    if (count > state->capacity - state->count) {
        size_t capacity = (state->count + count) * 2;
        uint8_t *grown = realloc(state->out, capacity);
        if (!grown) png_error(png, "out of memory");
        state->out = grown;
        state->capacity = capacity;
    }
    memcpy(state->out + state->count, bytes, count);
    state->count += count;
}

static void flush_nothing(png_structp png) { (void)png; }

static cimage_status write_rows(encoder *state, const uint8_t *pixels, uint32_t width,
                                uint32_t height, cimage_report *report) {
    if (setjmp(png_jmpbuf(state->png))) return report->status;
    png_set_write_fn(state->png, state, write_bytes, flush_nothing);
    png_set_IHDR(state->png, state->info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(state->png, state->info);
    for (uint32_t y = 0; y < height; y++)
        png_write_row(state->png, pixels + (size_t)y * width * 3);
    png_write_end(state->png, state->info);
    return CIMAGE_OK;
}

cimage_status cimage_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height,
                                uint8_t **out, size_t *out_count, cimage_report *report) {
    memset(report, 0, sizeof *report);
    encoder *state = calloc(1, sizeof *state);
    if (!state) return cimage_fail(report, CIMAGE_NO_MEMORY, "out of memory");
    state->report = report;
    state->png =
        png_create_write_struct(PNG_LIBPNG_VER_STRING, &state->report, on_error, on_warning);
    if (state->png) state->info = png_create_info_struct(state->png);
    cimage_status status = state->info
                               ? write_rows(state, pixels, width, height, report)
                               : cimage_fail(report, CIMAGE_NO_MEMORY, "out of memory");
    if (state->png) png_destroy_write_struct(&state->png, &state->info);
    if (status == CIMAGE_OK) {
        *out = state->out;
        *out_count = state->count;
    } else {
        free(state->out);
    }
    free(state);
    return status;
}

const char *cimage_png_version(void) { return png_get_libpng_ver(NULL); }
