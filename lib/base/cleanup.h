/* Scope-bound ownership, for local variables that are initialised where they are
 * declared. Hand the value over with steal_ptr() or steal_fd(); never mix with goto. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define auto_cleanup(fn) __attribute__((cleanup(fn##p)))
#define auto_free        __attribute__((cleanup(cleanup_freep)))
#define auto_fd          __attribute__((cleanup(cleanup_closep))) int
#define auto_file        __attribute__((cleanup(cleanup_fclosep))) FILE *

/* Declares fnp(), which auto_cleanup(fn) calls with the address of the variable. */
#define DEFINE_CLEANUP(type, fn)          \
	static inline void fn##p(type *p) \
	{                                 \
		if (*p)                   \
			fn(*p);           \
	}

static inline void cleanup_freep(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_closep(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static inline void cleanup_fclosep(FILE **file)
{
	if (*file)
		(void)fclose(*file);
}

/* The descriptor, which the caller owns from now on; *fd becomes -1. */
static inline int steal_fd(int *fd)
{
	int value = *fd;

	*fd = -1;
	return value;
}

static inline void *steal_ptr_(void *pp)
{
	void *value = *(void **)pp;

	*(void **)pp = NULL;
	return value;
}

/* The pointer *pp, which the caller owns from now on; *pp becomes null. */
#define steal_ptr(pp) ((__typeof__(*(pp)))steal_ptr_(pp))
