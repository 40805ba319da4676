#include "lib/console/vlan/vlan_set.h"

#include "lib/base/cleanup.h"
#include "lib/base/text.h"

#include <string.h>

enum {
	COLUMNS = 80
};

/* ---- the value ------------------------------------------------------------------------ */

void vlan_set_add(struct vlan_set *set, unsigned first, unsigned last)
{
	for (unsigned i = first; i <= last; i++)
		set->bits[i / 64] |= UINT64_C(1) << (i % 64);
}

void vlan_set_remove(struct vlan_set *set, unsigned first, unsigned last)
{
	for (unsigned i = first; i <= last; i++)
		set->bits[i / 64] &= ~(UINT64_C(1) << (i % 64));
}

void vlan_set_join(struct vlan_set *set, const struct vlan_set *other)
{
	for (size_t i = 0; i < ARRAY_LEN(set->bits); i++)
		set->bits[i] |= other->bits[i];
}

void vlan_set_leave(struct vlan_set *set, const struct vlan_set *other)
{
	for (size_t i = 0; i < ARRAY_LEN(set->bits); i++)
		set->bits[i] &= ~other->bits[i];
}

bool vlan_set_is_empty(const struct vlan_set *set)
{
	unsigned first, last;

	return !vlan_set_range(set, VLAN_MIN, &first, &last);
}

bool vlan_set_range(const struct vlan_set *set, unsigned from, unsigned *ret_first,
    unsigned *ret_last)
{
	unsigned first = from, last;

	while (first <= VLAN_MAX && !vlan_set_has(set, first))
		first++;
	for (last = first; last < VLAN_MAX && vlan_set_has(set, last + 1);)
		last++;
	*ret_first = first;
	*ret_last = last;
	return first <= VLAN_MAX;
}

/* ---- a list, word by word ----------------------------------------------------------------- */

bool vlan_list_may_range(const struct vlan_list *list)
{
	return list->n_items > 0 && !list->is_ranging && !list->has_range;
}

static enum vlan_list_step take_number(struct vlan_list *list, unsigned number)
{
	if (list->is_ranging && number < list->last)
		return VLAN_LIST_WRONG;
	if (!list->is_ranging && list->n_items == VLAN_ITEMS_MAX)
		return VLAN_LIST_FULL;
	list->n_items += !list->is_ranging;
	list->has_range = list->is_ranging;
	list->is_ranging = false;
	list->last = number;
	return VLAN_LIST_TAKEN;
}

enum vlan_list_step vlan_list_take(struct vlan_list *list, struct str word)
{
	uint64_t number;

	if (word.len > 0 && word.p[0] >= '0' && word.p[0] <= '9') {
		if (str_to_u64(word, VLAN_MAX, &number) < 0 || number < VLAN_MIN)
			return VLAN_LIST_WRONG;
		return take_number(list, (unsigned)number);
	}
	if (str_eq_nocase(word, STR("to")) && list->n_items > 0) {
		if (!vlan_list_may_range(list))
			return VLAN_LIST_WRONG;
		list->is_ranging = true;
		return VLAN_LIST_TAKEN;
	}
	return list->is_ranging ? VLAN_LIST_WRONG : VLAN_LIST_OVER;
}

bool vlan_set_read(struct vlan_set *ret, struct str text)
{
	struct vlan_list list = { .n_items = 0 };
	struct str rest = str_trim(text);

	memset(ret, 0, sizeof(*ret));
	if (str_eq_nocase(rest, STR("all"))) {
		vlan_set_add(ret, VLAN_MIN, VLAN_MAX);
		return true;
	}
	while (rest.len > 0) {
		struct str word = str_cut(rest, ' ', &rest);
		unsigned first = list.last;

		if (word.len == 0)
			continue;
		if (vlan_list_take(&list, word) != VLAN_LIST_TAKEN)
			return false;
		if (!list.is_ranging)
			vlan_set_add(ret, list.has_range ? first : list.last,
			    list.last);
	}
	return list.n_items > 0 && !list.is_ranging;
}

/* ---- as text ------------------------------------------------------------------------------- */

void vlan_set_put_lines(struct buf *out, const char *before, const struct vlan_set *set,
    const char *after)
{
	unsigned first, last, n = 0;

	for (unsigned at = VLAN_MIN; vlan_set_range(set, at, &first, &last);
	     at = last + 1) {
		bool is_full = n == VLAN_ITEMS_MAX;

		if (is_full)
			buf_printf(out, "%s\n", after);
		n = is_full ? 1 : n + 1;
		buf_append_text(out, n == 1 ? before : "");
		if (first == VLAN_MIN && last == VLAN_MAX && !after[0])
			buf_append_text(out, " all");
		else if (first == last)
			buf_printf(out, " %u", first);
		else
			buf_printf(out, " %u to %u", first, last);
	}
	if (n > 0)
		buf_printf(out, "%s\n", after);
}

static void put_item(struct buf *out, unsigned first, unsigned last)
{
	if (first == last)
		buf_printf(out, "%u", first);
	else
		buf_printf(out, "%u-%u", first, last);
}

void vlan_set_put(struct buf *out, const struct vlan_set *set, unsigned dflt)
{
	unsigned first, last, at = VLAN_MIN;

	while (vlan_set_range(set, at, &first, &last)) {
		if (first < dflt && dflt <= last)
			last = dflt - 1;
		else if (first == dflt)
			last = dflt;
		buf_append_text(out, at == VLAN_MIN ? "" : ", ");
		put_item(out, first, last);
		if (first == dflt)
			buf_append_text(out, "(default vlan)");
		at = last + 1;
	}
	if (at == VLAN_MIN)
		buf_append_text(out, "None");
}

void vlan_set_put_wrapped(struct buf *out, const struct vlan_set *set, unsigned indent)
{
	unsigned first, last, at = VLAN_MIN;
	size_t column = indent;

	for (; vlan_set_range(set, at, &first, &last); at = last + 1) {
		auto_buf item = BUF_NULL;

		put_item(&item, first, last);
		if (at > VLAN_MIN && column + 3 + item.len > COLUMNS) {
			buf_printf(out, ",\n%*s", (int)indent, "");
			column = indent;
		} else if (at > VLAN_MIN) {
			buf_append_text(out, ", ");
			column += 2;
		}
		buf_append_str(out, buf_str(&item));
		column += item.len;
	}
	if (at == VLAN_MIN)
		buf_append_text(out, "None");
}
