/* The only compiler extensions of the project, beside cleanup.h. */
#pragma once

#include <stddef.h>

#define ATTR_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define ATTR_UNUSED            __attribute__((unused))
#define ATTR_FALLTHROUGH       __attribute__((fallthrough))
#define ATTR_NONNULL_ALL       __attribute__((nonnull))
/* Calls of it are rare: the way to them is moved out of the code around it. */
#define ATTR_COLD __attribute__((cold))

/* GCC says by a macro that it watches memory, Clang by a feature. */
#ifdef __SANITIZE_ADDRESS__
#define WATCHES_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHES_MEMORY 1
#endif
#endif
#ifndef WATCHES_MEMORY
#define WATCHES_MEMORY 0
#endif

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

#define container_of(ptr, type, member) \
	((type *)(void *)((char *)(ptr)-offsetof(type, member)))

/* The argument that is returned is evaluated twice: it must not be a call that does or
 * measures something. */
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
