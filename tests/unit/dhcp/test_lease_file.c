#include "tests/unit/unit.h"

#include "tests/support/guard.h"

#include "agents/lessor/lease_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define S     NS_PER_S
#define NOW   (100 * S)
#define WALL  (1000000 * S)
#define FIRST 0xc0000264u

struct folder {
	char path[64], file[80];
	struct dhcp_server *server;
};

static void folder_server(struct folder *f)
{
	static const struct pool_config pool = { .first = FIRST,
		.last = FIRST + 9,
		.subnet = FIRST,
		.prefix = 24,
		.lease_s = 3600 };
	const struct server_config config = { .address = 0xc0000202,
		.pools = &pool,
		.n_pools = 1 };

	assert_int_equal(dhcp_server_new(&f->server, &config, NULL), 0);
}

static void folder_up(struct folder *f)
{
	(void)snprintf(f->path, sizeof(f->path), "/tmp/test_lease_file.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	guard_path(f->path);
	(void)snprintf(f->file, sizeof(f->file), "%s/leases", f->path);
	folder_server(f);
}

static void folder_down(struct folder *f)
{
	dhcp_server_free(f->server);
	(void)unlink(f->file);
	assert_int_equal(rmdir(f->path), 0); /* nothing else is left in it */
}

static void write_text(const struct folder *f, const char *text)
{
	FILE *file = fopen(f->file, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void assert_file(const struct folder *f, const char *expected)
{
	FILE *file = fopen(f->file, "r");
	char text[1024];
	size_t n;

	assert_non_null(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = '\0';
	assert_int_equal(fclose(file), 0);
	assert_string_equal(text, expected);
}

static struct lease_file *open_file(struct folder *f)
{
	struct error err = ERROR_NULL;
	struct lease_file *file = NULL;

	if (lease_file_open(&file, f->file, f->server, NOW, WALL, &err) < 0)
		fail_msg("%s", err.text);
	return file;
}

static const struct lease_view LEASE = {
	.address = FIRST,
	.mac = { 2, 0, 0, 0, 0, 1 },
	.client = { "ic1", 3 },
	.expires_at = NOW + 60 * S,
};

static void test_changes_are_appended_when_they_are_flushed(void **state)
{
	struct lease_view lease = LEASE;
	struct lease_file *file;
	struct folder f;

	(void)state;
	folder_up(&f);
	file = open_file(&f);
	assert_file(&f, "# cwmplab leases 1\n");

	lease_file_note(file, &lease);
	assert_file(&f, "# cwmplab leases 1\n");
	assert_int_equal(lease_file_flush(file, NULL), 0);
	lease.expires_at = 0;
	lease_file_note(file, &lease);
	lease.expires_at = INT64_MAX;
	lease_file_note(file, &lease);
	assert_int_equal(lease_file_flush(file, NULL), 0);

	assert_file(&f, "# cwmplab leases 1\n"
			"192.0.2.100 02:00:00:00:00:01 696331 1000060\n"
			"192.0.2.100 02:00:00:00:00:01 696331 0\n"
			"192.0.2.100 02:00:00:00:00:01 696331 -\n");
	lease_file_free(file);
	folder_down(&f);
}

static void test_the_last_line_of_an_address_counts_and_broken_ones_do_not(void **state)
{
	struct lease_file *file;
	struct folder f;

	(void)state;
	folder_up(&f);
	write_text(&f, "# cwmplab leases 1\n"
		       "192.0.2.100 02:00:00:00:00:01 696331 1000060\n"
		       "192.0.2.101 02:00:00:00:00:02 696332 1000050\n"
		       "192.0.2.100 02:00:00:00:00:01 696331 1000070\n"
		       "192.0.2.102 02:00:00:00:00:03 696333 999999\n"
		       "192.0.2.101 02:00:00:00:00:02 696332 0\n"
		       "10.0.0.1 02:00:00:00:00:04 696334 1000060\n"
		       "nonsense\n"
		       "192.0.2.103 02:00:00:00:00:05 6963 1000060 x\n"
		       "192.0.2.104 02:00:00:00:00:06 696336 10000");

	file = open_file(&f);

	assert_file(&f, "# cwmplab leases 1\n"
			"192.0.2.100 02:00:00:00:00:01 696331 1000070\n");
	lease_file_free(file);
	folder_down(&f);
}

/* A client identifier of 255 bytes and the mark before it. */
static void test_the_longest_client_outlives_the_program(void **state)
{
	static char client[256];
	struct lease_view lease = LEASE;
	struct lease_file *file;
	struct folder f;
	struct stat before, after;

	(void)state;
	memset(client, 'x', sizeof(client));
	lease.client = str_make(client, sizeof(client));
	folder_up(&f);
	file = open_file(&f);
	lease_file_note(file, &lease);
	assert_int_equal(lease_file_flush(file, NULL), 0);
	lease_file_free(file);
	assert_int_equal(stat(f.file, &before), 0);

	file = open_file(&f);

	assert_int_equal(stat(f.file, &after), 0);
	assert_int_equal(after.st_size, before.st_size);
	lease_file_free(file);
	folder_down(&f);
}

static void test_a_file_of_another_kind_is_left_alone(void **state)
{
	struct error err = ERROR_NULL;
	struct lease_file *file = NULL;
	struct folder f;

	(void)state;
	folder_up(&f);
	write_text(&f, "dear diary\n");

	assert_int_equal(lease_file_open(&file, f.file, f.server, NOW, WALL, &err),
	    ERR_MALFORMED);

	assert_null(file);
	assert_file(&f, "dear diary\n");
	folder_down(&f);
}

static void test_a_file_that_grew_is_written_anew(void **state)
{
	struct lease_view lease = LEASE;
	struct lease_file *file;
	struct folder f;

	(void)state;
	folder_up(&f);
	file = open_file(&f);
	assert_int_equal(dhcp_server_restore(f.server, &lease, NOW), 0);

	for (int i = 0; i < 5000; i++)
		lease_file_note(file, &lease);
	assert_int_equal(lease_file_flush(file, NULL), 0);
	assert_int_equal(lease_file_compact(file, f.server, NOW, NULL), 0);

	assert_file(&f, "# cwmplab leases 1\n"
			"192.0.2.100 02:00:00:00:00:01 696331 1000060\n");
	lease_file_free(file);
	folder_down(&f);
}

/* Notes that nobody flushes: a disk that stays full. */
static void test_notes_that_find_no_room_spoil_no_others(void **state)
{
	char client[255];
	struct lease_view lease = LEASE;
	struct lease_file *file;
	struct folder f;
	struct stat st;
	struct dhcp_server *again;

	(void)state;
	folder_up(&f);
	file = open_file(&f);
	memset(client, 'i', sizeof(client));
	lease.client = str_make(client, sizeof(client));
	for (size_t i = 0; i < (16 << 20) / (2 * sizeof(client)) + 1; i++)
		lease_file_note(file, &lease);
	assert_int_equal(lease_file_flush(file, NULL), 0);
	lease = LEASE;
	assert_int_equal(dhcp_server_restore(f.server, &lease, NOW), 0);
	lease_file_note(file, &lease);
	assert_int_equal(lease_file_flush(file, NULL), 0);
	assert_int_equal(stat(f.file, &st), 0);
	assert_true(st.st_size > 15 << 20);

	/* The last line is whole, though the one before it was lost. */
	again = f.server;
	f.server = NULL;
	lease_file_free(file);
	folder_server(&f);
	file = open_file(&f);
	assert_file(&f, "# cwmplab leases 1\n"
			"192.0.2.100 02:00:00:00:00:01 696331 1000060\n");
	dhcp_server_free(again);
	lease_file_free(file);
	folder_down(&f);
}

static void test_lost_notes_bring_a_new_file(void **state)
{
	char client[255];
	struct lease_view lease = LEASE;
	struct lease_file *file;
	struct folder f;

	(void)state;
	folder_up(&f);
	file = open_file(&f);
	assert_int_equal(dhcp_server_restore(f.server, &lease, NOW), 0);
	memset(client, 'i', sizeof(client));
	lease.client = str_make(client, sizeof(client));
	for (size_t i = 0; i < (16 << 20) / (2 * sizeof(client)) + 1; i++)
		lease_file_note(file, &lease);
	assert_int_equal(lease_file_flush(file, NULL), 0);
	assert_int_equal(lease_file_compact(file, f.server, NOW, NULL), 0);

	assert_file(&f, "# cwmplab leases 1\n"
			"192.0.2.100 02:00:00:00:00:01 696331 1000060\n");
	lease_file_free(file);
	folder_down(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_notes_that_find_no_room_spoil_no_others),
		cmocka_unit_test(test_lost_notes_bring_a_new_file),
		cmocka_unit_test(test_changes_are_appended_when_they_are_flushed),
		cmocka_unit_test(
		    test_the_last_line_of_an_address_counts_and_broken_ones_do_not),
		cmocka_unit_test(test_the_longest_client_outlives_the_program),
		cmocka_unit_test(test_a_file_of_another_kind_is_left_alone),
		cmocka_unit_test(test_a_file_that_grew_is_written_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
