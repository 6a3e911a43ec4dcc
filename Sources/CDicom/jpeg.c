#include "message.h"

#include <setjmp.h>
#include <stdlib.h>

#include <jpeglib.h>
// Messages by number; the header takes its place after jpeglib.h.
#include <jerror.h>

// As in CImage: a small file can hold thousands of scans of a large picture.
enum { MOST_SCANS = 500 };

typedef struct {
    struct jpeg_error_mgr manager;
    struct jpeg_progress_mgr progress;
    jmp_buf target;
    char *message;
    int ended_early;
} errors;

static void on_error(j_common_ptr jpeg) {
    errors *handler = (errors *)jpeg->err;
    char text[JMSG_LENGTH_MAX];
    handler->manager.format_message(jpeg, text);
    cdicom_fail(CDICOM_BROKEN, handler->message, text);
    longjmp(handler->target, 1);
}

static void give_up(j_common_ptr jpeg, const char *text) {
    errors *handler = (errors *)jpeg->err;
    cdicom_fail(CDICOM_BROKEN, handler->message, text);
    longjmp(handler->target, 1);
}

// The picture would go on in grey.
static void on_message(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    int code = jpeg->err->msg_code;
    if (code == JWRN_HIT_MARKER || code == JWRN_JPEG_EOF)
        ((errors *)jpeg->err)->ended_early = 1;
}

static void say_nothing(j_common_ptr jpeg) { (void)jpeg; }

// Called for every row of blocks, also while scans are gathered before the first row comes out.
static void check_progress(j_common_ptr common) {
    if (((errors *)common->err)->ended_early) give_up(common, "it ends before the picture does");
    if (((j_decompress_ptr)common)->input_scan_number > MOST_SCANS)
        give_up(common, "more than 500 scans");
}

// Before libjpeg makes room: its header may be another one than the caller found.
static void check_header(j_decompress_ptr jpeg, cdicom_frame frame) {
    if (jpeg->image_width != frame.width || jpeg->image_height != frame.height ||
        (uint32_t)jpeg->num_components != frame.samples)
        give_up((j_common_ptr)jpeg, "the codestream is not the header's");
}

static void read_rows(j_decompress_ptr jpeg, cdicom_frame frame, uint8_t *out) {
    size_t stride = (size_t)frame.width * frame.samples;
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = out + jpeg->output_scanline * stride;
        jpeg_read_scanlines(jpeg, &row, 1);
        check_progress((j_common_ptr)jpeg);
    }
}

cdicom_status cdicom_jpeg(cdicom_frame frame, const uint8_t *bytes, size_t count, uint8_t *out,
                          char *message) {
    struct jpeg_decompress_struct jpeg;
    errors handler;
    memset(&handler, 0, sizeof handler);
    memset(&jpeg, 0, sizeof jpeg);
    message[0] = 0;
    handler.message = message;
    jpeg.err = jpeg_std_error(&handler.manager);
    handler.manager.error_exit = on_error;
    handler.manager.emit_message = on_message;
    handler.manager.output_message = say_nothing;
    handler.progress.progress_monitor = check_progress;
    if (setjmp(handler.target)) {
        jpeg_destroy_decompress(&jpeg);
        return CDICOM_BROKEN;
    }
    jpeg_create_decompress(&jpeg);
    jpeg.progress = &handler.progress;
    jpeg_mem_src(&jpeg, bytes, count);
    jpeg_read_header(&jpeg, TRUE);
    check_header(&jpeg, frame);
    // The data set says what the components mean, not the file format's markers.
    jpeg.jpeg_color_space = frame.samples == 1 ? JCS_GRAYSCALE : JCS_UNKNOWN;
    jpeg.out_color_space = jpeg.jpeg_color_space;
    jpeg_start_decompress(&jpeg);
    cdicom_status status = CDICOM_OK;
    if (jpeg.output_width != frame.width || jpeg.output_height != frame.height ||
        (uint32_t)jpeg.output_components != frame.samples)
        status = cdicom_fail(CDICOM_BROKEN, message, "the codestream is not the header's");
    else
        read_rows(&jpeg, frame, out);
    jpeg_destroy_decompress(&jpeg);
    return status;
}
