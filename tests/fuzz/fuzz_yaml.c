/* Any bytes as a YAML file: read, and bound where the root is a mapping. */
#include "lib/base/clock.h"
#include "lib/conf/conf.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

struct inner {
	const char *text;
	uint64_t number;
};

struct outer {
	const char *text;
	bool flag;
	uint64_t number;
	clock_ns wait;
	int choice;
	uint32_t address;
	struct conf_ipv4_net net;
	struct conf_ipv4_range range;
	uint8_t address6[16];
	struct conf_ipv6_net net6;
	struct conf_ipv6_range range6;
	uint8_t mac[6];
	struct conf_strings words;
	struct inner object;
	struct conf_list objects;
	const struct conf_node *node;
};

static const char *const choices[] = { "one", "two", NULL };

static const struct conf_row inner_rows[] = {
	{ .key = "a",
	    .type = CONF_STR,
	    .offset = offsetof(struct inner, text),
	    .is_required = true,
	    .max = 16 },
	{ .key = "password",
	    .type = CONF_UINT,
	    .offset = offsetof(struct inner, number),
	    .is_secret = true,
	    .dflt = "3" },
	{ NULL },
};

#define ROW(key_, type_, member) \
	.key = key_, .type = type_, .offset = offsetof(struct outer, member)

static const struct conf_row outer_rows[] = {
	{ ROW("a", CONF_STR, text) },
	{ ROW("b", CONF_BOOL, flag) },
	{ ROW("c", CONF_UINT, number), .min = 1, .max = 100 },
	{ ROW("d", CONF_DURATION, wait), .max = NS_PER_S },
	{ ROW("e", CONF_ENUM, choice), .names = choices },
	{ ROW("f", CONF_IPV4, address) },
	{ ROW("g", CONF_IPV4_NET, net) },
	{ ROW("h", CONF_IPV4_RANGE, range) },
	{ ROW("i", CONF_MAC, mac) },
	{ ROW("j", CONF_STRINGS, words), .max = 4 },
	{ ROW("k", CONF_OBJECT, object), .rows = inner_rows },
	{ ROW("l", CONF_OBJECTS, objects), .rows = inner_rows,
	    .item_size = sizeof(struct inner) },
	{ ROW("m", CONF_NODE, node) },
	{ ROW("n", CONF_IPS, address), .offset6 = offsetof(struct outer, address6),
	    .word = "none" },
	{ ROW("o", CONF_IP_NETS, net), .offset6 = offsetof(struct outer, net6) },
	{ ROW("p", CONF_IP_RANGE, range), .offset6 = offsetof(struct outer, range6) },
	{ NULL },
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct conf_doc *doc = NULL;
	struct error err = ERROR_NULL;
	struct outer outer;

	memset(&outer, 0, sizeof(outer));
	if (conf_parse("fuzz.yaml", str_make(bytes, len), &doc, &err) == 0)
		(void)conf_bind(doc, doc->root, outer_rows, &outer, &err);
	conf_free(doc);
	return 0;
}
