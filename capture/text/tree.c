#include "capture/text/tree.h"

const struct tree *tree_get(const struct tree *node, const char *key)
{
	if (!node || node->kind != TREE_MAP)
		return NULL;
	for (const struct tree *child = node->first; child; child = child->next) {
		if (str_is(child->key, key))
			return child;
	}
	return NULL;
}

struct str tree_text(const struct tree *node, const char *key)
{
	const struct tree *child = tree_get(node, key);

	return child && child->kind == TREE_SCALAR ? child->text : STR_NULL;
}
