/* agents/lessor: leases when memory runs out. None may be lost for that: what cannot be taken over
 * stays where it is. Copies of texts are this file's, which has so many and no more. */
#include "tests/unit/unit.h"

#include "tests/support/guard.h"

#include "agents/lessor/lease_file.h"
#include "agents/lessor/lease_move.h"
#include "lib/base/arena.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define S     NS_PER_S
#define NOW   (100 * S)
#define WALL  (1000000 * S)
#define FIRST 0xc0000264u

#define LINES                                          \
	"# cwmplab leases 1\n"                         \
	"192.0.2.100 02:00:00:00:00:01 6931 1000060\n" \
	"192.0.2.101 02:00:00:00:00:02 6932 1000070\n"

char *__wrap_str_dup(struct str s);
struct str __wrap_arena_str(struct arena *arena, struct str s);

static unsigned n_copies, n_arena_copies; /* that there is memory for */

char *__wrap_str_dup(struct str s)
{
	char *copy = n_copies > 0 ? calloc(1, s.len + 1) : NULL;

	if (!copy)
		return NULL;
	n_copies--;
	if (s.len > 0)
		memcpy(copy, s.p, s.len);
	return copy;
}

struct str __wrap_arena_str(struct arena *arena, struct str s)
{
	char *copy = n_arena_copies > 0 ? arena_alloc(arena, s.len + 1) : NULL;

	if (!copy)
		return STR_NULL;
	n_arena_copies--;
	memcpy(copy, s.p, s.len);
	return str_make(copy, s.len);
}

#define POOL(from)                                                                 \
	{                                                                          \
		.first = (from), .last = FIRST + 9, .subnet = FIRST, .prefix = 24, \
		.lease_s = 3600                                                    \
	}

static struct dhcp_server *make_server(bool has_first)
{
	static const struct pool_config whole = POOL(FIRST), rest = POOL(FIRST + 1);
	const struct server_config config = { .address = 0xc0000202,
		.pools = has_first ? &whole : &rest,
		.n_pools = 1 };
	struct dhcp_server *server;

	assert_int_equal(dhcp_server_new(&server, &config, NULL), 0);
	return server;
}

static void bind_lease(struct dhcp_server *server, uint32_t i)
{
	const struct lease_view lease = { .address = FIRST + i,
		.mac = { 2, 0, 0, 0, 0, (uint8_t)i },
		.client = str_make(&"123"[i], 1),
		.expires_at = NOW + (i + 1) * S };

	assert_int_equal(dhcp_server_restore(server, &lease, NOW), 0);
}

static void count_lost(void *user, const struct lease_view *lease)
{
	assert_int_equal(lease->expires_at, 0);
	++*(unsigned *)user;
}

/* The first of three leases is in no pool any more: it is lost, but only where the others go on. */
static void test_no_lease_is_lost_to_a_server_that_takes_no_place(void **state)
{
	(void)state;
	for (unsigned room = 0; room <= 2; room++) {
		struct dhcp_server *before = make_server(true);
		struct dhcp_server *after = make_server(false);
		unsigned n_lost = 0;

		n_copies = 3;
		for (uint32_t i = 0; i < 3; i++)
			bind_lease(before, i);
		n_copies = room;
		assert_int_equal(lease_move(before, after, NOW, count_lost, &n_lost),
		    room == 2 ? 0 : -ENOMEM);
		assert_int_equal(n_lost, room == 2 ? 1 : 0);
		dhcp_server_free(before);
		dhcp_server_free(after);
	}
}

static void assert_text(const char *path, const char *expected)
{
	char text[256];
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	assert_int_equal(fclose(file), 0);
	assert_string_equal(text, expected);
}

/* Its path takes a copy, each client key one of the reader's and one of the server's. */
static void test_a_file_that_cannot_be_taken_over_stays_as_it_is(void **state)
{
	static const struct {
		unsigned copies, arena_copies;
		int r;
	} rows[] = {
		{ 0, 2, -ENOMEM },
		{ 1, 2, -ENOMEM },
		{ 2, 2, -ENOMEM },
		{ 3, 0, -ENOMEM },
		{ 3, 1, -ENOMEM },
		{ 3, 2, 0 },
	};
	char folder[] = "/tmp/test_lease_memory.XXXXXX", path[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	guard_path(folder);
	(void)snprintf(path, sizeof(path), "%s/leases", folder);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dhcp_server *server = make_server(true);
		struct lease_file *leases = NULL;
		struct error err = ERROR_NULL;
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		assert_true(fputs(LINES, file) >= 0);
		assert_int_equal(fclose(file), 0);
		n_copies = rows[i].copies;
		n_arena_copies = rows[i].arena_copies;
		assert_int_equal(lease_file_open(&leases, path, server, NOW, WALL,
				     &err),
		    rows[i].r);
		if (rows[i].r < 0)
			assert_non_null(strstr(err.text, "no memory"));
		assert_text(path, LINES);
		lease_file_free(leases);
		dhcp_server_free(server);
	}
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_lease_is_lost_to_a_server_that_takes_no_place),
		cmocka_unit_test(test_a_file_that_cannot_be_taken_over_stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
