#include "lib/proto/opt43.h"

#include "lib/base/text.h"

struct subs { /* the first copy of each */
	struct str named[OPT43_SUBS_NAMED];
	size_t at[OPT43_SUBS_NAMED]; /* of the type byte */
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
	struct str *slot = type == OPT43_SUB_PXE ? &subs->pxe : &subs->named[type];

	if (slot->p) {
		note(out, OPT43_DUPLICATE, at);
		return;
	}
	if (type != OPT43_SUB_PXE) {
		subs->at[type] = at;
		if (value.len > 0 && value.p[value.len - 1] == '\0')
			note(out, OPT43_TRAILING_NUL, at);
		while (value.len > 0 && value.p[value.len - 1] == '\0')
			value.len--;
	}
	*slot = value;
}

bool opt43_next(struct str bytes, size_t *at, struct opt43_sub *ret)
{
	struct str rest = str_from(bytes, *at);

	if (rest.len == 0)
		return false;
	*ret = (struct opt43_sub){ .at = *at, .type = (uint8_t)rest.p[0] };
	*at += 1;
	if (ret->type == OPT43_SUB_PAD || ret->type == OPT43_SUB_END || rest.len == 1)
		return true;
	ret->has_length = true;
	ret->length = (uint8_t)rest.p[1];
	ret->value = str_make(rest.p + 2, MIN((size_t)ret->length, rest.len - 2));
	*at += 1 + ret->value.len;
	return true;
}

/* What is wrong with the length of a sub-option; 0 or ERR_MALFORMED (strict only). */
static int check_length(struct opt43 *out, const struct opt43_sub *sub, bool is_lenient,
    struct error *err)
{
	if (!sub->has_length) {
		note(out, OPT43_DANGLING_TYPE, sub->at);
		return is_lenient ? 0
				  : error_set_at(err, ERR_MALFORMED, sub->at,
					"sub-option %u at byte %zu: the length is "
					"missing",
					sub->type, sub->at);
	}
	if (sub->length == sub->value.len)
		return 0;
	note(out, OPT43_LENGTH_PAST_END, sub->at);
	return is_lenient ? 0
			  : error_set_at(err, ERR_MALFORMED, sub->at,
				"sub-option %u at byte %zu: length %u past the end, "
				"%zu bytes follow",
				sub->type, sub->at, sub->length, sub->value.len);
}

/* Splits the bytes into sub-options; 0 or ERR_MALFORMED (strict only). */
static int read_subs(struct opt43 *out, struct subs *subs, struct str bytes,
    bool is_lenient, struct error *err)
{
	struct opt43_sub sub;
	uint8_t last = 0;
	size_t at = 0;

	while (opt43_next(bytes, &at, &sub)) {
		int r;

		if (sub.type == OPT43_SUB_END) {
			note(out, OPT43_END_INSIDE, sub.at);
			return 0;
		}
		if (sub.type == OPT43_SUB_PAD) {
			note(out, OPT43_PAD_INSIDE, sub.at);
			continue;
		}
		r = check_length(out, &sub, is_lenient, err);
		if (r < 0 || !sub.has_length)
			return r;
		if (sub.type < last)
			note(out, OPT43_DESCENDING, sub.at);
		last = sub.type;
		if (sub.type >= OPT43_SUB_IDENTITY_FIRST &&
		    sub.type <= OPT43_SUB_IDENTITY_LAST)
			out->has_identity = true;
		if (sub.type < OPT43_SUBS_NAMED || sub.type == OPT43_SUB_PXE)
			store(out, subs, sub.type, sub.at, sub.value);
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
	struct str acs = subs->named[OPT43_SUB_ACS];
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
	struct str rest = subs->named[OPT43_SUB_ACS];

	out->url = str_cut(rest, ' ', &rest);
	out->username = str_cut(rest, ' ', &rest);
	out->password = rest;
	if ((out->username.p && out->username.len == 0) || out->url.len == 0 ||
	    str_find_char(out->password, ' ') < out->password.len ||
	    (out->password.p && out->password.len == 0))
		note(out, OPT43_EXTRA_BLANK, subs->at[OPT43_SUB_ACS]);
	out->service_provider = subs->named[2];
}

static bool read_number(struct opt43 *out, const struct subs *subs, unsigned type,
    uint64_t min, uint32_t *ret)
{
	uint64_t n;

	if (!subs->named[type].p)
		return false;
	if (str_to_u64(subs->named[type], OPT43_RETRY_MAX, &n) < 0 || n < min) {
		note(out, OPT43_BAD_NUMBER, subs->at[type]);
		return false;
	}
	*ret = (uint32_t)n;
	return true;
}

static void read_tr069(struct opt43 *out, const struct subs *subs)
{
	out->url = subs->named[OPT43_SUB_ACS];
	out->provisioning_code = subs->named[2];
	out->has_min_wait =
	    read_number(out, subs, 3, OPT43_RETRY_WAIT_MIN, &out->retry_min_wait);
	out->has_multiplier = read_number(out, subs, 4, OPT43_RETRY_MULTIPLIER_MIN,
	    &out->retry_multiplier);
}

void opt43_from_subs(struct opt43 *out, const struct str sub[])
{
	struct subs subs = { .named = { [0] = STR_NULL } };

	for (unsigned i = OPT43_SUB_ACS; i < OPT43_SUBS_NAMED; i++)
		subs.named[i] = sub[i];
	*out = (struct opt43){ .layout = OPT43_TR069 };
	read_tr069(out, &subs);
}

static void read_eltex(struct opt43 *out, const struct subs *subs)
{
	out->url = subs->named[OPT43_SUB_ACS];
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

bool opt43_is_pxe(struct str value)
{
	return str_starts(value, str_make("\0\0", 2));
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

/* Whether the text is hexadecimal digits, whatever separates them, of such a list. */
static bool is_digits(struct str text)
{
	uint8_t bytes[256];
	int n = hex_read(text, bytes, sizeof(bytes), NULL);

	if (n == ERR_LIMIT)
		n = sizeof(bytes);
	return n > 0 && is_list(str_make(bytes, (size_t)n));
}

enum opt43_mistake opt43_find_mistake(struct str value)
{
	if (is_url(value))
		return OPT43_BARE_URL;
	if (value.len > 2 && (uint8_t)value.p[0] == OPT43_SUB_SELF &&
	    is_list(str_from(value, 2)))
		return OPT43_NESTED;
	return is_digits(value) ? OPT43_DIGITS : OPT43_NO_MISTAKE;
}

const char *opt43_mistake(struct str value)
{
	switch (opt43_find_mistake(value)) {
	case OPT43_BARE_URL:
		return "is a URL as bare text, not a list of sub-options";
	case OPT43_NESTED:
		return "holds an option 43 again, and in that the sub-options";
	case OPT43_DIGITS:
		return "is the digits of its bytes as text, not a list of sub-options";
	case OPT43_NO_MISTAKE:
		break;
	}
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
	r = write_optional(out, OPT43_SUB_ACS, buf_str(&acs), err);
	if (r == 0)
		r = write_optional(out, 2, in->service_provider, err);
	return r < 0 ? r : write_optional(out, OPT43_SUB_PXE, in->pxe, err);
}

static int write_number(struct buf *out, uint8_t type, uint32_t n, struct error *err)
{
	auto_buf text = BUF_NULL;

	buf_printf(&text, "%u", n);
	return text.error ? text.error : write_sub(out, type, buf_str(&text), err);
}

static int write_tr069(struct buf *out, const struct opt43 *in, struct error *err)
{
	int r = write_optional(out, OPT43_SUB_ACS, in->url, err);

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
