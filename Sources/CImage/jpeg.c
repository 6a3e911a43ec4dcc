#include "report.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

// A file of a few kilobytes can hold thousands of scans of a large picture; real ones have some
// ten. Beyond this the time to decode is no longer bounded by the file's size.
enum { MOST_SCANS = 500, MOST_SCANS_OF_LARGE = 100, LARGE = 1 << 24 };

// libjpeg's error manager first, so that the library's pointer to it is a pointer to this.
typedef struct {
    struct jpeg_error_mgr base;
    jmp_buf escape;
    cimage_report *report;
    int data_ended_early;
} error_manager;

static void on_error(j_common_ptr common) {
    error_manager *manager = (error_manager *)common->err;
    char message[JMSG_LENGTH_MAX];
    manager->base.format_message(common, message);
    cimage_status status = CIMAGE_BROKEN;
    switch (manager->base.msg_code) {
        case JERR_OUT_OF_MEMORY: status = CIMAGE_NO_MEMORY; break;
        case JERR_BAD_PRECISION:
        case JERR_SOF_UNSUPPORTED:
        case JERR_COMPONENT_COUNT:
        case JERR_CCIR601_NOTIMPL:
        case JERR_ARITH_NOTIMPL:
        case JERR_CONVERSION_NOTIMPL:
        case JERR_FRACT_SAMPLE_NOTIMPL: status = CIMAGE_UNSUPPORTED; break;
        default: break;
    }
    cimage_fail(manager->report, status, message);
    longjmp(manager->escape, 1);
}

static void on_message(j_common_ptr common, int level) {
    if (level >= 0) return;  // a trace, not a warning
    error_manager *manager = (error_manager *)common->err;
    manager->base.num_warnings++;
    if (manager->base.msg_code == JWRN_HIT_MARKER) manager->data_ended_early = 1;
    char message[JMSG_LENGTH_MAX];
    manager->base.format_message(common, message);
    cimage_warn(manager->report, message);
}

static void print_nothing(j_common_ptr common) { (void)common; }

static void set_up_errors(error_manager *manager, cimage_report *report) {
    jpeg_std_error(&manager->base);
    manager->base.error_exit = on_error;
    manager->base.emit_message = on_message;
    manager->base.output_message = print_nothing;
    manager->report = report;
}

struct cimage_jpeg {
    struct jpeg_decompress_struct info;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    error_manager errors;
    size_t count;
    uint8_t *row;  // one CMYK row
};

// The whole file is in memory, so "more input" never comes: suspension means a truncated file.
static boolean no_more_input(j_decompress_ptr info) {
    (void)info;
    return FALSE;
}

static void skip_input(j_decompress_ptr info, long bytes) {
    struct jpeg_source_mgr *source = info->src;
    if (bytes <= 0) return;
    size_t step = (size_t)bytes < source->bytes_in_buffer ? (size_t)bytes : source->bytes_in_buffer;
    source->next_input_byte += step;
    source->bytes_in_buffer -= step;
}

static void nothing_to_do(j_decompress_ptr info) { (void)info; }

static const char *const early = "a marker stands inside the picture";

// Called for every row of blocks of every scan.
static void check_scans(j_common_ptr common) {
    j_decompress_ptr info = (j_decompress_ptr)common;
    error_manager *manager = (error_manager *)common->err;
    int is_large = (uint64_t)info->image_width * info->image_height > LARGE;
    if (manager->data_ended_early)  // one more scan of nothing after the other
        cimage_fail(manager->report, CIMAGE_TRUNCATED, early);
    else if (info->input_scan_number > (is_large ? MOST_SCANS_OF_LARGE : MOST_SCANS))
        cimage_fail(manager->report, CIMAGE_BROKEN,
                    is_large ? "more than 100 scans of a large picture" : "more than 500 scans");
    else
        return;
    longjmp(manager->escape, 1);
}

static void locate(cimage_jpeg *jpeg, cimage_report *report) {
    report->row = (int32_t)jpeg->info.output_scanline;
    report->offset = (int64_t)(jpeg->count - jpeg->source.bytes_in_buffer);
}

static void set_up_source(cimage_jpeg *jpeg, const uint8_t *bytes, size_t count) {
    jpeg->count = count;
    jpeg->source.next_input_byte = bytes;
    jpeg->source.bytes_in_buffer = count;
    jpeg->source.init_source = nothing_to_do;
    jpeg->source.fill_input_buffer = no_more_input;
    jpeg->source.skip_input_data = skip_input;
    jpeg->source.resync_to_restart = jpeg_resync_to_restart;
    jpeg->source.term_source = nothing_to_do;
    jpeg->info.src = &jpeg->source;
    jpeg->progress.progress_monitor = check_scans;
    jpeg->info.progress = &jpeg->progress;
}

static cimage_status read_header(cimage_jpeg *jpeg, const uint8_t *bytes, size_t count,
                                 cimage_report *report) {
    if (setjmp(jpeg->errors.escape)) {
        locate(jpeg, report);
        return report->status;
    }
    jpeg_create_decompress(&jpeg->info);
    set_up_source(jpeg, bytes, count);
    if (jpeg_read_header(&jpeg->info, TRUE) != JPEG_HEADER_OK) {
        locate(jpeg, report);
        return cimage_fail(report, CIMAGE_TRUNCATED, "the file ends inside its header");
    }
    int components = jpeg->info.num_components;
    if (components != 1 && components != 3 && components != 4)
        return cimage_fail(report, CIMAGE_UNSUPPORTED, "neither 1, 3 nor 4 colour components");
    return CIMAGE_OK;
}

cimage_jpeg *cimage_jpeg_open(const uint8_t *bytes, size_t count, cimage_info *info,
                              cimage_report *report) {
    memset(report, 0, sizeof *report);
    memset(info, 0, sizeof *info);
    cimage_jpeg *jpeg = calloc(1, sizeof *jpeg);
    if (!jpeg) {
        cimage_fail(report, CIMAGE_NO_MEMORY, "out of memory");
        return NULL;
    }
    jpeg->info.err = &jpeg->errors.base;
    set_up_errors(&jpeg->errors, report);
    if (read_header(jpeg, bytes, count, report) != CIMAGE_OK) {
        cimage_jpeg_close(jpeg);
        return NULL;
    }
    info->width = jpeg->info.image_width;
    info->height = jpeg->info.image_height;
    return jpeg;
}

void cimage_jpeg_shrink(cimage_jpeg *jpeg, uint32_t width, uint32_t height, cimage_info *info) {
    struct jpeg_decompress_struct *from = &jpeg->info;
    // The sizes for which libjpeg-turbo has fast inverse transforms.
    unsigned denominator = 8;
    while (denominator > 1 && ((from->image_width + denominator - 1) / denominator < width ||
                               (from->image_height + denominator - 1) / denominator < height))
        denominator /= 2;
    from->scale_num = 1;
    from->scale_denom = denominator;
    // What libjpeg computes for this, without its error paths.
    info->width = (from->image_width + denominator - 1) / denominator;
    info->height = (from->image_height + denominator - 1) / denominator;
}

// a * b / 255, rounded as Pillow's MULDIV255 does.
static inline int scaled(int a, int b) {
    int product = a * b + 128;
    return ((product >> 8) + product) >> 8;
}

// Adobe stores CMYK inverted and Pillow assumes so for every four-component file.
static void inverted_cmyk_to_rgb(const uint8_t *in, uint8_t *out, size_t width) {
    for (size_t x = 0; x < width; x++, in += 4, out += 3) {
        int white = in[3];
        for (int c = 0; c < 3; c++) {
            int value = white - scaled(255 - in[c], white);
            out[c] = (uint8_t)(value < 0 ? 0 : value);
        }
    }
}

static cimage_status read_rows(cimage_jpeg *jpeg, uint8_t *pixels, cimage_report *report) {
    struct jpeg_decompress_struct *info = &jpeg->info;
    static const char *cut = "the file ends before the picture does";
    int four = info->num_components == 4;
    info->out_color_space = four ? JCS_CMYK : JCS_RGB;
    if (!jpeg_start_decompress(info)) return cimage_fail(report, CIMAGE_TRUNCATED, cut);
    size_t width = info->output_width;
    if (four && !(jpeg->row = malloc(width * 4)))
        return cimage_fail(report, CIMAGE_NO_MEMORY, "out of memory");
    while (info->output_scanline < info->output_height) {
        uint8_t *row = pixels + (size_t)info->output_scanline * width * 3;
        JSAMPROW target = four ? jpeg->row : row;
        if (jpeg_read_scanlines(info, &target, 1) != 1)
            return cimage_fail(report, CIMAGE_TRUNCATED, cut);
        if (four) inverted_cmyk_to_rgb(jpeg->row, row, width);
        // libjpeg fills what is missing with grey and goes on; half a picture is none.
        if (jpeg->errors.data_ended_early)
            return cimage_fail(report, CIMAGE_TRUNCATED, early);
    }
    // Every row is there; Pillow accepts such a file without its end marker, so do we.
    if (!jpeg_finish_decompress(info)) cimage_warn(report, "the file ends without its end marker");
    return CIMAGE_OK;
}

cimage_status cimage_jpeg_read(cimage_jpeg *jpeg, uint8_t *pixels, cimage_report *report) {
    memset(report, 0, sizeof *report);
    jpeg->errors.report = report;
    cimage_status status;
    if (setjmp(jpeg->errors.escape))
        status = report->status;
    else
        status = read_rows(jpeg, pixels, report);
    locate(jpeg, report);
    return status;
}

void cimage_jpeg_close(cimage_jpeg *jpeg) {
    if (!jpeg) return;
    jpeg_destroy_decompress(&jpeg->info);
    free(jpeg->row);
    free(jpeg);
}

typedef struct {
    struct jpeg_compress_struct info;
    error_manager errors;
    unsigned char *out;
    unsigned long count;
} encoder;

static cimage_status write_rows(encoder *state, const uint8_t *pixels, uint32_t width,
                                uint32_t height, int32_t quality, cimage_report *report) {
    if (setjmp(state->errors.escape)) return report->status;
    struct jpeg_compress_struct *info = &state->info;
    jpeg_create_compress(info);
    jpeg_mem_dest(info, &state->out, &state->count);
    info->image_width = width;
    info->image_height = height;
    info->input_components = 3;
    info->in_color_space = JCS_RGB;
    jpeg_set_defaults(info);
    jpeg_set_quality(info, quality, TRUE);
    jpeg_start_compress(info, TRUE);
    while (info->next_scanline < height) {
        JSAMPROW row = (JSAMPROW)(pixels + (size_t)info->next_scanline * width * 3);
        jpeg_write_scanlines(info, &row, 1);
    }
    jpeg_finish_compress(info);
    return CIMAGE_OK;
}

cimage_status cimage_jpeg_encode(const uint8_t *pixels, uint32_t width, uint32_t height,
                                 int32_t quality, uint8_t **out, size_t *out_count,
                                 cimage_report *report) {
    memset(report, 0, sizeof *report);
    // On the heap: what a long jump must not lose may not live in registers.
    encoder *state = calloc(1, sizeof *state);
    if (!state) return cimage_fail(report, CIMAGE_NO_MEMORY, "out of memory");
    state->info.err = &state->errors.base;
    set_up_errors(&state->errors, report);
    cimage_status status = write_rows(state, pixels, width, height, quality, report);
    report->row = (int32_t)state->info.next_scanline;
    jpeg_destroy_compress(&state->info);
    if (status == CIMAGE_OK) {
        *out = state->out;
        *out_count = state->count;
    } else {
        free(state->out);
    }
    free(state);
    return status;
}

void cimage_free(void *memory) { free(memory); }

int32_t cimage_jpeg_version(void) { return LIBJPEG_TURBO_VERSION_NUMBER; }
