/* Sets of VLANs, and lists of them as people type and read them: "2 5 to 8". All zero: none. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	VLAN_MIN = 1,
	VLAN_MAX = 4094,
	VLAN_ITEMS_MAX = 10 /* numbers and ranges of a list that is typed */
};

struct vlan_set {
	uint64_t bits[64];
};

static inline bool vlan_set_has(const struct vlan_set *set, unsigned vlan)
{
	return set->bits[vlan / 64 % 64] >> (vlan % 64) & 1;
}

/* From first to last, both included, within VLAN_MIN to VLAN_MAX. */
void vlan_set_add(struct vlan_set *set, unsigned first, unsigned last);
void vlan_set_remove(struct vlan_set *set, unsigned first, unsigned last);

/* What is in other, too. */
void vlan_set_join(struct vlan_set *set, const struct vlan_set *other);
void vlan_set_leave(struct vlan_set *set, const struct vlan_set *other);

bool vlan_set_is_empty(const struct vlan_set *set);

/* The first ones from `from` on that stand one behind the other; false: there are none. */
bool vlan_set_range(const struct vlan_set *set, unsigned from, unsigned *ret_first,
    unsigned *ret_last);

/* ---- a list, word by word ----------------------------------------------------------------- */

struct vlan_list { /* all zero: nothing was taken yet */
	unsigned n_items, last;
	bool is_ranging; /* behind "to" */
	bool has_range;  /* the last item is a whole range */
};

enum vlan_list_step {
	VLAN_LIST_TAKEN,
	VLAN_LIST_OVER, /* the word is none of a list, which may end here */
	VLAN_LIST_WRONG,
	VLAN_LIST_FULL /* VLAN_ITEMS_MAX were taken */
};

/* Takes the next word; else the list is as it was. */
enum vlan_list_step vlan_list_take(struct vlan_list *list, struct str word);

/* Whether "to" may be next. */
bool vlan_list_may_range(const struct vlan_list *list);

/* Reads a list, or "all". False: it is none. */
bool vlan_set_read(struct vlan_set *ret, struct str text);

/* ---- as text ------------------------------------------------------------------------------- */

/* Lines that set it when they are typed: before, "2 5 to 8", after, and the line's end;
 * VLAN_ITEMS_MAX items in each. "all", where nothing stands after. */
void vlan_set_put_lines(struct buf *out, const char *before, const struct vlan_set *set,
    const char *after);

/* "1(default vlan), 5-8", with the words behind the VLAN dflt (0: none of them); "None". */
void vlan_set_put(struct buf *out, const struct vlan_set *set, unsigned dflt);

/* The same in lines of 80 columns, of which the first has begun at column indent; without an end. */
void vlan_set_put_wrapped(struct buf *out, const struct vlan_set *set, unsigned indent);
