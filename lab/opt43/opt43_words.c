#include "lab/opt43/opt43_words.h"

#include "lib/base/compiler.h"
#include "lib/base/secret.h"
#include "lib/base/shown.h"
#include "lib/base/text.h"
#include "lib/base/wire.h"

#include <stdarg.h>
#include <stdio.h>

void opt43_words_begin(struct opt43_words *words, enum opt43_layout layout,
    size_t n_bytes, size_t offset)
{
	*words = (struct opt43_words){ .layout = layout,
		.n_bytes = n_bytes,
		.offset = offset };
}

/* ---- meaning ------------------------------------------------------------------------- */

static const char *type_name(const struct opt43_words *words, uint8_t type)
{
	bool is_eltex = words->layout == OPT43_ELTEX;

	if (type >= OPT43_SUB_IDENTITY_FIRST && type <= OPT43_SUB_IDENTITY_LAST)
		return "the identity of a device or gateway";
	switch (type) {
	case OPT43_SUB_ACS:
		return words->layout == OPT43_COMWARE ? "the ACS: URL, user, password"
						      : "the ACS URL";
	case 2:
		return words->layout == OPT43_COMWARE ? "the service provider"
						      : "the provisioning code";
	case 3:
		return is_eltex ? "the user name" : "the retry minimum wait";
	case 4:
		return is_eltex ? "the password" : "the retry multiplier";
	case OPT43_SUB_PXE:
		return "PXE servers";
	}
	return "none that CPEs read";
}

/* Of those parts that need no more: a format, in which the value stands. */
static const char *value_name(enum opt43_part part)
{
	switch (part) {
	case OPT43_PART_URL:
		return "URL: ";
	case OPT43_PART_USERNAME:
		return "user name: ";
	case OPT43_PART_PASSWORD:
		return "password: ";
	case OPT43_PART_PROVIDER:
		return "service provider: ";
	case OPT43_PART_CODE:
		return "provisioning code: ";
	case OPT43_PART_MIN_WAIT:
		return "seconds: ";
	case OPT43_PART_MULTIPLIER:
		return "thousandths: ";
	case OPT43_PART_TYPE:
	case OPT43_PART_LENGTH:
	case OPT43_PART_BLANK:
	case OPT43_PART_PXE_TYPE:
	case OPT43_PART_PXE_COUNT:
	case OPT43_PART_PXE_SERVER:
	case OPT43_PART_IDENTITY:
	case OPT43_PART_OTHER:
	case OPT43_PART_NUL:
	case OPT43_PART_PAD:
	case OPT43_PART_END:
	case OPT43_PART_REST:
	case OPT43_PART_ALONE:
	case OPT43_PART_SPILT:
		break;
	}
	return NULL;
}

static const char *plain_name(enum opt43_part part)
{
	switch (part) {
	case OPT43_PART_BLANK:
		return "a blank, before the next field";
	case OPT43_PART_PXE_TYPE:
		return "type of the servers";
	case OPT43_PART_IDENTITY:
		return "its value";
	case OPT43_PART_OTHER:
		return "its value, which is not read";
	case OPT43_PART_NUL:
		return "NUL at the end, which is cut off";
	case OPT43_PART_PAD:
		return "a pad, which is passed over";
	case OPT43_PART_END:
		return "the end of the list";
	case OPT43_PART_REST:
		return "behind the end: not read";
	case OPT43_PART_ALONE:
		return "the type of a sub-option, or a character too many";
	case OPT43_PART_SPILT:
		return "what the value before seems to go on with";
	case OPT43_PART_TYPE:
	case OPT43_PART_LENGTH:
	case OPT43_PART_URL:
	case OPT43_PART_USERNAME:
	case OPT43_PART_PASSWORD:
	case OPT43_PART_PROVIDER:
	case OPT43_PART_CODE:
	case OPT43_PART_MIN_WAIT:
	case OPT43_PART_MULTIPLIER:
	case OPT43_PART_PXE_COUNT:
	case OPT43_PART_PXE_SERVER:
		break;
	}
	return "";
}

static void put_value(struct opt43_words *words, const struct opt43_span *span,
    const char *name, bool shows_secrets)
{
	auto_buf value = BUF_NULL;

	if (shows_secrets)
		buf_append_str(&value, span->bytes);
	else if (span->is_secret)
		buf_append_text(&value, "***");
	else
		secret_put(&value, span->bytes);
	(void)shown_snprintf(words->meaning, sizeof(words->meaning), "%s%.*s", name,
	    STR_ARG(buf_str(&value)));
}

static void put_server(struct opt43_words *words, const struct opt43_span *span)
{
	uint32_t address = get_u32((const uint8_t *)span->bytes.p);
	char text[IPV4_TEXT_MAX];

	(void)snprintf(words->meaning, sizeof(words->meaning), "PXE server %s",
	    ipv4_text(address, text));
}

static void put_meaning(struct opt43_words *words, const struct opt43_span *span,
    bool shows_secrets)
{
	const char *name = value_name(span->part);
	size_t room = sizeof(words->meaning);

	if (name)
		put_value(words, span, name, shows_secrets);
	else if (span->part == OPT43_PART_TYPE)
		(void)snprintf(words->meaning, room, "sub-option %u: %s", span->type,
		    type_name(words, span->type));
	else if (span->part == OPT43_PART_LENGTH && span->is_secret && !shows_secrets)
		(void)snprintf(words->meaning, room, "its length: ***");
	else if (span->part == OPT43_PART_LENGTH)
		(void)snprintf(words->meaning, room, "its length: %zu byte%s",
		    span->says, span->says == 1 ? "" : "s");
	else if (span->part == OPT43_PART_PXE_COUNT)
		(void)snprintf(words->meaning, room, "how many: %zu", span->says);
	else if (span->part == OPT43_PART_PXE_SERVER)
		put_server(words, span);
	else
		(void)snprintf(words->meaning, room, "%s", plain_name(span->part));
}

/* ---- what is wrong ------------------------------------------------------------------- */

static void complain(struct opt43_words *words, bool is_odd, const char *fmt, ...)
    ATTR_PRINTF(3, 4);

static void complain(struct opt43_words *words, bool is_odd, const char *fmt, ...)
{
	va_list args;

	if (words->n_wrong == OPT43_WRONG_MAX)
		return;
	words->is_odd[words->n_wrong] = is_odd;
	va_start(args, fmt);
	(void)shown_vsnprintf(words->wrong[words->n_wrong++], OPT43_WORDS_MAX, fmt,
	    args);
	va_end(args);
}

static void complain_of_length(struct opt43_words *words, const struct opt43_span *span)
{
	complain(words, false,
	    "offset %zu: sub-option %u says length %zu (%02zX), the value ends at %zu "
	    "(%02zX)",
	    words->offset + span->at, span->type, span->says, span->says, span->there,
	    span->there);
}

/* With the length that would be right, which is what people forget to count anew. */
static void complain_of_spilt(struct opt43_words *words, const struct opt43_span *span)
{
	size_t right = span->there;
	bool is_last = span->length_at + 1 + right == words->n_bytes;

	if (right <= UINT8_MAX)
		complain(words, false,
		    "offset %zu: no sub-option begins here; the length at offset %zu is "
		    "too small: %zu (%02zX) reaches to the %s",
		    words->offset + span->at, words->offset + span->length_at, right,
		    right, is_last ? "end" : "next sub-option");
	else
		complain(words, false,
		    "offset %zu: no sub-option begins here; the length at offset %zu is "
		    "too small",
		    words->offset + span->at, words->offset + span->length_at);
}

static const struct {
	unsigned deviation;
	bool is_odd;
	const char *words;
} oddities[] = {
	{ OPT43_BAD_NUMBER, false,
	    "no decimal number in its range, so it is passed over (3: 1 to 65535, "
	    "4: 1000 to 65535)" },
	{ OPT43_EXTRA_BLANK, false,
	    "one blank stands between URL, user and password, and none of them is empty" },
	{ OPT43_TRAILING_NUL, true, "none is needed, and not every CPE cuts it off" },
	{ OPT43_DUPLICATE, true, "it was there before; the first one counts" },
	{ OPT43_END_INSIDE, true,
	    "the list ends with the option, though some servers add this" },
	{ OPT43_PAD_INSIDE, true, "no pad is needed" },
	{ OPT43_DESCENDING, true, "it follows one of a higher number" },
};

static void put_wrong(struct opt43_words *words, const struct opt43_span *span)
{
	unsigned deviations = span->deviations;

	words->n_wrong = 0;
	if (span->part == OPT43_PART_LENGTH && (deviations & OPT43_LENGTH_PAST_END))
		complain_of_length(words, span);
	if (span->part == OPT43_PART_PXE_COUNT && span->says != span->there)
		complain(words, false, "%zu follow%s", span->there,
		    span->there == 1 ? "s" : "");
	if (span->part == OPT43_PART_SPILT ||
	    (span->part == OPT43_PART_ALONE && span->is_secret))
		complain_of_spilt(words, span);
	else if (span->part == OPT43_PART_ALONE)
		complain(words, false,
		    "offset %zu: the length and the value of sub-option %u are missing",
		    words->offset + span->at, span->type);
	for (size_t i = 0; i < ARRAY_LEN(oddities); i++) {
		if (deviations & oddities[i].deviation)
			complain(words, oddities[i].is_odd, "%s", oddities[i].words);
	}
}

void opt43_words_make(struct opt43_words *words, const struct opt43_span *span,
    bool shows_secrets)
{
	put_meaning(words, span, shows_secrets);
	put_wrong(words, span);
}
