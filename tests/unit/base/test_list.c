/* lib/base/list */
#include "tests/unit/unit.h"

#include "lib/base/list.h"

struct item {
	char name;
	struct list link;
};

static void check_names(const struct list *head, const char *want)
{
	char got[16];
	size_t n = 0;

	for (struct list *at = head->next; at != head && n < 15; at = at->next)
		got[n++] = list_entry(at, struct item, link)->name;
	got[n] = '\0';
	assert_string_equal(got, want);
	assert_int_equal(list_empty(head), n == 0);
}

static void test_items_keep_their_order(void **state)
{
	struct list head = LIST_INIT(head);
	struct item a = { .name = 'a' }, b = { .name = 'b' }, c = { .name = 'c' };

	(void)state;
	check_names(&head, "");
	list_append(&head, &b.link);
	list_append(&head, &c.link);
	list_prepend(&head, &a.link);
	check_names(&head, "abc");
	assert_ptr_equal(list_first(&head, struct item, link), &a);
	list_remove(&b.link);
	check_names(&head, "ac");
	list_insert_before(&c.link, &b.link);
	check_names(&head, "abc");
}

static void test_removing_twice_does_nothing(void **state)
{
	struct list head = LIST_INIT(head);
	struct item a = { .name = 'a' }, b = { .name = 'b' };

	(void)state;
	list_append(&head, &a.link);
	list_append(&head, &b.link);
	list_remove(&a.link);
	list_remove(&a.link);
	check_names(&head, "b");
	assert_true(list_empty(&a.link));
}

static void test_items_may_leave_during_the_walk(void **state)
{
	struct item items[] = { { .name = 'a' }, { .name = 'b' }, { .name = 'c' } };
	struct list head = LIST_INIT(head);
	int n = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(items); i++)
		list_append(&head, &items[i].link);
	LIST_FOREACH (at, &head)
		n++;
	assert_int_equal(n, 3);
	LIST_FOREACH_SAFE (at, &head) {
		if (list_entry(at, struct item, link)->name != 'b')
			list_remove(at);
	}
	check_names(&head, "b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_items_keep_their_order),
		cmocka_unit_test(test_removing_twice_does_nothing),
		cmocka_unit_test(test_items_may_leave_during_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
