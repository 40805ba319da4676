/* Intrusive circular list: embed a struct list, no nodes, no memory of its own. */
#pragma once

#include "lib/base/compiler.h"

#include <stdbool.h>

struct list {
	struct list *next;
	struct list *prev;
};

#define LIST_INIT(head)          \
	{                        \
		&(head), &(head) \
	}

static inline void list_init(struct list *head)
{
	head->next = head->prev = head;
}

static inline bool list_empty(const struct list *head)
{
	return head->next == head;
}

static inline void list_insert_before(struct list *at, struct list *item)
{
	item->prev = at->prev;
	item->next = at;
	at->prev->next = item;
	at->prev = item;
}

static inline void list_append(struct list *head, struct list *item)
{
	list_insert_before(head, item);
}

static inline void list_prepend(struct list *head, struct list *item)
{
	list_insert_before(head->next, item);
}

/* The item is in no list afterwards; removing it again does nothing. */
static inline void list_remove(struct list *item)
{
	item->prev->next = item->next;
	item->next->prev = item->prev;
	list_init(item);
}

#define list_entry(item, type, member) container_of(item, type, member)
#define list_first(head, type, member) list_entry((head)->next, type, member)

#define LIST_FOREACH(item, head) \
	for (struct list *item = (head)->next; item != (head); item = item->next)

/* The item may be removed in the body. */
#define LIST_FOREACH_SAFE(item, head)                                     \
	for (struct list *item = (head)->next, *item##_next = item->next; \
	     item != (head); item = item##_next, item##_next = item->next)
