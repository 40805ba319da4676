/* An OpenSSL library context for clients that read one certificate after the other. To read the
 * public key in it OpenSSL 3.0 asks each decoder of each provider anew whether it can: 200 us for
 * each certificate, of which half and more goes away where there are only those for the keys that
 * certificates have. All else is the default provider's. */
#pragma once

struct ossl_lib_ctx_st;

/* The process's; null, which stands for OpenSSL's default one, where that has other providers than
 * its own default, or without memory. It lives as long as the process. */
struct ossl_lib_ctx_st *tls_library(void);
