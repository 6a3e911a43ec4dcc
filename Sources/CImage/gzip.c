#include "report.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

struct cimage_gzip {
    z_stream stream;
    const uint8_t *bytes;
    size_t count, position;
    int member_open;
};

enum { GZIP_WINDOW = 15 + 16 };  // largest window, gzip wrapper required

cimage_gzip *cimage_gzip_open(const uint8_t *bytes, size_t count, cimage_report *report) {
    memset(report, 0, sizeof *report);
    cimage_gzip *gzip = calloc(1, sizeof *gzip);
    if (gzip && inflateInit2(&gzip->stream, GZIP_WINDOW) == Z_OK) {
        gzip->bytes = bytes;
        gzip->count = count;
        gzip->member_open = 1;
        return gzip;
    }
    free(gzip);
    cimage_fail(report, CIMAGE_NO_MEMORY, "out of memory");
    return NULL;
}

static uInt at_most(size_t count) { return count > INT_MAX ? INT_MAX : (uInt)count; }

// One call of inflate, with the positions kept in sizes that do not wrap at 4 GiB.
static int inflate_some(cimage_gzip *gzip, uint8_t *out, size_t capacity, size_t *filled) {
    z_stream *stream = &gzip->stream;
    stream->next_in = (Bytef *)(gzip->bytes + gzip->position);
    stream->avail_in = at_most(gzip->count - gzip->position);
    stream->next_out = out + *filled;
    stream->avail_out = at_most(capacity - *filled);
    uInt in = stream->avail_in, room = stream->avail_out;
    int code = inflate(stream, Z_NO_FLUSH);
    gzip->position += in - stream->avail_in;
    *filled += room - stream->avail_out;
    return code;
}

// Another member follows only where its two magic bytes stand; anything else is padding.
static int next_member(cimage_gzip *gzip) {
    const uint8_t *rest = gzip->bytes + gzip->position;
    if (gzip->count - gzip->position < 2 || rest[0] != 0x1f || rest[1] != 0x8b) return 0;
    return inflateReset(&gzip->stream) == Z_OK;
}

cimage_status cimage_gzip_read(cimage_gzip *gzip, uint8_t *out, size_t capacity, size_t *filled,
                               cimage_report *report) {
    memset(report, 0, sizeof *report);
    *filled = 0;
    while (*filled < capacity && gzip->member_open) {
        int code = inflate_some(gzip, out, capacity, filled);
        report->offset = (int64_t)gzip->position;
        if (code == Z_STREAM_END)
            gzip->member_open = next_member(gzip);
        else if (code == Z_MEM_ERROR)
            return cimage_fail(report, CIMAGE_NO_MEMORY, "out of memory");
        else if (code != Z_OK && code != Z_BUF_ERROR)
            return cimage_fail(report, CIMAGE_BROKEN,
                               gzip->stream.msg ? gzip->stream.msg : "not gzip data");
        else if (gzip->position == gzip->count && gzip->stream.avail_out > 0)
            return cimage_fail(report, CIMAGE_TRUNCATED, "the compressed data ends early");
    }
    return CIMAGE_OK;
}

void cimage_gzip_close(cimage_gzip *gzip) {
    if (!gzip) return;
    inflateEnd(&gzip->stream);
    free(gzip);
}

const char *cimage_zlib_version(void) { return zlibVersion(); }
