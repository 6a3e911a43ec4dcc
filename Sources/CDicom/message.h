#ifndef CDICOM_MESSAGE_H
#define CDICOM_MESSAGE_H

#include "CDicom.h"

#include <stdio.h>
#include <string.h>

// Keeps the first sentence that is said; line breaks end it.
static inline cdicom_status cdicom_fail(cdicom_status status, char *message, const char *text) {
    if (!message[0]) {
        snprintf(message, CDICOM_MESSAGE_SIZE, "%s", text);
        message[strcspn(message, "\r\n")] = 0;
    }
    return status;
}

#endif
