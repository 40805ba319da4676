/* agents/common/route: what does not fit into a request is no request. */
#include "tests/unit/unit.h"

#include "agents/common/route/route_request.h"

#include <string.h>

/* A link is asked for by a name that just fits, and by one a byte longer. */
static void test_what_does_not_fit_is_refused(void **state)
{
	const size_t room = sizeof(((struct route_request *)NULL)->bytes) -
			    NLMSG_LENGTH(sizeof(struct ifinfomsg)) - RTA_LENGTH(0);
	const struct ifinfomsg link = { .ifi_index = 1 };
	static const char name[1024];

	(void)state;
	for (size_t more = 0; more <= 1; more++) {
		struct {
			struct route_request request;
			unsigned char behind[64];
		} place;

		memset(&place, 0xa5, sizeof(place));
		route_request_init(&place.request, RTM_GETLINK, 0, &link, sizeof(link));
		route_request_put(&place.request, IFLA_IFNAME, name, room + more);
		assert_int_equal(place.request.header.nlmsg_type,
		    more ? UINT16_MAX : RTM_GETLINK);
		for (size_t i = 0; i < sizeof(place.behind); i++)
			assert_int_equal(place.behind[i], 0xa5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
