/* A stream that writes a text into memory.
 *
 * Where memory is short, open_memstream of the C library leaves out what it has no room for, and
 * neither ferror nor fclose tells.  Of this one both tell. */
#ifndef SAMSKAB_TEXT_STREAM_H
#define SAMSKAB_TEXT_STREAM_H

#include <stddef.h>
#include <stdio.h>

/* NULL when memory is short.  After fflush and fclose `text` is what was written, ended by '\0', or
 * where they fail a part of it; free it once the stream is closed. */
FILE *text_stream(char **text, size_t *size);

#endif
