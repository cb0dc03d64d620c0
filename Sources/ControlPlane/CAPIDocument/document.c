#include "CAPIDocument.h"

/* #embed is standard since C23; clang takes it in every mode and says so. It is in C because the same bytes as a Swift
 * array literal cost ten seconds of each build. */
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char document[] = {
#embed "../../../openapi.yaml"
};

const unsigned char *antiphon_api_document(size_t *size) {
    *size = sizeof document;
    return document;
}
