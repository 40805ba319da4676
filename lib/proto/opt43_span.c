#include "lib/proto/opt43_span.h"

#include "lib/base/compiler.h"

enum {
	/* Bytes in which lists are looked for: more than a datagram of IP holds. */
	LISTS_MAX = 65536,
};

struct walk {
	const struct opt43 *acs;
	void (*on_span)(void *user, const struct opt43_span *span);
	void *user;
	struct str bytes;
	size_t at;              /* where the next span begins */
	size_t length_at;       /* of the sub-option before, 0: none */
	uint8_t type, last;     /* of this sub-option, and of the one before */
	bool is_first;          /* no sub-option of that type came before */
	bool may_hold_password; /* what follows: one may have begun */
	bool has_seen[256];
	size_t list_at; /* of the list that right_length() found last */
	bool has_lists; /* are_lists is filled in */
	uint8_t are_lists[LISTS_MAX / 8]; /* a bit for each byte: begins_list() */
};

static struct opt43_span span_of(const struct walk *walk, enum opt43_part part)
{
	return (struct opt43_span){ .part = part, .type = walk->type };
}

/* Hands the next n bytes over, none if there are none. */
static void tell(struct walk *walk, struct opt43_span span, size_t n)
{
	if (n == 0)
		return;
	span.at = walk->at;
	span.bytes = str_make(walk->bytes.p + walk->at, n);
	walk->at += n;
	walk->on_span(walk->user, &span);
}

static void tell_odd(struct walk *walk, enum opt43_part part, size_t n,
    unsigned deviations)
{
	struct opt43_span span = span_of(walk, part);

	span.deviations = walk->is_first ? deviations : 0;
	tell(walk, span, n);
}

static void tell_secret(struct walk *walk, enum opt43_part part, size_t n,
    unsigned deviations)
{
	struct opt43_span span = span_of(walk, part);

	span.deviations = walk->is_first ? deviations : 0;
	span.is_secret = true;
	tell(walk, span, n);
}

/* ---- values ------------------------------------------------------------------------- */

static unsigned extra_blank_if(bool is_odd)
{
	return is_odd ? OPT43_EXTRA_BLANK : 0;
}

/* "URL", "URL user" or "URL user password". */
static void walk_acs(struct walk *walk, struct str value)
{
	struct str after_url, after_user;
	struct str url = str_cut(value, ' ', &after_url);
	struct str user = str_cut(after_url, ' ', &after_user);

	tell_odd(walk, OPT43_PART_URL, url.len, 0);
	if (!after_url.p)
		return;
	tell_odd(walk, OPT43_PART_BLANK, 1,
	    extra_blank_if(url.len == 0 || (user.len == 0 && !after_user.p)));
	tell_odd(walk, OPT43_PART_USERNAME, user.len, 0);
	if (!after_user.p)
		return;
	tell_odd(walk, OPT43_PART_BLANK, 1,
	    extra_blank_if(user.len == 0 || after_user.len == 0));
	tell_secret(walk, OPT43_PART_PASSWORD, after_user.len,
	    extra_blank_if(str_find_char(after_user, ' ') < after_user.len));
}

static void walk_pxe(struct walk *walk, struct str value)
{
	struct opt43_span count = span_of(walk, OPT43_PART_PXE_COUNT);
	size_t n_servers = value.len > 3 ? (value.len - 3) / 4 : 0;

	tell_odd(walk, OPT43_PART_PXE_TYPE, MIN(value.len, (size_t)2), 0);
	if (value.len < 3)
		return;
	count.says = (uint8_t)value.p[2];
	count.there = n_servers;
	tell(walk, count, 1);
	for (size_t i = 0; i < n_servers; i++)
		tell_odd(walk, OPT43_PART_PXE_SERVER, 4, 0);
	tell_odd(walk, OPT43_PART_OTHER, (value.len - 3) % 4, 0);
}

/* Or a password where user names and passwords have sub-options of their own. */
static bool may_be_number(struct str value)
{
	return value.len > 0 && (uint8_t)value.p[0] <= '9';
}

/* A user name and a password, or two numbers; what is neither may be a password, too. */
static void walk_third_or_fourth(struct walk *walk, struct str value, unsigned odd)
{
	bool is_third = walk->type == 3;

	if (walk->acs->layout == OPT43_ELTEX && is_third)
		tell_odd(walk, OPT43_PART_USERNAME, value.len, 0);
	else if (walk->acs->layout == OPT43_ELTEX)
		tell_secret(walk, OPT43_PART_PASSWORD, value.len, 0);
	else if (walk->acs->layout != OPT43_TR069)
		tell_secret(walk, OPT43_PART_OTHER, value.len, 0);
	else if (is_third)
		tell_odd(walk, OPT43_PART_MIN_WAIT, value.len, odd);
	else if (may_be_number(value))
		tell_odd(walk, OPT43_PART_MULTIPLIER, value.len, odd);
	else
		tell_secret(walk, OPT43_PART_MULTIPLIER, value.len, odd);
}

static bool is_identity(uint8_t type)
{
	return type >= OPT43_SUB_IDENTITY_FIRST && type <= OPT43_SUB_IDENTITY_LAST;
}

/* What nobody reads, where it may be the end of a password before which the length is too
 * small: then its type and its length are characters of the password, too. */
static bool may_be_password(const struct walk *walk, struct str value)
{
	bool is_other = walk->type >= OPT43_SUBS_NAMED && !is_identity(walk->type);
	bool is_unread = walk->type == OPT43_SUB_PXE ? !opt43_is_pxe(value) : is_other;

	return walk->may_hold_password && is_unread;
}

/* How many bytes of a value of no layout may be shown: all, unless an option 43 that is broken may
 * stand in it, or a URL. Behind that comes a user name, and then a password. */
static size_t open_length(const struct walk *walk, struct str value)
{
	struct str behind, rest;
	struct str url = str_cut(value, ' ', &behind);

	if (walk->type == OPT43_SUB_SELF)
		return 0;
	if (!str_find(value, STR("://"), NULL))
		return value.len;
	if (!str_find(url, STR("://"), NULL))
		return 0;
	(void)str_cut(behind, ' ', &rest);
	return value.len - rest.len;
}

static void walk_other(struct walk *walk, struct str value)
{
	size_t open = may_be_password(walk, value) ? 0 : open_length(walk, value);

	tell_odd(walk, OPT43_PART_OTHER, open, 0);
	tell_secret(walk, OPT43_PART_OTHER, value.len - open, 0);
}

/* odd: what is wrong with the value as a whole. */
static void walk_value(struct walk *walk, struct str value, unsigned odd)
{
	size_t nuls = 0;

	if (walk->type == OPT43_SUB_PXE && !may_be_password(walk, value)) {
		walk_pxe(walk, value);
		return;
	}
	if (is_identity(walk->type)) {
		tell_odd(walk, OPT43_PART_IDENTITY, value.len, 0);
		return;
	}
	if (walk->type >= OPT43_SUBS_NAMED) {
		walk_other(walk, value);
		return;
	}
	while (value.len > 0 && value.p[value.len - 1] == '\0') {
		value.len--;
		nuls++;
	}
	if (walk->type == OPT43_SUB_ACS)
		walk_acs(walk, value);
	else if (walk->type == 2)
		tell_odd(walk,
		    walk->acs->layout == OPT43_COMWARE ? OPT43_PART_PROVIDER
						       : OPT43_PART_CODE,
		    value.len, 0);
	else
		walk_third_or_fourth(walk, value, odd);
	if (value.len > 0)
		odd = 0;
	tell_odd(walk, OPT43_PART_NUL, nuls, OPT43_TRAILING_NUL | odd);
}

/* ---- sub-options -------------------------------------------------------------------- */

/* What is wrong with the value as a whole: no number, or no URL beside PXE servers. */
static unsigned oddity_of(const struct walk *walk)
{
	const struct opt43 *acs = walk->acs;
	bool is_no_number = (walk->type == 3 && !acs->has_min_wait) ||
			    (walk->type == 4 && !acs->has_multiplier);

	if (acs->layout == OPT43_COMWARE)
		return extra_blank_if(walk->type == OPT43_SUB_ACS &&
				      acs->url.len == 0 && !acs->username.p);
	return acs->layout == OPT43_TR069 && is_no_number ? OPT43_BAD_NUMBER : 0;
}

static bool is_character(uint8_t type)
{
	return type >= ' ' && type <= '~';
}

static bool is_list_at(const struct walk *walk, size_t at)
{
	return at == walk->bytes.len ||
	       (at < LISTS_MAX && (walk->are_lists[at / 8] >> at % 8 & 1));
}

/* Whether the bytes from there on are sub-options that fit, if it is known of those behind. */
static bool begins_list(const struct walk *walk, size_t at)
{
	struct opt43_sub sub;

	(void)opt43_next(walk->bytes, &at, &sub);
	if (sub.type == OPT43_SUB_END)
		return at == walk->bytes.len;
	if (sub.type != OPT43_SUB_PAD &&
	    (is_character(sub.type) || !sub.has_length || sub.length != sub.value.len))
		return false;
	return is_list_at(walk, at);
}

/* From the end on, so that each byte is looked at once. */
static void find_lists(struct walk *walk)
{
	if (walk->has_lists)
		return;
	walk->has_lists = true;
	for (size_t at = MIN(walk->bytes.len, (size_t)LISTS_MAX); at-- > 0;) {
		if (begins_list(walk, at))
			walk->are_lists[at / 8] |= (uint8_t)(1U << at % 8);
	}
}

/* What the length of the sub-option before should say, which is too small: sub-options
 * follow behind so many bytes, or nothing does. Lengths come in their order: the list
 * that was found for an earlier one is that for this one, too, if it is not too near. */
static size_t right_length(struct walk *walk)
{
	size_t value_at = walk->length_at + 1;
	size_t least = value_at + (uint8_t)walk->bytes.p[walk->length_at] + 1;

	find_lists(walk);
	if (walk->list_at < least) {
		size_t at = least;

		while (at < walk->bytes.len && !is_list_at(walk, at))
			at++;
		walk->list_at = at;
	}
	return walk->list_at - value_at;
}

/* Whether a value goes on where a type should be: with a character, or with a byte of a
 * password that is none of ASCII's and begins no sub-option that fits. */
static bool is_spilt(const struct walk *walk, const struct opt43_sub *sub)
{
	bool is_self = sub->type == OPT43_SUB_SELF;
	bool fits = sub->has_length && sub->length == sub->value.len;

	return walk->length_at > 0 &&
	       ((is_character(sub->type) && !is_self) ||
		   (may_be_password(walk, sub->value) && (is_self || !fits)));
}

static unsigned deviations_of_type(const struct walk *walk)
{
	bool is_counted = walk->type < OPT43_SUBS_NAMED || walk->type == OPT43_SUB_PXE;

	return (walk->type < walk->last ? OPT43_DESCENDING : 0) |
	       (is_counted && !walk->is_first ? OPT43_DUPLICATE : 0);
}

static void walk_alone(struct walk *walk, const struct opt43_sub *sub)
{
	struct opt43_span span = span_of(walk, OPT43_PART_ALONE);

	span.length_at = walk->length_at;
	span.deviations = OPT43_DANGLING_TYPE;
	span.is_secret = is_spilt(walk, sub);
	span.there = span.is_secret ? right_length(walk) : 0;
	tell(walk, span, 1);
}

static void walk_spilt(struct walk *walk, const struct opt43_sub *sub)
{
	struct opt43_span span = span_of(walk, OPT43_PART_SPILT);

	span.length_at = walk->length_at;
	span.deviations = deviations_of_type(walk) |
			  (sub->length > sub->value.len ? OPT43_LENGTH_PAST_END : 0);
	span.there = right_length(walk);
	span.is_secret = true;
	tell(walk, span, 2 + sub->value.len);
}

static bool has_blank(struct str s)
{
	return str_find_char(s, ' ') < s.len;
}

/* Whether a password may stand in what follows, the value of this sub-option first: behind a
 * blank in or behind the ACS, or where a sub-option holds a user name or a password alone. */
static bool begins_password(const struct walk *walk, struct str value)
{
	bool is_third_or_fourth = walk->type == 3 || walk->type == 4;

	if (walk->type == OPT43_SUB_ACS || str_find(value, STR("://"), NULL))
		return has_blank(str_from(walk->bytes, walk->at));
	return is_third_or_fourth &&
	       (walk->acs->layout != OPT43_TR069 || !may_be_number(value));
}

static void walk_sub(struct walk *walk, const struct opt43_sub *sub)
{
	struct opt43_span type = span_of(walk, OPT43_PART_TYPE);
	struct opt43_span length = span_of(walk, OPT43_PART_LENGTH);
	unsigned odd = walk->is_first ? oddity_of(walk) : 0;
	bool begins;

	type.deviations = deviations_of_type(walk);
	tell(walk, type, 1);
	length.says = sub->length;
	length.there = sub->value.len;
	length.deviations = length.says > length.there ? OPT43_LENGTH_PAST_END : 0;
	if (sub->value.len == 0)
		length.deviations |= odd;
	length.is_secret = may_be_password(walk, sub->value);
	if (!length.is_secret)
		walk->length_at = walk->at;
	tell(walk, length, 1);
	begins = begins_password(walk, sub->value);
	walk_value(walk, sub->value, odd);
	walk->may_hold_password |= begins;
}

void opt43_spans(struct str bytes, const struct opt43 *acs,
    void (*on_span)(void *user, const struct opt43_span *span), void *user)
{
	struct walk walk = { .acs = acs,
		.on_span = on_span,
		.user = user,
		.bytes = bytes };
	struct opt43_sub sub;
	size_t at = 0;

	while (opt43_next(bytes, &at, &sub)) {
		walk.type = sub.type;
		walk.is_first = !walk.has_seen[sub.type];
		if (sub.type == OPT43_SUB_END) {
			tell_odd(&walk, OPT43_PART_END, 1, OPT43_END_INSIDE);
			tell_secret(&walk, OPT43_PART_REST, bytes.len - at, 0);
			return;
		}
		if (sub.type == OPT43_SUB_PAD) {
			tell_odd(&walk, OPT43_PART_PAD, 1, OPT43_PAD_INSIDE);
			continue;
		}
		if (!sub.has_length) {
			walk_alone(&walk, &sub);
			return;
		}
		if (is_spilt(&walk, &sub))
			walk_spilt(&walk, &sub);
		else
			walk_sub(&walk, &sub);
		walk.has_seen[sub.type] = true;
		walk.last = sub.type;
	}
}
