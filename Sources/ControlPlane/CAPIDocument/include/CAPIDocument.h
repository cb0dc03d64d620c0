#pragma once
#include <stddef.h>

/* The text of openapi.yaml as it was when this was compiled, without a terminating NUL; lives for ever. */
const unsigned char *antiphon_api_document(size_t *size);
