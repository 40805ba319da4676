/* lib/conf/conf: what is read, and the whole text of every mistake. */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/conf/conf.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct credentials {
	const char *user;
	const char *password;
};

struct server {
	const char *name;
	uint64_t port;
};

struct sample {
	const char *name;
	bool is_on;
	uint64_t count;
	clock_ns wait;
	int color;
	uint32_t address;
	struct conf_ipv4_net net, lease;
	struct conf_ipv4_range range;
	uint8_t mac[6];
	struct conf_strings words;
	struct credentials login;
	struct conf_list servers;
	const struct conf_node *extra;
	const struct conf_node *count_at;
};

static const char *const colors[] = { "red", "green", "blue", NULL };

static const struct conf_row login_rows[] = {
	{ .key = "user",
	    .type = CONF_STR,
	    .offset = offsetof(struct credentials, user),
	    .dflt = "cpe" },
	{ .key = "password",
	    .type = CONF_STR,
	    .offset = offsetof(struct credentials, password),
	    .is_secret = true,
	    .max = 8 },
	{ NULL },
};

static const struct conf_row server_rows[] = {
	{ .key = "name",
	    .type = CONF_STR,
	    .offset = offsetof(struct server, name),
	    .is_required = true },
	{ .key = "port",
	    .type = CONF_UINT,
	    .offset = offsetof(struct server, port),
	    .min = 1,
	    .max = 65535,
	    .dflt = "7547" },
	{ NULL },
};

#define ROW(key_, type_, member) \
	.key = key_, .type = type_, .offset = offsetof(struct sample, member)

static const struct conf_row sample_rows[] = {
	{ ROW("name", CONF_STR, name), .is_required = true, .min = 1, .max = 12,
	    .help = "how it is called" },
	{ ROW("on", CONF_BOOL, is_on), .dflt = "yes" },
	{ ROW("count", CONF_UINT, count), .min = 1, .max = 100000,
	    .node_offset = 1 + offsetof(struct sample, count_at) },
	{ ROW("wait", CONF_DURATION, wait), .max = 3600 * NS_PER_S, .dflt = "30s" },
	{ ROW("color", CONF_ENUM, color), .names = colors, .dflt = "green" },
	{ ROW("address", CONF_IPV4, address) },
	{ ROW("net", CONF_IPV4_NET, net) },
	{ ROW("lease", CONF_IPV4_NET, lease), .word = "dhcp", .dflt = "dhcp" },
	{ ROW("range", CONF_IPV4_RANGE, range) },
	{ ROW("mac", CONF_MAC, mac) },
	{ ROW("words", CONF_STRINGS, words), .max = 3 },
	{ ROW("login", CONF_OBJECT, login), .rows = login_rows },
	{ ROW("servers", CONF_OBJECTS, servers), .rows = server_rows,
	    .item_size = sizeof(struct server) },
	{ ROW("extra", CONF_NODE, extra) },
	{ NULL },
};

static int read_sample(const char *text, struct sample *sample, struct conf_doc **ret,
    struct error *err)
{
	int r = conf_parse("f.yaml", str_of(text), ret, err);

	memset(sample, 0, sizeof(*sample));
	return r < 0 ? r : conf_bind(*ret, (*ret)->root, sample_rows, sample, err);
}

/* Instead of an address, and where none is said; a default takes the place of what was there. */
static void test_a_word_stands_for_no_address(void **state)
{
	static const struct {
		const char *text;
		uint32_t address;
		unsigned prefix;
	} rows[] = {
		{ "name: lab\n", 0, 0 },
		{ "name: lab\nlease: dhcp\n", 0, 0 },
		{ "name: lab\nlease: 10.0.0.5/24\n", 0x0a000005, 24 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct error err = ERROR_NULL;
		struct conf_doc *doc = NULL;
		struct sample s;

		assert_int_equal(read_sample(rows[i].text, &s, &doc, &err), 0);
		assert_int_equal(s.lease.address, rows[i].address);
		assert_int_equal(s.lease.prefix, rows[i].prefix);
		conf_free(doc);
	}
}

static void test_every_type_is_bound(void **state)
{
	struct error err = ERROR_NULL;
	struct conf_doc *doc = NULL;
	struct sample s;

	(void)state;
	assert_int_equal(read_sample("name: lab\n"
				     "on: off\n"
				     "count: 100000\n"
				     "wait: 250ms\n"
				     "color: blue\n"
				     "address: 10.0.0.3\n"
				     "net: 10.0.0.2/24\n"
				     "range: 10.0.0.100-10.0.0.199\n"
				     "mac: 02:00:00:00:00:01\n"
				     "words: [a, \"b c\", '3']\n"
				     "login: {user: me, password: s3cret}\n"
				     "servers:\n"
				     "  - name: one\n"
				     "  - {name: two, port: 80}\n"
				     "extra: {any: [thing]}\n",
			     &s, &doc, &err),
	    0);

	assert_string_equal(s.name, "lab");
	assert_false(s.is_on);
	assert_int_equal(s.count, 100000);
	assert_int_equal(s.count_at->line, 3);
	assert_int_equal(s.count_at->column, 8);
	assert_int_equal(s.wait, 250 * NS_PER_MS);
	assert_int_equal(s.color, 2);
	assert_int_equal(s.address, 0x0a000003);
	assert_int_equal(s.net.address, 0x0a000002);
	assert_int_equal(s.net.prefix, 24);
	assert_int_equal(s.range.first, 0x0a000064);
	assert_int_equal(s.range.last, 0x0a0000c7);
	assert_memory_equal(s.mac, "\x02\0\0\0\0\x01", 6);
	assert_int_equal(s.words.len, 3);
	assert_string_equal(s.words.items[1], "b c");
	assert_string_equal(s.login.user, "me");
	assert_string_equal(s.login.password, "s3cret");
	assert_int_equal(s.servers.len, 2);
	assert_int_equal(((struct server *)s.servers.items)[0].port, 7547);
	assert_int_equal(((struct server *)s.servers.items)[1].port, 80);
	assert_non_null(conf_get(s.extra, "any"));
	conf_free(doc);
}

static void test_absent_keys_get_their_defaults(void **state)
{
	struct error err = ERROR_NULL;
	struct conf_doc *doc = NULL;
	struct sample s;

	(void)state;
	assert_int_equal(read_sample("name: lab", &s, &doc, &err), 0);

	assert_true(s.is_on);
	assert_int_equal(s.count, 0);
	assert_int_equal(s.wait, 30 * NS_PER_S);
	assert_int_equal(s.color, 1);
	assert_string_equal(s.login.user, "cpe");
	assert_null(s.login.password);
	assert_null(s.words.items);
	conf_free(doc);
}

static void test_json_is_yaml(void **state)
{
	struct error err = ERROR_NULL;
	struct conf_doc *doc = NULL;
	struct sample s;

	(void)state;
	assert_int_equal(read_sample("{\"name\":\"lab\",\"on\":false,\"count\":3,"
				     "\"servers\":[{\"name\":\"x\",\"port\":1}]}",
			     &s, &doc, &err),
	    0);
	assert_int_equal(s.count, 3);
	assert_int_equal(s.servers.len, 1);
	conf_free(doc);
}

static const struct mistake {
	const char *yaml;
	const char *text; /* after "f.yaml" */
} mistakes[] = {
	{ "", ": error: the file is empty, or holds nothing but comments" },
	{ "# nothing\n\n",
	    ": error: the file is empty, or holds nothing but comments" },
	{ "---\n", ": error: the file is empty, or holds nothing but comments" },
	{ "- a\n- b\n", ":1:1: error: keys with values are wanted here, not a list\n"
			"    1 | - a\n"
			"      | ^" },
	{ "just words",
	    ":1:1: error: keys with values are wanted here, not a single value\n"
	    "    1 | just words\n"
	    "      | ^~~~~~~~~~" },
	{ "name: lab\ncuont: 3\n", ":2:1: error: unknown key \"cuont\"\n"
				   "    2 | cuont: 3\n"
				   "      | ^~~~~ did you mean \"count\"?" },
	{ "login: {secretive: 3}\nname: x\n",
	    ":1:9: error: unknown key \"secretive\"\n"
	    "    1 | login: {secretive: 3}\n"
	    "      |         ^~~~~~~~~ keys here: user, password" },
	{ "name: lab\nname: lab2\n", ":2:1: error: \"name\" is written twice\n"
				     "    2 | name: lab2\n"
				     "      | ^~~~ the first is on line 1" },
	{ "count: 3\n", ":1:1: error: \"name\" is missing\n"
			"    1 | count: 3\n"
			"      | ^ how it is called" },
	{ "name:\ncount: 3\n", ":1:6: error: \"name\" has no value\n"
			       "    1 | name:\n"
			       "      |      ^ how it is called" },
	{ "name: [a]\n", ":1:7: error: \"name\" wants a single value, not a list\n"
			 "    1 | name: [a]\n"
			 "      |       ^~~ how it is called" },
	{ "name: much-too-long-a-name\n",
	    ":1:7: error: \"much-too-long-a-name\" has 20 bytes; 1 to 12 are allowed\n"
	    "    1 | name: much-too-long-a-name\n"
	    "      |       ^~~~~~~~~~~~~~~~~~~~" },
	{ "name: x\non: maybe\n", ":2:5: error: \"maybe\" is neither true nor false\n"
				  "    2 | on: maybe\n"
				  "      |     ^~~~~ write true or false" },
	{ "name: x\ncount: \"3\"\n",
	    ":2:8: error: \"count\" wants a number, not a string\n"
	    "    2 | count: \"3\"\n"
	    "      |        ^~~ without quotes" },
	{ "name: x\ncount: 0\n", ":2:8: error: 0 is out of range\n"
				 "    2 | count: 0\n"
				 "      |        ^ 1 to 100000" },
	{ "name: x\ncount: 99999999999999999999999\n",
	    ":2:8: error: 99999999999999999999999 is out of range\n"
	    "    2 | count: 99999999999999999999999\n"
	    "      |        ^~~~~~~~~~~~~~~~~~~~~~~ 1 to 100000" },
	{ "name: x\ncount: -1\n", ":2:8: error: \"-1\" is no whole number\n"
				  "    2 | count: -1\n"
				  "      |        ^~ digits only" },
	{ "name: x\nwait: 30\n",
	    ":2:7: error: \"30\" has no unit\n"
	    "    2 | wait: 30\n"
	    "      |       ^~ \"30s\" for seconds; units: us, ms, s, m, h, d" },
	{ "name: x\nwait: 30sec\n",
	    ":2:7: error: \"30sec\" is no duration\n"
	    "    2 | wait: 30sec\n"
	    "      |       ^~~~~ a whole number with its unit: us, ms, s, m, h, d" },
	{ "name: x\nwait: 2h\n", ":2:7: error: 2h is out of range\n"
				 "    2 | wait: 2h\n"
				 "      |       ^~ 0 to 1h" },
	{ "name: x\ncolor: gren\n", ":2:8: error: unknown color \"gren\"\n"
				    "    2 | color: gren\n"
				    "      |        ^~~~ did you mean \"green\"?" },
	{ "name: x\ncolor: ultraviolet\n",
	    ":2:8: error: unknown color \"ultraviolet\"\n"
	    "    2 | color: ultraviolet\n"
	    "      |        ^~~~~~~~~~~ one of: red, green, blue" },
	{ "name: x\naddress: 10.0.0.256\n",
	    ":2:10: error: \"10.0.0.256\" is no IPv4 address\n"
	    "    2 | address: 10.0.0.256\n"
	    "      |          ^~~~~~~~~~ four numbers: 10.0.0.1" },
	{ "name: x\nnet: 10.0.0.2\n",
	    ":2:6: error: \"10.0.0.2\" has no prefix length\n"
	    "    2 | net: 10.0.0.2\n"
	    "      |      ^~~~~~~~ such as 10.0.0.2/24; 1 to 32" },
	{ "name: x\nnet: 10.0.0.2/33\n",
	    ":2:6: error: \"10.0.0.2/33\" has a bad prefix length\n"
	    "    2 | net: 10.0.0.2/33\n"
	    "      |      ^~~~~~~~~~~ such as 10.0.0.2/24; 1 to 32" },
	{ "name: x\nrange: 10.0.0.9-10.0.0.1\n",
	    ":2:8: error: \"10.0.0.9-10.0.0.1\" ends before it begins\n"
	    "    2 | range: 10.0.0.9-10.0.0.1\n"
	    "      |        ^~~~~~~~~~~~~~~~~" },
	{ "name: x\nmac: 01:00:5e:00:00:01\n",
	    ":2:6: error: \"01:00:5e:00:00:01\" is a group address, which no interface "
	    "has\n"
	    "    2 | mac: 01:00:5e:00:00:01\n"
	    "      |      ^~~~~~~~~~~~~~~~~" },
	{ "name: x\nwords: [a, b, c, d]\n",
	    ":2:8: error: \"words\" has too many entries: 4\n"
	    "    2 | words: [a, b, c, d]\n"
	    "      |        ^~~~~~~~~~~~" },
	{ "name: x\nservers: [{port: 5}]\n", ":2:11: error: \"name\" is missing\n"
					     "    2 | servers: [{port: 5}]\n"
					     "      |           ^~~~~~~~~" },
	{ "name: x\nlogin: {password: short, usr: x}\n",
	    ":2:26: error: unknown key \"usr\"\n"
	    "    2 | login: {password: *****, usr: x}\n"
	    "      |                          ^~~ did you mean \"user\"?" },
	{ "name: x\ncount: 0\ncuont: 3\n", ":2:8: error: 0 is out of range\n"
					   "    2 | count: 0\n"
					   "      |        ^ 1 to 100000" },
	{ "name: x\nlogin: {password: far-too-long}\n",
	    ":2:19: error: \"password\" has 12 bytes; 0 to 8 are allowed\n"
	    "    2 | login: {password: ************}\n"
	    "      |                   ^~~~~~~~~~~~" },
	{ "name: x\nX.Password: \"in, quotes\" oops: 1\n",
	    ":2:26: error: not YAML: did not find expected key while parsing a block "
	    "mapping\n"
	    "    2 | X.Password: ************ oops: 1\n"
	    "      |                          ^" },
	{ "name: x\nWLAN.PreSharedKey: s3cret oops: 1\n",
	    ":2:31: error: not YAML: mapping values are not allowed in this context\n"
	    "    2 | WLAN.PreSharedKey: **************\n"
	    "      |                               ^" },
	{ "name: x\nurl: \"http://u:s3cret@h\" oops: 1\n",
	    ":2:26: error: not YAML: did not find expected key while parsing a block "
	    "mapping\n"
	    "    2 | url: \"http://u:******@h\" oops: 1\n"
	    "      |                          ^" },
	{ "name: x\nlogin:\n  password:\n    far-too-long\n",
	    ":4:5: error: \"password\" has 12 bytes; 0 to 8 are allowed\n"
	    "    4 |     ************\n"
	    "      |     ^~~~~~~~~~~~" },
	{ "name: x\ncount: \"http://u:s3cret@h\"\n",
	    ":2:8: error: \"count\" wants a number, not a string\n"
	    "    2 | count: \"http://u:******@h\"\n"
	    "      |        ^~~~~~~~~~~~~~~~~~~ without quotes" },
	{ "name: &a x\n", ":1:7: error: anchors (\"&...\") are not allowed here\n"
			  "    1 | name: &a x\n"
			  "      |       ^" },
	{ "name: *a\n", ":1:7: error: aliases (\"*...\") are not allowed here\n"
			"    1 | name: *a\n"
			"      |       ^" },
	{ "name: !!str x\n", ":1:7: error: tags (\"!...\") are not allowed here\n"
			     "    1 | name: !!str x\n"
			     "      |       ^" },
	{ "name: x\n---\nname: y\n",
	    ":2:1: error: a second document (\"---\") begins here\n"
	    "    2 | ---\n"
	    "      | ^" },
	{ "[a]: b\n", ":1:1: error: a key must be a plain word\n"
		      "    1 | [a]: b\n"
		      "      | ^~~" },
	{ "name: \"a\\0b\"\n", ":1:7: error: a value cannot hold a NUL\n"
			       "    1 | name: \"a\\0b\"\n"
			       "      |       ^" },
	{ "name: a\xff\n", ":1:8: error: byte 0xff is no UTF-8 text\n"
			   "    1 | name: a?\n"
			   "      |        ^" },
	{ "\x7f"
	  "ELF\x02\x01\n",
	    ":1:1: error: byte 0x7f is no text\n"
	    "    1 |  ELF  \n"
	    "      | ^" },
	{ "name: {a: b\ncount: 3\n",
	    ":2:6: error: not YAML: did not find expected ',' or '}' while parsing a "
	    "flow mapping\n"
	    "    2 | count: 3\n"
	    "      |      ^" },
	{ "name: x\n\tcount: 3\n",
	    ":2:1: error: not YAML: found a tab character that violates indentation "
	    "while scanning a plain scalar\n"
	    "    2 |  count: 3\n"
	    "      | ^ indent with blanks" },
	{ "n\xc3\xa4me: x\nname: \xe2\x82\xac\xe2\x82\xac\xe2\x82\xac, non: y\n",
	    ":2:15: error: not YAML: mapping values are not allowed in this context\n"
	    "    2 | name: \xe2\x82\xac\xe2\x82\xac\xe2\x82\xac, non: y\n"
	    "      |               ^" },
};

static void test_each_mistake_is_shown_where_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
		struct error err = ERROR_NULL;
		struct conf_doc *doc = NULL;
		char want[ERROR_TEXT_MAX];
		struct sample s;

		(void)snprintf(want, sizeof(want), "f.yaml%s", mistakes[i].text);
		assert_int_equal(read_sample(mistakes[i].yaml, &s, &doc, &err),
		    ERR_CONFIG);
		assert_int_equal(err.code, ERR_CONFIG);
		assert_string_equal(err.text, want);
		conf_free(doc);
	}
}

static void test_long_line_is_cut_around_the_caret(void **state)
{
	struct error err = ERROR_NULL;
	struct conf_doc *doc = NULL;
	char yaml[400], want[400];
	struct sample s;

	(void)state;
	(void)snprintf(yaml, sizeof(yaml), "{name: x, words: \"%0150d\", nmae: %0100d}",
	    0, 0);
	(void)snprintf(want, sizeof(want),
	    "f.yaml:1:172: error: unknown key \"nmae\"\n"
	    "    1 | %056d\", nmae: %035d\n"
	    "      | %59s^~~~ did you mean \"name\"?",
	    0, 0, "");

	assert_int_equal(read_sample(yaml, &s, &doc, &err), ERR_CONFIG);
	assert_string_equal(err.text, want);
	conf_free(doc);
}

static void test_depth_has_a_limit(void **state)
{
	struct error err = ERROR_NULL;
	struct conf_doc *doc = NULL;
	char yaml[2048];

	(void)state;
	memset(yaml, '[', sizeof(yaml));
	assert_int_equal(conf_parse("f.yaml", str_make(yaml, sizeof(yaml)), &doc, &err),
	    ERR_CONFIG);
	assert_non_null(
	    strstr(err.text, ":1:33: error: nested more than 32 levels deep"));

	memset(yaml, '[', 32);
	memset(yaml + 32, ']', 32);
	assert_int_equal(conf_parse("f.yaml", str_make(yaml, 64), &doc, &err), 0);
	conf_free(doc);
}

static void test_size_has_a_limit(void **state)
{
	struct error err = ERROR_NULL;
	struct conf_doc *doc = NULL;
	auto_free char *yaml = malloc(CONF_BYTES_MAX + 1);

	(void)state;
	assert_non_null(yaml);
	memset(yaml, '#', CONF_BYTES_MAX + 1);
	assert_int_equal(conf_parse("f.yaml", str_make(yaml, CONF_BYTES_MAX + 1), &doc,
			     &err),
	    ERR_CONFIG);
	assert_string_equal(err.text, "f.yaml: error: the file is larger than 16 MiB");
}

static void test_files_that_are_none_are_named(void **state)
{
	struct error err = ERROR_NULL;
	struct conf_doc *doc = NULL;

	(void)state;
	assert_int_equal(conf_load("/", &doc, &err), ERR_CONFIG);
	assert_string_equal(err.text, "/: error: is a directory, not a file");
	assert_int_equal(conf_load("/no/such/file", &doc, &err), ERR_CONFIG);
	assert_string_equal(err.text,
	    "/no/such/file: error: cannot be opened: No such file or directory");
	assert_int_equal(conf_load("/dev/null", &doc, &err), ERR_CONFIG);
	assert_string_equal(err.text,
	    "/dev/null: error: the file is empty, or holds nothing but comments");
}

static void test_a_pipe_is_read_unless_nobody_writes_to_it(void **state)
{
	static const char yaml[] = "name: x\n";
	struct error err = ERROR_NULL;
	struct conf_doc *doc = NULL;
	char path[64], want[128];
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
	assert_int_equal(write(ends[1], yaml, strlen(yaml)), strlen(yaml));
	close(ends[1]);
	assert_int_equal(conf_load(path, &doc, &err), 0);
	assert_true(str_is(doc->text, yaml));
	conf_free(doc);
	/* It is empty now. */
	assert_int_equal(conf_load(path, &doc, &err), ERR_CONFIG);
	(void)snprintf(want, sizeof(want), "%s: error: is a pipe that nobody writes to",
	    path);
	assert_string_equal(err.text, want);
	close(ends[0]);
}

static void test_durations_need_a_unit(void **state)
{
	static const struct {
		const char *text;
		int64_t ns; /* -1: refused */
	} rows[] = {
		{ "0", 0 },
		{ "10us", 10 * NS_PER_US },
		{ "250ms", 250 * NS_PER_MS },
		{ "30s", 30 * NS_PER_S },
		{ "5m", 300 * NS_PER_S },
		{ "1h", 3600 * NS_PER_S },
		{ "2d", 172800 * NS_PER_S },
		{ "106751d", INT64_C(106751) * 86400 * NS_PER_S },
		{ "106752d", -1 },
		{ "5", -1 },
		{ "s", -1 },
		{ "", -1 },
		{ "1.5s", -1 },
		{ "5 s", -1 },
		{ "-5s", -1 },
		{ "5S", -1 },
		{ "99999999999999999999s", -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t ns = -1;

		assert_int_equal(conf_duration(str_of(rows[i].text), &ns),
		    rows[i].ns < 0 ? ERR_MALFORMED : 0);
		assert_int_equal(ns, rows[i].ns);
	}
}

static void test_nearest_name_is_suggested(void **state)
{
	static const char *const names[] = { "switch", "dns", "dhcp", "acs", "cpe",
		"host" };
	static const struct {
		const char *word;
		const char *hint;
	} rows[] = {
		{ "swich", "did you mean \"switch\"?" },
		{ "Switch", "did you mean \"switch\"?" },
		{ "dhpc", "did you mean \"dhcp\"?" },
		{ "hsot", "did you mean \"host\"?" },
		{ "router", NULL },
		{ "", NULL },
	};
	char hint[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *got = conf_suggest(str_of(rows[i].word), names,
		    ARRAY_LEN(names), hint, sizeof(hint));

		assert_int_equal(got != NULL, rows[i].hint != NULL);
		if (got)
			assert_string_equal(got, rows[i].hint);
	}
}

static const char *const tls_names[] = { "1.2", "none", "500", NULL };

static const struct conf_row schema_rows[] = {
	{ .key = "name", .type = CONF_STR, .is_required = true },
	{ .key = "port", .type = CONF_UINT, .min = 1, .max = 65535, .dflt = "7547" },
	{ .key = "on", .type = CONF_BOOL, .dflt = "yes", .help = "is it" },
	{ .key = "tls", .type = CONF_ENUM, .names = tls_names, .dflt = "none" },
	{ NULL },
};

static void test_rows_print_as_json_schema(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	conf_schema(&out, "server", schema_rows);
	assert_string_equal(buf_cstr(&out),
	    "{\n"
	    "  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
	    "  \"title\": \"server\",\n"
	    "  \"type\": \"object\",\n"
	    "  \"properties\": {\n"
	    "    \"name\": {\n"
	    "      \"type\": [\n"
	    "        \"string\",\n"
	    "        \"number\",\n"
	    "        \"boolean\"\n"
	    "      ]\n"
	    "    },\n"
	    "    \"port\": {\n"
	    "      \"type\": \"integer\",\n"
	    "      \"minimum\": 1,\n"
	    "      \"maximum\": 65535,\n"
	    "      \"default\": 7547\n"
	    "    },\n"
	    "    \"on\": {\n"
	    "      \"description\": \"is it\",\n"
	    "      \"enum\": [\n"
	    "        true,\n"
	    "        false,\n"
	    "        \"yes\",\n"
	    "        \"no\",\n"
	    "        \"on\",\n"
	    "        \"off\"\n"
	    "      ],\n"
	    "      \"default\": true\n"
	    "    },\n"
	    "    \"tls\": {\n"
	    "      \"enum\": [\n"
	    "        \"1.2\",\n"
	    "        1.2,\n"
	    "        \"none\",\n"
	    "        \"500\",\n"
	    "        500\n"
	    "      ],\n"
	    "      \"default\": \"none\"\n"
	    "    }\n"
	    "  },\n"
	    "  \"required\": [\n"
	    "    \"name\"\n"
	    "  ],\n"
	    "  \"additionalProperties\": false\n"
	    "}\n");
}

static void test_rows_print_as_manual_page(void **state)
{
	auto_buf out = BUF_NULL;

	(void)state;
	conf_man(&out, schema_rows);
	assert_string_equal(buf_cstr(&out),
	    ".TP\n"
	    "\\fBname\\fR (text; required)\n"
	    "\n"
	    ".TP\n"
	    "\\fBport\\fR (number, 1 to 65535; default 7547)\n"
	    "\n"
	    ".TP\n"
	    "\\fBon\\fR (true or false; default yes)\n"
	    "is it\n"
	    ".TP\n"
	    "\\fBtls\\fR (1.2 | none | 500; default none)\n"
	    "\n");
}

/* Without memory a mistake is counted only. */
static void test_a_mistake_that_could_not_be_noted_is_one(void **state)
{
	struct conf_mistakes noted = { .len = 0 };
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(conf_mistakes_fail(&noted, &err), 0);
	noted.left_out = 1;
	assert_int_equal(conf_mistakes_fail(&noted, &err), ERR_CONFIG);
	assert_string_equal(err.text, "1 mistake, and no memory to tell it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_mistake_that_could_not_be_noted_is_one),
		cmocka_unit_test(test_a_word_stands_for_no_address),
		cmocka_unit_test(test_every_type_is_bound),
		cmocka_unit_test(test_absent_keys_get_their_defaults),
		cmocka_unit_test(test_json_is_yaml),
		cmocka_unit_test(test_each_mistake_is_shown_where_it_is),
		cmocka_unit_test(test_long_line_is_cut_around_the_caret),
		cmocka_unit_test(test_depth_has_a_limit),
		cmocka_unit_test(test_size_has_a_limit),
		cmocka_unit_test(test_files_that_are_none_are_named),
		cmocka_unit_test(test_a_pipe_is_read_unless_nobody_writes_to_it),
		cmocka_unit_test(test_durations_need_a_unit),
		cmocka_unit_test(test_nearest_name_is_suggested),
		cmocka_unit_test(test_rows_print_as_json_schema),
		cmocka_unit_test(test_rows_print_as_manual_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
