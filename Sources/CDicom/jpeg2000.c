#include "message.h"

#include <openjpeg.h>

typedef struct {
    const uint8_t *bytes;
    size_t count, position;
} memory;

static OPJ_SIZE_T read_bytes(void *out, OPJ_SIZE_T wanted, void *user) {
    memory *in = user;
    size_t left = in->count - in->position;
    if (left == 0) return (OPJ_SIZE_T)-1;
    if (wanted > left) wanted = left;
    memcpy(out, in->bytes + in->position, wanted);
    in->position += wanted;
    return wanted;
}

static OPJ_OFF_T skip_bytes(OPJ_OFF_T wanted, void *user) {
    memory *in = user;
    if (wanted < 0 || (size_t)wanted > in->count - in->position) return -1;
    in->position += (size_t)wanted;
    return wanted;
}

static OPJ_BOOL seek_bytes(OPJ_OFF_T place, void *user) {
    memory *in = user;
    if (place < 0 || (size_t)place > in->count) return OPJ_FALSE;
    in->position = (size_t)place;
    return OPJ_TRUE;
}

static void on_error(const char *text, void *user) {
    cdicom_fail(CDICOM_BROKEN, user, text);
}

static void ignore(const char *text, void *user) {
    (void)text;
    (void)user;
}

// Whether every component is what the header promised; OpenJPEG writes by its own idea.
static int fits(const opj_image_t *image, cdicom_frame frame) {
    if (image->numcomps != frame.samples) return 0;
    for (uint32_t sample = 0; sample < frame.samples; sample++) {
        const opj_image_comp_t *component = &image->comps[sample];
        if (component->w != frame.width || component->h != frame.height || !component->data ||
            component->prec != frame.bits)
            return 0;
    }
    return 1;
}

static void copy(const opj_image_t *image, cdicom_frame frame, uint8_t *out) {
    size_t pixels = (size_t)frame.width * frame.height;
    for (uint32_t sample = 0; sample < frame.samples; sample++) {
        const OPJ_INT32 *in = image->comps[sample].data;
        for (size_t pixel = 0; pixel < pixels; pixel++) {
            size_t place = pixel * frame.samples + sample;
            uint16_t value = (uint16_t)in[pixel];
            if (frame.bits <= 8)
                out[place] = (uint8_t)value;
            else
                memcpy(out + 2 * place, &value, 2);
        }
    }
}

cdicom_status cdicom_jpeg2000(cdicom_frame frame, const uint8_t *bytes, size_t count, uint8_t *out,
                              char *message) {
    memory in = {bytes, count, 0};
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    opj_image_t *image = NULL;
    opj_codec_t *codec = opj_create_decompress(OPJ_CODEC_J2K);
    opj_stream_t *stream = opj_stream_create(1 << 16, OPJ_TRUE);
    message[0] = 0;
    cdicom_status status = CDICOM_NO_MEMORY;
    if (codec && stream) {
        opj_set_error_handler(codec, on_error, message);
        opj_set_warning_handler(codec, ignore, NULL);
        opj_set_info_handler(codec, ignore, NULL);
        opj_stream_set_user_data(stream, &in, NULL);
        opj_stream_set_user_data_length(stream, count);
        opj_stream_set_read_function(stream, read_bytes);
        opj_stream_set_skip_function(stream, skip_bytes);
        opj_stream_set_seek_function(stream, seek_bytes);
        status = CDICOM_OK;
        if (!opj_setup_decoder(codec, &parameters) || !opj_read_header(stream, codec, &image) ||
            !opj_decode(codec, stream, image))
            status = cdicom_fail(CDICOM_BROKEN, message, "the codestream cannot be decoded");
        else if (!fits(image, frame))
            status = cdicom_fail(CDICOM_BROKEN, message, "the codestream is not the header's");
        else
            copy(image, frame, out);
    }
    if (image) opj_image_destroy(image);
    if (stream) opj_stream_destroy(stream);
    if (codec) opj_destroy_codec(codec);
    return status;
}

const char *cdicom_openjpeg_version(void) { return opj_version(); }
