#include "agents/cpe/transfer/image.h"

#include "lib/base/cut.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_LINE "cwmplab image 1"

static uint32_t fail(struct image *image, uint32_t fault, const char *fmt, ...)
    ATTR_PRINTF(3, 4);

static uint32_t fail(struct image *image, uint32_t fault, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)cut_vprint(image->why, sizeof(image->why), fmt, args);
	va_end(args);
	image->fault = fault;
	return fault;
}

void image_start(struct image *image)
{
	image_free(image);
	*image = (struct image){ .digest = digest_begin() };
	if (!image->digest)
		(void)fail(image, 9002, "no memory for an image");
}

void image_free(struct image *image)
{
	digest_free(image->digest);
	image->digest = NULL;
}

/* ---- the lines ---------------------------------------------------------------------- */

static void take_line(struct image *image, struct str line)
{
	const struct {
		const char *name;
		char *text;
		size_t size;
	} rows[] = {
		{ "version", image->version, sizeof(image->version) },
		{ "model", image->model, sizeof(image->model) },
		{ "signer", image->signer, sizeof(image->signer) },
		{ "sha256", image->sha256, sizeof(image->sha256) },
	};
	struct str value, name = str_cut(line, ':', &value);

	value = str_trim(value);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (!str_is(name, rows[i].name))
			continue;
		if (value.len == 0 || value.len >= rows[i].size)
			(void)fail(image, 9018, "the %s of the image has %zu bytes",
			    rows[i].name, value.len);
		else
			(void)snprintf(rows[i].text, rows[i].size, "%.*s",
			    STR_ARG(value));
		return;
	}
	if (!str_is(name, "size") || str_to_u64(value, UINT64_MAX, &image->size) < 0)
		(void)fail(image, 9018, "a line of the image is none of an image's");
	else
		image->has_size = true;
}

static void take_head(struct image *image)
{
	struct str rest = str_make(image->head, image->n_head);
	struct str line = str_cut(rest, '\n', &rest);

	image->is_headed = true;
	if (!str_is(line, FIRST_LINE)) {
		(void)fail(image, 9018,
		    "the file is no image: its first line is not \"" FIRST_LINE "\"");
		return;
	}
	while (image->fault == 0 && rest.len > 1)
		take_line(image, str_cut(rest, '\n', &rest));
	if (image->fault == 0 && !image->version[0])
		(void)fail(image, 9018, "the image names no version");
}

static bool ends_head(const struct image *image)
{
	return str_ends(str_make(image->head, image->n_head), STR("\n\n"));
}

void image_add(struct image *image, struct str bytes)
{
	size_t n = 0;

	while (n < bytes.len && !image->is_headed && image->fault == 0) {
		if (image->n_head == sizeof(image->head)) {
			(void)fail(image, 9018,
			    "the file is no image: its lines have "
			    "no end");
			return;
		}
		image->head[image->n_head++] = bytes.p[n++];
		if (ends_head(image))
			take_head(image);
	}
	if (image->fault != 0)
		return;
	bytes = str_from(bytes, n);
	image->n_bytes += bytes.len;
	digest_add(image->digest, bytes.p, bytes.len);
}

/* ---- the end ------------------------------------------------------------------------ */

static uint32_t check_bytes(struct image *image)
{
	char sum[AUTH_HASH_HEX_MAX] = "";

	digest_end(image->digest, sum);
	if (image->has_size && image->n_bytes != image->size)
		return fail(image, 9018, "the image has %llu bytes and says %llu",
		    (unsigned long long)image->n_bytes,
		    (unsigned long long)image->size);
	if (image->sha256[0] && !str_eq_nocase(str_of(image->sha256), str_of(sum)))
		return fail(image, 9018, "the image has another checksum than it says");
	return 0;
}

uint32_t image_finish(struct image *image, const struct image_rules *rules)
{
	if (image->fault != 0)
		return image->fault;
	if (!image->is_headed)
		return fail(image, 9018, "the file is no image: its lines have no end");
	if (check_bytes(image) != 0)
		return image->fault;
	if (image->model[0] && strcmp(image->model, rules->model) != 0)
		return fail(image, 9018, "the image is for %s", image->model);
	if (rules->signer && strcmp(image->signer, rules->signer) != 0)
		return fail(image, 9019, "the image is not signed by %s",
		    rules->signer);
	if (!rules->takes_older && image_is_older(image->version, rules->version))
		return fail(image, 9001, "%s is older than %s", image->version,
		    rules->version);
	return 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The number at *at, which goes behind it. */
static uint64_t take_number(const char **at)
{
	char *end;
	uint64_t n = strtoull(*at, &end, 10);

	*at = end;
	return n;
}

bool image_is_older(const char *a, const char *b)
{
	while (*a && *b) {
		if (is_digit(*a) && is_digit(*b)) {
			uint64_t x = take_number(&a), y = take_number(&b);

			if (x != y)
				return x < y;
		} else if (*a != *b) {
			return (unsigned char)*a < (unsigned char)*b;
		} else {
			a++;
			b++;
		}
	}
	return !*a && *b;
}
