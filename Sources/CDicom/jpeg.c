#include "message.h"

#include <setjmp.h>
#include <stdlib.h>

#include <jpeglib.h>
// Messages by number; the header takes its place after jpeglib.h.
#include <jerror.h>

typedef struct {
    struct jpeg_error_mgr manager;
    jmp_buf target;
    int ended_early;
} errors;

static void on_error(j_common_ptr jpeg) { longjmp(((errors *)jpeg->err)->target, 1); }

// The picture would go on in grey.
static void on_message(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    int code = jpeg->err->msg_code;
    if (code == JWRN_HIT_MARKER || code == JWRN_JPEG_EOF)
        ((errors *)jpeg->err)->ended_early = 1;
}

static void say_nothing(j_common_ptr jpeg) { (void)jpeg; }

static void read_rows(struct jpeg_decompress_struct *jpeg, cdicom_frame frame, uint8_t *out) {
    size_t stride = (size_t)frame.width * frame.samples;
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = out + jpeg->output_scanline * stride;
        jpeg_read_scanlines(jpeg, &row, 1);
    }
}

cdicom_status cdicom_jpeg(cdicom_frame frame, const uint8_t *bytes, size_t count, uint8_t *out,
                          char *message) {
    struct jpeg_decompress_struct jpeg;
    errors handler;
    memset(&handler, 0, sizeof handler);
    memset(&jpeg, 0, sizeof jpeg);
    message[0] = 0;
    jpeg.err = jpeg_std_error(&handler.manager);
    handler.manager.error_exit = on_error;
    handler.manager.emit_message = on_message;
    handler.manager.output_message = say_nothing;
    if (setjmp(handler.target)) {
        char text[JMSG_LENGTH_MAX];
        handler.manager.format_message((j_common_ptr)&jpeg, text);
        jpeg_destroy_decompress(&jpeg);
        return cdicom_fail(CDICOM_BROKEN, message, text);
    }
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, bytes, count);
    jpeg_read_header(&jpeg, TRUE);
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
    if (status == CDICOM_OK && handler.ended_early)
        status = cdicom_fail(CDICOM_BROKEN, message, "it ends before the picture does");
    jpeg_destroy_decompress(&jpeg);
    return status;
}
