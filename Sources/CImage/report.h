#ifndef CIMAGE_REPORT_H
#define CIMAGE_REPORT_H

#include "CImage.h"

// Fills the report and hands the status back, so that a failure is one line.
static inline cimage_status cimage_fail(cimage_report *report, cimage_status status,
                                        const char *message) {
    report->status = status;
    size_t i = 0;
    for (; message && message[i] && i + 1 < sizeof report->message; i++)
        report->message[i] = message[i];
    report->message[i] = 0;
    return status;
}

static inline void cimage_warn(cimage_report *report, const char *message) {
    if (report->has_warning) return;  // the first one names the cause
    size_t i = 0;
    for (; message && message[i] && i + 1 < sizeof report->warning; i++)
        report->warning[i] = message[i];
    report->warning[i] = 0;
    report->has_warning = 1;
}

#endif
