// OpenSSL's libcrypto, through its own headers: SHA-256 with the processor's own instructions.
#pragma once
#include <openssl/evp.h>
