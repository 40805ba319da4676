/* Strict YAML (and so JSON) for every file that people write, and for the agents' own.
 *
 * A file is read into a tree in which each node knows its line and column. Rows then bind
 * a mapping to a struct: one row a key, with type, bounds, default and help. The same rows
 * print the JSON Schema. Every mistake comes out as
 *
 *     topologies/mine/topology.yaml:14:15: error: no switch is named "sw01"
 *        14 |     attach: sw01
 *           |             ^~~~ did you mean "sw1"?
 *
 * in err->text, with code ERR_CONFIG. Refused: anchors, aliases, tags, several documents,
 * duplicate keys, unknown keys, bytes that are not UTF-8, files over the limits below. */
#pragma once

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct json;

enum {
	CONF_BYTES_MAX = 16 << 20,
	CONF_DEPTH_MAX = 32,
	CONF_NODES_MAX = 1 << 20,
	CONF_MISTAKES_MAX = 20 /* that are told of one file */
};

enum conf_kind {
	CONF_SCALAR,
	CONF_MAPPING,
	CONF_SEQUENCE
};

struct conf_node {
	enum conf_kind kind;
	struct str text; /* scalar: its value, borrowed from the document */
	bool is_quoted;
	uint32_t line;            /* from 1 */
	uint32_t column;          /* from 1, in characters */
	uint32_t width;           /* characters to underline */
	struct conf_pair *pairs;  /* mapping */
	struct conf_node **items; /* sequence */
	size_t len;               /* of pairs or items */
};

struct conf_pair {
	struct conf_node *key;
	struct conf_node *value;
};

/* All mistakes of a file, in the order of the file. */
struct conf_mistakes {
	struct conf_mistake {
		uint32_t line, column;
		char *text; /* owned: as in err->text */
	} items[CONF_MISTAKES_MAX];
	size_t len;
	size_t left_out; /* those for which there was no room */
};

struct conf_doc {
	const char *name; /* as given, for messages */
	struct str text;  /* the whole file, for the quoted line */
	struct conf_node *root;
	struct conf_mistakes *mistakes; /* borrowed; null: the first mistake ends it */
	struct arena arena; /* owns all of it, and every string that binding made */
	/* Of a document that conf_new() made: who set the value on "line" i + 1, for
	 * messages, which show no line of a text that nobody wrote. */
	bool has_no_text;
	const char **origins;
	size_t n_origins;
};

/* Reads a file. A directory, an empty file, a pipe that nobody writes to or a file that
 * cannot be opened is an error of ERR_CONFIG too, with its path and what is wrong; the only
 * other one is -ENOMEM. The caller frees *ret, which is not set after a failure. */
int conf_load(const char *path, struct conf_doc **ret, struct error *err);

/* The same for bytes in memory, copied; name is what messages call them. */
int conf_parse(const char *name, struct str bytes, struct conf_doc **ret,
    struct error *err);

/* A document without a text, an empty mapping at first, whose values conf_set() makes:
 * what flags of a command line say, read by the rows that read files. The caller frees
 * *ret. -ENOMEM. */
int conf_new(const char *name, struct conf_doc **ret, struct error *err);

/* Sets the value at path: "url"; "acs.url", a key of the mapping "acs";
 * "pools[].range", a key of the only item of the list "pools". A path that is set again
 * makes its value a list. path and text are copied. is_quoted as for text in quotes:
 * never a number or a boolean. Mistakes of the value are told as "<origin>: ...";
 * origin is borrowed for the document's life. ERR_CONFIG when text is no UTF-8 or holds
 * control characters, -ENOMEM. */
int conf_set(struct conf_doc *doc, const char *path, const char *text, bool is_quoted,
    const char *origin, struct error *err);

/* Frees the document, with all that was bound of it. Null is fine. */
void conf_free(struct conf_doc *doc);

/* ---- every mistake of a file ------------------------------------------------------- */

/* As conf_load() and conf_parse(), for a caller that goes on after a mistake:
 * conf_fail() adds each one to *mistakes, and conf_bind() binds what it can of the
 * mapping before it returns ERR_CONFIG. *mistakes must outlive the document. 0 does not
 * mean that the file is right: a key that stands twice is in *mistakes, and the first
 * one counts. A file that is no YAML gives no document; one that cannot be read at all
 * is told in err alone. */
int conf_load_all(const char *path, struct conf_mistakes *mistakes,
    struct conf_doc **ret, struct error *err);
int conf_parse_all(const char *name, struct str bytes, struct conf_mistakes *mistakes,
    struct conf_doc **ret, struct error *err);

/* Whether the caller can look for further mistakes after a step that returned r: it did
 * not fail, or it failed for a mistake that is in doc->mistakes. *worst then becomes
 * ERR_CONFIG for the caller to return at its end. */
bool conf_go_on(const struct conf_doc *doc, int r, int *worst);

/* Adds a mistake that has its words already, which are copied; those of equal places
 * stay in order. Where there is no room, or no memory, the last one by place is only
 * counted. */
void conf_mistakes_add(struct conf_mistakes *mistakes, uint32_t line, uint32_t column,
    const char *text);

/* Puts the first of the mistakes into err, with how many others there are, and returns
 * ERR_CONFIG; 0 where there is none. */
int conf_mistakes_fail(const struct conf_mistakes *mistakes, struct error *err);

/* Forgets them and frees their words; *mistakes itself is the caller's. Safe to
 * repeat. */
void conf_mistakes_free(struct conf_mistakes *mistakes);

/* The value of a key, or null; also null when node is no mapping. */
const struct conf_node *conf_get(const struct conf_node *node, const char *key);

/* Changes the mapping, which is of the document, as change says, another mapping of it (RFC
 * 7396): a mapping changes the mapping of its key, any other value takes the place of the
 * one there, and nothing (~) takes the key away, which is a mistake where there is none.
 * Values keep their places in the file, so that mistakes in what was changed are told where it is
 * written. 0, ERR_CONFIG or -ENOMEM. */
int conf_merge(struct conf_doc *doc, struct conf_node *mapping,
    const struct conf_node *change, struct error *err);

/* Whether nothing stands there: "key:", "key: ~" or "key: null". */
bool conf_is_nothing(const struct conf_node *node);

/* Reports a mistake at node: the line, a caret and, where hint is not null, the hint;
 * adds it to doc->mistakes where there are any. A null node stands for the whole
 * document: its name, the words and the hint. Returns ERR_CONFIG. */
int conf_fail(const struct conf_doc *doc, const struct conf_node *node,
    const char *hint, struct error *err, const char *fmt, ...) ATTR_PRINTF(5, 6);

/* Writes the hint "did you mean \"x\"?" into hint (of size bytes), x being the
 * candidate nearest to word, and returns hint. Null, with nothing written, when none is
 * near. */
const char *conf_suggest(struct str word, const char *const *candidates, size_t n,
    char *hint, size_t size);

/* ---- binding ---------------------------------------------------------------------- */

enum conf_type {
	CONF_STR, /* const char *, in the document's arena; never empty unless quoted */
	CONF_BOOL, /* bool: true/false, yes/no, on/off */
	CONF_UINT, /* uint64_t in [min, max] */
	CONF_DURATION, /* clock_ns in [min, max]: 5ms 30s 1h, a unit is required but for 0 */
	CONF_ENUM,       /* int: index into names */
	CONF_IPV4,       /* uint32_t, host order */
	CONF_IPV4_NET,   /* struct conf_ipv4_net: 10.0.0.2/24 */
	CONF_IPV4_RANGE, /* struct conf_ipv4_range: 10.0.0.100-10.0.0.199 */
	CONF_IPS, /* uint32_t at offset, uint8_t[16] at offset6: an address, or one of each family in a list */
	CONF_IP_NETS, /* the same with prefixes: struct conf_ipv4_net, struct conf_ipv6_net */
	CONF_IP_RANGE, /* struct conf_ipv4_range at offset, or struct conf_ipv6_range at offset6 */
	CONF_MAC,     /* uint8_t[6], never a group address */
	CONF_STRINGS, /* struct conf_strings; a single scalar reads as a list of one */
	CONF_OBJECT,  /* a nested struct at offset, bound by rows */
	CONF_OBJECTS, /* struct conf_list of structs of item_size, bound by rows */
	CONF_NODE,    /* const struct conf_node *, as it is, for what rows cannot say */
};

struct conf_ipv4_net {
	uint32_t address; /* host order */
	uint8_t prefix;   /* 1 to 32; 0: the row's word stood there */
};

/* Whether both addresses are of one network, whichever hosts they are of it. */
bool conf_ipv4_net_is_same(const struct conf_ipv4_net *a,
    const struct conf_ipv4_net *b);

struct conf_ipv6_net {
	uint8_t address[16];
	uint8_t prefix; /* 1 to 128; 0: none */
};

bool conf_ipv6_net_is_same(const struct conf_ipv6_net *a,
    const struct conf_ipv6_net *b);

struct conf_ipv6_range { /* both included */
	uint8_t first[16];
	uint8_t last[16]; /* not below first; "::": there is no range */
};

struct conf_ipv4_range { /* both included, in host order */
	uint32_t first;
	uint32_t last; /* not below first */
};

struct conf_strings {
	const char **items;
	size_t len;
};

struct conf_list {
	void *items; /* array of item_size */
	size_t len;
};

struct conf_row {
	const char *key;
	enum conf_type type;
	size_t offset; /* offsetof() in the struct that is bound */
	size_t
	    offset6; /* the same of what is of IPv6, where a row takes both families; what of a
			 * family is not written is left untouched */
	bool is_required;
	bool is_secret; /* not echoed in messages or by inspect */
	uint64_t min,
	    max; /* numbers, ns, bytes of strings, items of lists; max 0: unbounded */
	/* Instead of a value, or null: of a CONF_DURATION "infinite", which binds INT64_MAX; of
	 * a CONF_IPV4 "none" and a CONF_IPV4_NET "dhcp", which bind 0, as do those of rows of
	 * both families. max 1 of those: no list. */
	const char *word;
	const char *dflt; /* text that is bound when the key is absent, or null */
	const char *const *names;    /* CONF_ENUM, ended by null */
	const struct conf_row *rows; /* CONF_OBJECT(S), ended by a null key */
	size_t item_size;            /* CONF_OBJECTS */
	/* 1 + offsetof() of a const struct conf_node * that receives the value's node, so
	 * that later checks can point at it; or 0. */
	size_t node_offset;
	const char *help; /* one line, for the schema and the man page */
	/* Prints the schema, where the row cannot say it; null: as the row says, or of a
	 * CONF_NODE anything. rows of a CONF_NODE are those of its manual page. */
	void (*schema)(struct json *json, const char *key);
};

/* Binds the mapping node to *target by rows (ended by a null key). Absent optional keys
 * without dflt leave target untouched, so zero it before; of an absent CONF_OBJECT the
 * defaults of its rows are bound. Keys are bound in the order of the file. The first
 * mistake ends it, unless the document notes them all. What is bound lives in the
 * document. 0, ERR_CONFIG or -ENOMEM. */
int conf_bind(struct conf_doc *doc, const struct conf_node *node,
    const struct conf_row *rows, void *target, struct error *err);

/* Prints a JSON Schema (draft 2020-12) of a mapping with these rows. */
void conf_schema(struct buf *out, const char *title, const struct conf_row *rows);

/* A part of one, for files that rows alone cannot describe: the schema of a mapping, as
 * the member key of the object that is open. */
void conf_schema_object(struct json *json, const char *key, const char *help,
    const struct conf_row *rows);

/* Prints the rows as paragraphs of a manual page, in man(7) macros. */
void conf_man(struct buf *out, const struct conf_row *rows);

/* Writes the node as JSON that conf_parse() reads as the same. A scalar becomes a
 * string, unless it stood without quotes and is a whole number as JSON writes it, true,
 * false or null. key as for json_str(). */
void conf_put_json(struct json *json, const char *key, const struct conf_node *node);

/* The same of a mapping that conf_bind() has taken by these rows, so that they take what is
 * written alike: a number or a truth that JSON writes otherwise, such as "yes", is written as
 * JSON has it. */
void conf_put_bound(struct json *json, const char *key, const struct conf_node *node,
    const struct conf_row *rows);

/* "10us", "250ms", "30s", "5m", "1h", "2d" or "0"; ERR_MALFORMED without a unit or when
 * too large for the type. */
int conf_duration(struct str text, int64_t *ret_ns);
