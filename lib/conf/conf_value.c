/* The text of one scalar to a value of a row's type. */
#include "lib/base/clock.h"
#include "lib/base/text.h"
#include "lib/conf/conf_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

static const struct unit {
	const char *name;
	int64_t ns;
} units[] = {
	{ "us", NS_PER_US },
	{ "ms", NS_PER_MS },
	{ "s", NS_PER_S },
	{ "m", 60 * NS_PER_S },
	{ "h", 3600 * NS_PER_S },
	{ "d", 86400 * NS_PER_S },
};

int conf_duration(struct str text, int64_t *ret_ns)
{
	size_t n = 0;
	uint64_t value;

	while (n < text.len && text.p[n] >= '0' && text.p[n] <= '9')
		n++;
	if (str_to_u64(str_make(text.p, n), INT64_MAX, &value) < 0)
		return ERR_MALFORMED;
	if (n == text.len && value == 0) {
		*ret_ns = 0;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (!str_is(str_from(text, n), units[i].name))
			continue;
		if (value > (uint64_t)(INT64_MAX / units[i].ns))
			return ERR_MALFORMED;
		*ret_ns = (int64_t)value * units[i].ns;
		return 0;
	}
	return ERR_MALFORMED;
}

char *conf_duration_text(uint64_t ns, char *text, size_t size)
{
	size_t i = ARRAY_LEN(units);

	while (i > 1 && (ns == 0 || ns % (uint64_t)units[i - 1].ns != 0))
		i--;
	(void)snprintf(text, size, "%" PRIu64 "%s", ns / (uint64_t)units[i - 1].ns,
	    ns == 0 ? "" : units[i - 1].name);
	return text;
}

struct where { /* of the scalar that is converted, for its mistakes */
	const struct conf_doc *doc;
	const struct conf_row *row;
	const struct conf_node *node;
	struct error *err;
};

/* "text" is msg; a secret's text is not repeated. */
static int fail(const struct where *at, const char *msg, const char *hint)
{
	if (at->row->is_secret)
		return conf_fail(at->doc, at->node, hint, at->err, "\"%s\" %s",
		    at->row->key, msg);
	return conf_fail(at->doc, at->node, hint, at->err, "\"%.*s\" %s",
	    (int)MIN(at->node->text.len, (size_t)80), at->node->text.p, msg);
}

static bool is_within(const struct conf_row *row, uint64_t value)
{
	return value >= row->min && (row->max == 0 || value <= row->max);
}

static int fail_range(const struct where *at, const char *min, const char *max)
{
	char hint[96];

	if (at->row->max > 0)
		(void)snprintf(hint, sizeof(hint), "%s to %s", min, max);
	else
		(void)snprintf(hint, sizeof(hint), "%s or more", min);
	return conf_fail(at->doc, at->node, hint, at->err, "%.*s is out of range",
	    (int)MIN(at->node->text.len, (size_t)40), at->node->text.p);
}

static int to_str(const struct where *at, struct str text, const char **ret)
{
	char min[24], max[24], msg[96];

	if (!is_within(at->row, text.len)) {
		(void)snprintf(min, sizeof(min), "%" PRIu64, at->row->min);
		(void)snprintf(max, sizeof(max), "%" PRIu64, at->row->max);
		(void)snprintf(msg, sizeof(msg), "has %zu bytes; %s to %s are allowed",
		    text.len, min, max);
		return fail(at, msg, NULL);
	}
	*ret = text.p; /* terminated: it stands in the arena or in a literal */
	return 0;
}

static int to_bool(const struct where *at, struct str text, bool *ret)
{
	static const char *const words[] = { "false", "true", "no", "yes", "off",
		"on" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_is(text, words[i])) {
			*ret = i % 2 == 1;
			return 0;
		}
	}
	return fail(at, "is neither true nor false", "write true or false");
}

static int to_uint(const struct where *at, struct str text, uint64_t *ret)
{
	char min[24], max[24];
	uint64_t value;

	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return fail(at, "is no whole number", "digits only");
	}
	if (str_to_u64(text, UINT64_MAX, &value) == 0 && is_within(at->row, value)) {
		*ret = value;
		return 0;
	}
	(void)snprintf(min, sizeof(min), "%" PRIu64, at->row->min);
	(void)snprintf(max, sizeof(max), "%" PRIu64, at->row->max);
	return fail_range(at, min, max);
}

static int to_duration(const struct where *at, struct str text, clock_ns *ret)
{
	char min[32], max[32], hint[96];
	uint64_t bare;
	clock_ns ns;

	if (at->row->word && str_is(text, at->row->word)) {
		*ret = INT64_MAX;
		return 0;
	}
	if (conf_duration(text, &ns) < 0) {
		if (str_to_u64(text, UINT32_MAX, &bare) < 0)
			return fail(at, "is no duration",
			    "a whole number with its unit: us, ms, s, m, h, d");
		(void)snprintf(hint, sizeof(hint),
		    "\"%" PRIu64 "s\" for seconds; units: us, ms, s, m, h, d", bare);
		return fail(at, "has no unit", hint);
	}
	if (!is_within(at->row, (uint64_t)ns))
		return fail_range(at,
		    conf_duration_text(at->row->min, min, sizeof(min)),
		    conf_duration_text(at->row->max, max, sizeof(max)));
	*ret = ns;
	return 0;
}

static void list_names(const char *const *names, char *text, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; names[i] && n < size; i++) {
		int m = snprintf(text + n, size - n, "%s%s",
		    i ? ", " : "one of: ", names[i]);

		n += m > 0 ? (size_t)m : 0;
	}
}

static int to_enum(const struct where *at, struct str text, int *ret)
{
	const char *const *names = at->row->names;
	char hint[200];
	size_t n;

	for (n = 0; names[n]; n++) {
		if (str_is(text, names[n])) {
			*ret = (int)n;
			return 0;
		}
	}
	if (!conf_suggest(text, names, n, hint, sizeof(hint)))
		list_names(names, hint, sizeof(hint));
	return conf_fail(at->doc, at->node, hint, at->err, "unknown %s \"%.*s\"",
	    at->row->key, (int)MIN(text.len, (size_t)80), text.p);
}

static int to_ipv4(const struct where *at, struct str text, uint32_t *ret)
{
	const char *word = at->row->word;
	char hint[64];

	if (word && str_is(text, word)) {
		*ret = 0;
		return 0;
	}
	if (ipv4_parse(text, ret) == 0)
		return 0;
	(void)snprintf(hint, sizeof(hint), "four numbers: 10.0.0.1%s%s",
	    word ? ", or " : "", word ? word : "");
	return fail(at, "is no IPv4 address",
	    str_find_char(text, '/') < text.len ? "without /prefix here" : hint);
}

static int to_ipv4_net(const struct where *at, struct str text,
    struct conf_ipv4_net *ret)
{
	struct str prefix, address = str_cut(text, '/', &prefix);
	const char *word = at->row->word;
	uint64_t bits;
	uint32_t value;
	char hint[64];

	if (word && str_is(text, word)) {
		*ret = (struct conf_ipv4_net){ 0, 0 };
		return 0;
	}
	(void)snprintf(hint, sizeof(hint), "such as 10.0.0.2/24%s%s",
	    word ? ", or " : "", word ? word : "");
	if (ipv4_parse(address, &value) < 0)
		return fail(at, "is no IPv4 address with its prefix", hint);
	if (str_to_u64(prefix, 32, &bits) < 0 || bits == 0)
		return fail(at,
		    prefix.p ? "has a bad prefix length" : "has no prefix length",
		    "such as 10.0.0.2/24; 1 to 32");
	*ret = (struct conf_ipv4_net){ value, (uint8_t)bits };
	return 0;
}

bool conf_ipv4_net_is_same(const struct conf_ipv4_net *a, const struct conf_ipv4_net *b)
{
	return a->prefix == b->prefix &&
	       ((a->address ^ b->address) & ipv4_mask(a->prefix)) == 0;
}

static int to_ipv4_range(const struct where *at, struct str text,
    struct conf_ipv4_range *ret)
{
	struct str last, first = str_trim(str_cut(text, '-', &last));
	struct conf_ipv4_range range;

	if (ipv4_parse(first, &range.first) < 0 ||
	    ipv4_parse(str_trim(last), &range.last) < 0)
		return fail(at, "is no range of IPv4 addresses",
		    "such as 10.0.0.100-10.0.0.199");
	if (range.last < range.first)
		return fail(at, "ends before it begins", NULL);
	*ret = range;
	return 0;
}

static int to_mac(const struct where *at, struct str text, uint8_t *ret)
{
	if (mac_parse(text, ret) < 0)
		return fail(at, "is no MAC address", "such as 02:00:00:00:00:01");
	if (ret[0] & 1)
		return fail(at, "is a group address, which no interface has", NULL);
	return 0;
}

int conf_scalar(struct conf_doc *doc, const struct conf_row *row, struct str text,
    const struct conf_node *node, void *at, struct error *err)
{
	const struct where where = { doc, row, node, err };

	switch (row->type) {
	case CONF_STR:
		return to_str(&where, text, at);
	case CONF_BOOL:
		return to_bool(&where, text, at);
	case CONF_UINT:
		return to_uint(&where, text, at);
	case CONF_DURATION:
		return to_duration(&where, text, at);
	case CONF_ENUM:
		return to_enum(&where, text, at);
	case CONF_IPV4:
		return to_ipv4(&where, text, at);
	case CONF_IPV4_NET:
		return to_ipv4_net(&where, text, at);
	case CONF_IPV4_RANGE:
		return to_ipv4_range(&where, text, at);
	case CONF_MAC:
		return to_mac(&where, text, at);
	case CONF_IPS:
	case CONF_IP_NETS:
	case CONF_IP_RANGE:
	case CONF_STRINGS:
	case CONF_OBJECT:
	case CONF_OBJECTS:
	case CONF_NODE:
		break;
	}
	return error_set(err, ERR_BAD_STATE, "\"%s\" is no scalar row", row->key);
}
