/* agents/link/trunk: what a configuration that cannot be carried out leaves behind. */
#include "tests/unit/unit.h"

#include "agents/link/trunk.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

static void test_a_trunk_that_could_not_be_opened_is_tried_again(void **state)
{
	struct trunk_end_conf end = { .interface = "nowhere1", .vlan = 20 };
	struct trunk_conf trunk = { .name = "sw-1",
		.port.interface = "nowhere0",
		.ends = { .items = &end, .len = 1 } };
	const struct linkd_conf conf = { .trunks = { .items = &trunk, .len = 1 } };
	struct trunk **trunks = calloc(TRUNKS_MAX, sizeof(struct trunk *));
	int epoll_fd = epoll_create1(EPOLL_CLOEXEC);

	(void)state;
	assert_non_null(trunks);
	assert_true(epoll_fd >= 0);
	for (int i = 0; i < 2; i++) {
		struct error err = ERROR_NULL;

		assert_true(trunks_set(trunks, &conf, NULL, epoll_fd, &err) < 0);
		assert_non_null(strstr(err.text, "sw-1"));
		assert_null(trunks[0]);
	}
	trunks_close(trunks);
	free(trunks);
	(void)close(epoll_fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_trunk_that_could_not_be_opened_is_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
