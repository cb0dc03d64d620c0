#pragma once

// The type-checking macros of curl_easy_setopt look at literals only; the functions below check by their signatures.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <string.h>

// curl_easy_setopt, curl_easy_getinfo and curl_multi_setopt are variadic, which Swift cannot call: one function for each
// type of argument.

static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_callback(CURL *easy, CURLoption option, curl_write_callback value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode ccurl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode ccurl_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode ccurl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode ccurl_multi_set_socket_callback(CURLM *multi, curl_socket_callback value) {
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, value);
}
static inline CURLMcode ccurl_multi_set_timer_callback(CURLM *multi, curl_multi_timer_callback value) {
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, value);
}
static inline CURLcode ccurl_set_opensocket(CURL *easy, curl_opensocket_callback value) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, value);
}

// An address that is known to be larger than the structure that names it, which Swift cannot look into: its 4 or 16 bytes, and
// its port.
static inline bool ccurl_destination(const struct curl_sockaddr *address, unsigned char *bytes, unsigned short *port) {
    if (address->family == AF_INET && address->addrlen >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in v4;
        memcpy(&v4, &address->addr, sizeof v4);
        memcpy(bytes, &v4.sin_addr, 4);
        *port = ntohs(v4.sin_port);
        return true;
    }
    if (address->family == AF_INET6 && address->addrlen >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 v6;
        memcpy(&v6, &address->addr, sizeof v6);
        memcpy(bytes, &v6.sin6_addr, 16);
        *port = ntohs(v6.sin6_port);
        return true;
    }
    return false;
}

static inline CURLSHcode ccurl_share_set_lock(CURLSH *share, curl_lock_data value) {
    return curl_share_setopt(share, CURLSHOPT_SHARE, value);
}

// CURLOPT_SSL_CTX_FUNCTION: lets a new connection trust `store`, which it shares with all others.
static inline CURLcode ccurl_trust(CURL *easy, void *context, void *store) {
    (void)easy;
    if (!X509_STORE_up_ref((X509_STORE *)store)) return CURLE_OUT_OF_MEMORY;
    SSL_CTX_set_cert_store((SSL_CTX *)context, (X509_STORE *)store);
    return CURLE_OK;
}
// Takes the certificates to trust from `store` only; libcurl's own are neither read nor parsed.
static inline CURLcode ccurl_set_store(CURL *easy, X509_STORE *store) {
    CURLcode result = curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
    if (result == CURLE_OK) result = curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    if (result == CURLE_OK) result = curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, NULL);
    if (result == CURLE_OK) result = curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, NULL);
    // A store that libcurl kept would replace the one that is set here.
    if (result == CURLE_OK) result = curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
    if (result == CURLE_OK) result = curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, store);
    if (result == CURLE_OK) result = curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, ccurl_trust);
    return result;
}
// The system's authorities as libcurl was built to find them; null where it has none.
static inline const char *ccurl_authorities_file(void) { return curl_version_info(CURLVERSION_NOW)->cainfo; }
static inline const char *ccurl_authorities_directory(void) { return curl_version_info(CURLVERSION_NOW)->capath; }

// A store that takes each of its certificates for a root, as libcurl's own does: whoever trusts an intermediate need not have its root.
static inline X509_STORE *ccurl_new_store(void) {
    X509_STORE *store = X509_STORE_new();
    if (store) X509_STORE_set_flags(store, X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
    return store;
}

// What OpenSSL says about a file must not be taken for the fault of a later call on the same thread.
static inline bool ccurl_load_file(X509_STORE *store, const char *path) {
    int done = X509_STORE_load_file(store, path);
    ERR_clear_error();
    return done == 1;
}
