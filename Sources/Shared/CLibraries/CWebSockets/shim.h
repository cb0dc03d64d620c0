#pragma once
#include <libwebsockets.h>

// LWS_PRE is a macro over a cast, which Swift does not import.
enum { ANTIPHON_LWS_PRE = LWS_PRE };
