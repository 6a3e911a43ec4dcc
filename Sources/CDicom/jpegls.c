#include "message.h"

#include <charls/charls.h>

static charls_jpegls_errc decode(charls_jpegls_decoder *decoder, cdicom_frame frame,
                                 const uint8_t *bytes, size_t count, uint8_t *out,
                                 int32_t *is_planar) {
    charls_jpegls_errc error =
        charls_jpegls_decoder_set_source_buffer(decoder, bytes, count);
    if (!error) error = charls_jpegls_decoder_read_header(decoder);
    charls_frame_info info = {0};
    if (!error) error = charls_jpegls_decoder_get_frame_info(decoder, &info);
    charls_interleave_mode mode = CHARLS_INTERLEAVE_MODE_NONE;
    if (!error) error = charls_jpegls_decoder_get_interleave_mode(decoder, &mode);
    size_t size = 0;
    if (!error) error = charls_jpegls_decoder_get_destination_size(decoder, 0, &size);
    if (error) return error;
    size_t room = (size_t)frame.width * frame.height * frame.samples * (frame.bits <= 8 ? 1 : 2);
    if (size != room || info.width != frame.width || info.height != frame.height)
        return CHARLS_JPEGLS_ERRC_DESTINATION_BUFFER_TOO_SMALL;
    *is_planar = frame.samples > 1 && mode == CHARLS_INTERLEAVE_MODE_NONE;
    return charls_jpegls_decoder_decode_to_buffer(decoder, out, room, 0);
}

cdicom_status cdicom_jpegls(cdicom_frame frame, const uint8_t *bytes, size_t count, uint8_t *out,
                            int32_t *is_planar, char *message) {
    message[0] = 0;
    charls_jpegls_decoder *decoder = charls_jpegls_decoder_create();
    if (!decoder) return CDICOM_NO_MEMORY;
    charls_jpegls_errc error = decode(decoder, frame, bytes, count, out, is_planar);
    charls_jpegls_decoder_destroy(decoder);
    return error ? cdicom_fail(CDICOM_BROKEN, message, charls_get_error_message(error))
                 : CDICOM_OK;
}

const char *cdicom_charls_version(void) { return charls_get_version_string(); }
