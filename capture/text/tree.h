/* Documents of JSON and YAML that other programs have written, as trees that know their
 * lines. More lenient than lib/conf/conf.h, which reads what people write for this one:
 * several documents in a file, tags, keys that stand twice. */
#pragma once

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	TREE_DEPTH_MAX = 64,
};

enum tree_kind {
	TREE_NULL,
	TREE_SCALAR, /* texts, numbers and booleans alike */
	TREE_MAP,
	TREE_LIST,
};

struct tree {
	enum tree_kind kind;
	struct str key;  /* in a map */
	struct str text; /* of a scalar */
	bool is_binary;  /* the text is base64 of it: YAML's !!binary */
	/* The text ends in it, or cannot be read on: its children are those before that, the
	 * last of which may be cut as well. */
	bool is_cut;
	uint32_t line;
	struct tree *first, *last; /* children, in their order */
	struct tree *next;
};

/* The child of that name, the first of several; null where there is none, or node is null
 * or no map. */
const struct tree *tree_get(const struct tree *node, const char *key);

/* The text of that child; a null view where it is missing or no scalar. */
struct str tree_text(const struct tree *node, const char *key);

struct tree_mistake { /* where and why a document cannot be read */
	uint32_t line, column;
	const char *what; /* a literal, or of the arena */
};

/* Reads one value of JSON (RFC 8259) at *at, an offset into text that is moved behind
 * it, in arena; numbers and other words without quotes are views of text. *line is the
 * line of that offset and is moved along. 1; 0 where only blanks are left;
 * ERR_MALFORMED with *mistake, *ret being what is before it (is_cut); -ENOMEM over the
 * arena's limit. */
int tree_json_next(struct str text, size_t *at, uint32_t *line, struct arena *arena,
    struct tree **ret, struct tree_mistake *mistake);

struct tree_yaml; /* reads the documents of a file */

/* text is borrowed until tree_yaml_free(). Null without memory. */
struct tree_yaml *tree_yaml_new(struct str text);
void tree_yaml_free(struct tree_yaml *yaml);

/* The next document, all in arena: 1; 0 at the end; ERR_MALFORMED with *mistake,
 * -ENOMEM over the arena's limit; *ret is set by 1 alone. Aliases are refused, as they
 * can make a small file a large one. */
int tree_yaml_next(struct tree_yaml *yaml, struct arena *arena, struct tree **ret,
    struct tree_mistake *mistake);
