#include "message.h"

#include <limits.h>

#include <zlib.h>

static uInt at_most(size_t count) { return count > INT_MAX ? INT_MAX : (uInt)count; }

cdicom_status cdicom_inflate(const uint8_t *bytes, size_t count, uint8_t *out, size_t capacity,
                             size_t *filled, char *message) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    *filled = 0;
    // A negative window: no wrapper around the deflated data.
    if (inflateInit2(&stream, -15) != Z_OK) return CDICOM_NO_MEMORY;
    size_t position = 0;
    int result = Z_OK;
    while (result == Z_OK) {
        stream.next_in = (Bytef *)(bytes + position);
        stream.avail_in = at_most(count - position);
        stream.next_out = out + *filled;
        stream.avail_out = at_most(capacity - *filled);
        uInt in = stream.avail_in, room = stream.avail_out;
        result = inflate(&stream, Z_NO_FLUSH);
        position += in - stream.avail_in;
        *filled += room - stream.avail_out;
    }
    const char *said = stream.msg ? stream.msg : "it ends too early";
    snprintf(message, CDICOM_MESSAGE_SIZE, "%s", said);
    inflateEnd(&stream);
    if (result == Z_STREAM_END) return CDICOM_OK;
    if (result == Z_BUF_ERROR && *filled == capacity) return CDICOM_TOO_LARGE;
    return result == Z_MEM_ERROR ? CDICOM_NO_MEMORY : CDICOM_BROKEN;
}
