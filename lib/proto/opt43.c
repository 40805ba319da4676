#include "lib/proto/opt43.h"

#include "lib/base/text.h"

enum {
	SUB_PAD = 0,
	SUB_ACS = 1,
	SUB_IDENTITY_FIRST = 11,
	SUB_IDENTITY_LAST = 16,
	SUB_SELF = 43, /* none: option 43 within option 43 */
	SUB_PXE = 0x80,
	SUB_END = 255,
	SUBS_NAMED = 5, /* 1-4, and 0 unused */
	RETRY_WAIT_MIN = 1,
	RETRY_MULTIPLIER_MIN = 1000,
	RETRY_MAX = 65535,
};

struct subs { /* the first copy of each */
	struct str named[SUBS_NAMED];
	size_t at[SUBS_NAMED]; /* of the type byte */
	struct str pxe;
};

static void note(struct opt43 *out, enum opt43_deviation bit, size_t at)
{
	if (!out->deviations)
		out->deviation_offset = at;
	out->deviations |= bit;
}

static void store(struct opt43 *out, struct subs *subs, uint8_t type, size_t at,
    struct str value)
{
	struct str *slot = type == SUB_PXE ? &subs->pxe : &subs->named[type];

	if (slot->p) {
		note(out, OPT43_DUPLICATE, at);
		return;
	}
	if (type != SUB_PXE) {
		subs->at[type] = at;
		if (value.len > 0 && value.p[value.len - 1] == '\0')
			note(out, OPT43_TRAILING_NUL, at);
		while (value.len > 0 && value.p[value.len - 1] == '\0')
			value.len--;
	}
	*slot = value;
}

/* Splits the bytes into sub-options; 0 or ERR_MALFORMED (strict only). */
static int read_subs(struct opt43 *out, struct subs *subs, struct str bytes,
    bool is_lenient, struct error *err)
{
	uint8_t last = 0;
	size_t at = 0;

	while (at < bytes.len) {
		uint8_t type = (uint8_t)bytes.p[at];
		size_t len, left;

		if (type == SUB_END) {
			note(out, OPT43_END_INSIDE, at);
			return 0;
		}
		if (type == SUB_PAD) {
			note(out, OPT43_PAD_INSIDE, at++);
			continue;
		}
		if (bytes.len - at < 2) {
			note(out, OPT43_DANGLING_TYPE, at);
			return is_lenient
				   ? 0
				   : error_set_at(err, ERR_MALFORMED, at,
					 "sub-option %u at byte %zu: the length is missing",
					 type, at);
		}
		len = (uint8_t)bytes.p[at + 1];
		left = bytes.len - at - 2;
		if (len > left) {
			note(out, OPT43_LENGTH_PAST_END, at);
			if (!is_lenient)
				return error_set_at(err, ERR_MALFORMED, at,
				    "sub-option %u at byte %zu: length %zu past the end, "
				    "%zu bytes follow",
				    type, at, len, left);
			len = left;
		}
		if (type < last)
			note(out, OPT43_DESCENDING, at);
		last = type;
		if (type >= SUB_IDENTITY_FIRST && type <= SUB_IDENTITY_LAST)
			out->has_identity = true;
		if (type < SUBS_NAMED || type == SUB_PXE)
			store(out, subs, type, at, str_make(bytes.p + at + 2, len));
		at += 2 + len;
	}
	return 0;
}

static bool is_printable(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return s.len > 0;
}

static struct str skip_digits(struct str s)
{
	while (s.len > 0 && s.p[0] >= '0' && s.p[0] <= '9')
		s = str_from(s, 1);
	return s;
}

/* Whether somebody meant a number, "5 s", "-5", "0x7d0" or "2.0", which is none of digits
 * alone; no user name or password looks like that. */
static bool is_meant_as_number(struct str s)
{
	static const char *const ends[] = { "", "s", "sec", "seconds", "ms", "%" };
	struct str rest = str_trim(s);

	if (str_starts(rest, STR("0x")))
		return rest.len <= 6;
	if (rest.len > 0 && (rest.p[0] == '-' || rest.p[0] == '+'))
		rest = str_from(rest, 1);
	if (skip_digits(rest).len == rest.len)
		return false;
	rest = skip_digits(rest);
	if (rest.len > 0 && (rest.p[0] == '.' || rest.p[0] == ','))
		rest = skip_digits(str_from(rest, 1));
	rest = str_trim(rest);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		if (str_is(rest, ends[i]))
			return true;
	}
	return false;
}

/* Eltex has a user and a password where the others have two numbers. */
static bool is_eltex(struct str third, struct str fourth)
{
	return is_printable(third) && is_printable(fourth) &&
	       !(is_meant_as_number(third) && is_meant_as_number(fourth));
}

/* The layouts share their tags, so their contents must tell. */
static enum opt43_layout guess_layout(const struct subs *subs)
{
	struct str acs = subs->named[SUB_ACS];
	struct str third = subs->named[3], fourth = subs->named[4];

	if (str_find_char(acs, ' ') < acs.len)
		return OPT43_COMWARE;
	if (subs->pxe.p)
		return acs.p ? OPT43_COMWARE : OPT43_PXE;
	if (is_eltex(third, fourth))
		return OPT43_ELTEX;
	if (acs.p || subs->named[2].p || third.p || fourth.p)
		return OPT43_TR069;
	return OPT43_UNKNOWN;
}

static void read_comware(struct opt43 *out, const struct subs *subs)
{
	struct str rest = subs->named[SUB_ACS];

	out->url = str_cut(rest, ' ', &rest);
	out->username = str_cut(rest, ' ', &rest);
	out->password = rest;
	if ((out->username.p && out->username.len == 0) || out->url.len == 0 ||
	    str_find_char(out->password, ' ') < out->password.len ||
	    (out->password.p && out->password.len == 0))
		note(out, OPT43_EXTRA_BLANK, subs->at[SUB_ACS]);
	out->service_provider = subs->named[2];
}

static bool read_number(struct opt43 *out, const struct subs *subs, unsigned type,
    uint64_t min, uint32_t *ret)
{
	uint64_t n;

	if (!subs->named[type].p)
		return false;
	if (str_to_u64(subs->named[type], RETRY_MAX, &n) < 0 || n < min) {
		note(out, OPT43_BAD_NUMBER, subs->at[type]);
		return false;
	}
	*ret = (uint32_t)n;
	return true;
}

static void read_tr069(struct opt43 *out, const struct subs *subs)
{
	out->url = subs->named[SUB_ACS];
	out->provisioning_code = subs->named[2];
	out->has_min_wait =
	    read_number(out, subs, 3, RETRY_WAIT_MIN, &out->retry_min_wait);
	out->has_multiplier =
	    read_number(out, subs, 4, RETRY_MULTIPLIER_MIN, &out->retry_multiplier);
}

void opt43_from_subs(struct opt43 *out, const struct str sub[])
{
	struct subs subs = { .named = { [0] = STR_NULL } };

	for (unsigned i = SUB_ACS; i < SUBS_NAMED; i++)
		subs.named[i] = sub[i];
	*out = (struct opt43){ .layout = OPT43_TR069 };
	read_tr069(out, &subs);
}

static void read_eltex(struct opt43 *out, const struct subs *subs)
{
	out->url = subs->named[SUB_ACS];
	out->provisioning_code = subs->named[2];
	out->username = subs->named[3];
	out->password = subs->named[4];
}

int opt43_parse(struct opt43 *out, const void *bytes, size_t len, bool is_lenient,
    struct error *err)
{
	struct subs subs = { 0 };
	int r;

	*out = (struct opt43){ 0 };
	r = read_subs(out, &subs, str_make(bytes, len), is_lenient, err);
	if (r < 0)
		return r;
	out->layout = guess_layout(&subs);
	out->pxe = subs.pxe;
	switch (out->layout) {
	case OPT43_COMWARE:
		read_comware(out, &subs);
		break;
	case OPT43_TR069:
		read_tr069(out, &subs);
		break;
	case OPT43_ELTEX:
		read_eltex(out, &subs);
		break;
	case OPT43_PXE:
	case OPT43_UNKNOWN:
		break;
	}
	return 0;
}

/* ---- mistakes ----------------------------------------------------------------------- */

static bool is_url(struct str s)
{
	return str_starts(s, STR("http://")) || str_starts(s, STR("https://"));
}

/* Whether the bytes are sub-options of which the first is a URL. */
static bool is_list(struct str bytes)
{
	struct opt43 opt43;

	return opt43_parse(&opt43, bytes.p, bytes.len, true, NULL) == 0 &&
	       is_url(opt43.url);
}

/* The bytes that the text's hexadecimal digits stand for, whatever separates them; false where
 * it has other characters. */
static bool read_digits(struct str text, char bytes[256], size_t *ret_len)
{
	size_t n = 0;
	int high = -1;

	if (str_starts(text, STR("0x")))
		text = str_from(text, 2);
	for (size_t i = 0; i < text.len && n < 256; i++) {
		int digit = hex_digit(text.p[i]);

		if (digit < 0 && text.p[i] != ':' && text.p[i] != ' ' &&
		    text.p[i] != '.' && text.p[i] != '-')
			return false;
		if (digit >= 0 && high >= 0)
			bytes[n++] = (char)(high * 16 + digit);
		if (digit >= 0)
			high = high >= 0 ? -1 : digit;
	}
	*ret_len = n;
	return n > 0;
}

const char *opt43_mistake(struct str value)
{
	char bytes[256];
	size_t n;

	if (is_url(value))
		return "is a URL as bare text, not a list of sub-options";
	if (value.len > 2 && (uint8_t)value.p[0] == SUB_SELF &&
	    is_list(str_from(value, 2)))
		return "holds an option 43 again, and in that the sub-options";
	if (read_digits(value, bytes, &n) && is_list(str_make(bytes, n)))
		return "is the digits of its bytes as text, not a list of sub-options";
	return NULL;
}

/* ---- writing ------------------------------------------------------------------------ */

static int write_sub(struct buf *out, uint8_t type, struct str value, struct error *err)
{
	if (value.len > UINT8_MAX)
		return error_set(err, ERR_LIMIT,
		    "sub-option %u has %zu bytes, 255 is the most", type, value.len);
	buf_append_char(out, (char)type);
	buf_append_char(out, (char)(uint8_t)value.len);
	buf_append_str(out, value);
	return out->error;
}

static int write_optional(struct buf *out, uint8_t type, struct str value,
    struct error *err)
{
	return value.len > 0 ? write_sub(out, type, value, err) : 0;
}

static int check_comware_field(const char *what, struct str value, struct error *err)
{
	if (str_find_char(value, ' ') < value.len)
		return error_set(err, ERR_MALFORMED,
		    "the %s has a blank in it, which separates the fields of the "
		    "Comware layout",
		    what);
	return 0;
}

static int write_comware(struct buf *out, const struct opt43 *in, struct error *err)
{
	auto_buf acs = BUF_NULL;
	int r;

	if ((r = check_comware_field("URL", in->url, err)) < 0 ||
	    (r = check_comware_field("user name", in->username, err)) < 0 ||
	    (r = check_comware_field("password", in->password, err)) < 0)
		return r;
	if (in->username.len > 0 && in->url.len == 0)
		return error_set(err, ERR_MALFORMED, "a user name without a URL");
	if (in->password.len > 0 && in->username.len == 0)
		return error_set(err, ERR_MALFORMED, "a password without a user name");
	buf_append_str(&acs, in->url);
	if (in->username.len > 0) {
		buf_append_char(&acs, ' ');
		buf_append_str(&acs, in->username);
	}
	if (in->password.len > 0) {
		buf_append_char(&acs, ' ');
		buf_append_str(&acs, in->password);
	}
	if (acs.error)
		return acs.error;
	r = write_optional(out, SUB_ACS, buf_str(&acs), err);
	if (r == 0)
		r = write_optional(out, 2, in->service_provider, err);
	return r < 0 ? r : write_optional(out, SUB_PXE, in->pxe, err);
}

static int write_number(struct buf *out, uint8_t type, uint32_t n, struct error *err)
{
	auto_buf text = BUF_NULL;

	buf_printf(&text, "%u", n);
	return text.error ? text.error : write_sub(out, type, buf_str(&text), err);
}

static int write_tr069(struct buf *out, const struct opt43 *in, struct error *err)
{
	int r = write_optional(out, SUB_ACS, in->url, err);

	if (r == 0)
		r = write_optional(out, 2, in->provisioning_code, err);
	if (r == 0 && in->has_min_wait)
		r = write_number(out, 3, in->retry_min_wait, err);
	if (r == 0 && in->has_multiplier)
		r = write_number(out, 4, in->retry_multiplier, err);
	return r;
}

int opt43_write(struct buf *out, const struct opt43 *in, struct error *err)
{
	switch (in->layout) {
	case OPT43_COMWARE:
		return write_comware(out, in, err);
	case OPT43_TR069:
		return write_tr069(out, in, err);
	case OPT43_ELTEX:
	case OPT43_PXE:
	case OPT43_UNKNOWN:
		break;
	}
	return error_set(err, ERR_UNSUPPORTED, "layout %s is read only",
	    opt43_layout_name(in->layout));
}

const char *opt43_layout_name(enum opt43_layout layout)
{
	switch (layout) {
	case OPT43_TR069:
		return "tr069";
	case OPT43_COMWARE:
		return "comware";
	case OPT43_ELTEX:
		return "eltex";
	case OPT43_PXE:
		return "pxe";
	case OPT43_UNKNOWN:
		break;
	}
	return "unknown";
}

const char *opt43_deviation_name(enum opt43_deviation bit)
{
	switch (bit) {
	case OPT43_LENGTH_PAST_END:
		return "a length past the end, clamped";
	case OPT43_TRAILING_NUL:
		return "a trailing NUL, cut off";
	case OPT43_DUPLICATE:
		return "a sub-option twice, the first counts";
	case OPT43_END_INSIDE:
		return "an end option inside";
	case OPT43_PAD_INSIDE:
		return "padding inside";
	case OPT43_DANGLING_TYPE:
		return "a byte left over at the end";
	case OPT43_BAD_NUMBER:
		return "a number that is none or out of range";
	case OPT43_DESCENDING:
		return "sub-options in descending order";
	case OPT43_EXTRA_BLANK:
		return "blanks that are no separators";
	}
	return "";
}
