/* Which samskab this is.  The Makefile states the version once and hands it, with the commit when
 * the source is a git checkout, to version.c alone, so that a commit rebuilds nothing else. */
#ifndef SAMSKAB_VERSION_H
#define SAMSKAB_VERSION_H

extern const char version_number[]; /* "0.1.0" */
extern const char version_commit[]; /* short hash, "-dirty" after it when files differ; or empty */

#endif
