#pragma once
#include <pocketsphinx.h>
#include <sphinxbase/err.h>
#include <stdarg.h>
#include <stdio.h>

/* The library reports through a variadic callback, which Swift cannot implement: this one formats errors and passes the text on.
 * Everything below an error is dropped before it is formatted: the library reports hundreds of lines per utterance. */
typedef void (*antiphon_sphinx_report_t)(const char *message);

static inline void antiphon_sphinx_format(void *report, err_lvl_t level, const char *format, ...)
{
    if (level < ERR_ERROR)
        return;
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    ((antiphon_sphinx_report_t)report)(message);
}

/* A function passed as user data needs a cast that Swift does not have. The library also prints its configuration
 * to the log file directly, hence err_set_logfp. */
static inline void antiphon_sphinx_set_report(antiphon_sphinx_report_t report)
{
    err_set_logfp(NULL);
    err_set_callback(antiphon_sphinx_format, (void *)report);
}
