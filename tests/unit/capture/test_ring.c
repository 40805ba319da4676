/* Rings of capture files: names, limits, what each file has in it; key logs that grow. */
#include "tests/unit/unit.h"

#include "tests/support/guard.h"

#include "capture/file/capfile.h"
#include "capture/live/ring.h"
#include "capture/tls/keytail.h"
#include "lib/base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

#define SECRET "CLIENT_RANDOM 00 11\n"

static const struct ring_interface ports[] = { { "acs1", LINKTYPE_ETHERNET },
	{ "any", LINKTYPE_LINUX_SLL } };

struct folder {
	char path[64], name[96];
};

static struct folder folder_make(const char *name)
{
	struct folder folder = { .path = "/tmp/cwmplab-ring.XXXXXX" };

	assert_non_null(mkdtemp(folder.path));
	guard_path(folder.path);
	(void)snprintf(folder.name, sizeof(folder.name), "%s/%s", folder.path, name);
	return folder;
}

static void folder_free(const struct folder *folder)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", folder->path);
	assert_int_equal(system(command), 0);
}

static void on_secrets(void *user, struct str lines)
{
	buf_append_str(user, lines);
}

/* "acs1-00002.pcapng: 3 frames from 4, 1 dropped, with secrets", or that it is not there. */
static void describe(const struct folder *folder, const char *name, struct buf *out)
{
	struct capfile *file = NULL;
	struct error err = ERROR_NULL;
	auto_buf secrets = BUF_NULL;
	struct frame frame;
	clock_ns first = 0;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	if (capfile_open(path, on_secrets, &secrets, &file, &err) < 0) {
		buf_printf(out, "%s: none\n", name);
		return;
	}
	while (capfile_next(file, &frame, &err) > 0)
		first = first ? first : frame.time;
	assert_false(capfile_counts(file)->is_truncated);
	assert_int_equal(capfile_counts(file)->interfaces, 2);
	buf_printf(out, "%s: %u frames from %d, %u dropped%s\n", name,
	    (unsigned)capfile_counts(file)->frames, (int)(first / NS_PER_S),
	    (unsigned)capfile_counts(file)->dropped,
	    str_find(buf_str(&secrets), STR(SECRET), NULL) ? ", with secrets" : "");
	capfile_close(file);
}

static void put(struct ring *ring, int seconds, uint32_t caplen)
{
	static const uint8_t bytes[32768];
	struct frame frame = { bytes, caplen, caplen, LINKTYPE_ETHERNET,
		(uint32_t)seconds % 2, seconds * NS_PER_S, 0 };
	struct error err = ERROR_NULL;

	assert_int_equal(ring_put_frame(ring, &frame, &err), 0);
}

static void test_a_ring_by_time_keeps_its_newest_files_each_whole(void **state)
{
	struct folder folder = folder_make("cap.pcapng");
	const struct ring_conf conf = { folder.name, 0, 10 * NS_PER_S, 2 };
	struct error err = ERROR_NULL;
	struct ring *ring = NULL;
	auto_buf text = BUF_NULL;

	(void)state;
	assert_int_equal(ring_open(&conf, ports, 2, &ring, &err), 0);
	ring_put_secrets(ring, STR(SECRET));
	for (int seconds = 1; seconds <= 25; seconds++) {
		if (seconds == 15)
			ring_set_dropped(ring, 1, 3);
		put(ring, seconds, 60);
	}
	ring_set_dropped(ring, 1, 4);
	assert_int_equal(ring_close(ring, &err), 0);

	describe(&folder, "cap-00001.pcapng", &text);
	describe(&folder, "cap-00002.pcapng", &text);
	describe(&folder, "cap-00003.pcapng", &text);
	describe(&folder, "cap.pcapng", &text);
	assert_string_equal(buf_cstr(&text),
	    "cap-00001.pcapng: none\n"
	    "cap-00002.pcapng: 10 frames from 11, 3 dropped, with secrets\n"
	    "cap-00003.pcapng: 5 frames from 21, 1 dropped, with secrets\n"
	    "cap.pcapng: none\n");
	ring_free(ring);
	folder_free(&folder);
}

static void test_no_file_of_a_ring_by_size_is_larger(void **state)
{
	struct folder folder = folder_make("cap");
	const struct ring_conf conf = { folder.name, RING_BYTES_MIN, 0, 0 };
	struct error err = ERROR_NULL;
	struct ring *ring = NULL;
	uint64_t frames = 0;

	(void)state;
	assert_int_equal(ring_open(&conf, ports, 2, &ring, &err), 0);
	for (int i = 1; i <= 100; i++)
		put(ring, i, (uint32_t)(i * 327));
	assert_int_equal(ring_close(ring, &err), 0);
	ring_free(ring);

	for (int i = 1; frames < 100; i++) {
		struct capfile *file = NULL;
		struct frame frame;
		struct stat st;
		char path[128];

		(void)snprintf(path, sizeof(path), "%s-%05d.pcapng", folder.name, i);
		assert_int_equal(stat(path, &st), 0);
		assert_true(st.st_size <= RING_BYTES_MIN);
		assert_int_equal(capfile_open(path, NULL, NULL, &file, &err), 0);
		while (capfile_next(file, &frame, &err) > 0)
			assert_int_equal(frame.time, (clock_ns)++frames * NS_PER_S);
		capfile_close(file);
	}
	folder_free(&folder);
}

static void test_a_pipe_that_nobody_reads_costs_frames_not_time(void **state)
{
	struct folder folder = folder_make("pipe");
	const struct ring_conf conf = { .path = folder.name };
	struct error err = ERROR_NULL;
	struct ring *ring = NULL;
	int reader;

	(void)state;
	assert_int_equal(mkfifo(folder.name, 0600), 0);
	reader = open(folder.name, O_RDONLY | O_NONBLOCK);
	assert_int_equal(ring_open(&conf, ports, 2, &ring, &err), 0);
	for (int i = 0; i < 2000; i++)
		put(ring, i, 32768);

	assert_true(ring_lost(ring) > 0);
	assert_true(ring_lost(ring) < 2000);
	(void)close(reader);
	assert_int_equal(ring_flush(ring, &err), -EPIPE);
	ring_free(ring);
	folder_free(&folder);
}

static void append(const char *path, const char *text)
{
	FILE *file = fopen(path, "a");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void test_a_key_log_is_followed_line_by_line(void **state)
{
	struct folder folder = folder_make("keys.log");
	struct keytail tail = KEYTAIL_NULL;
	struct error err = ERROR_NULL;
	auto_buf text = BUF_NULL;

	(void)state;
	assert_int_equal(keytail_open(&tail, folder.name, 0, &err), ERR_USAGE);
	assert_int_equal(keytail_open(&tail, folder.name, O_CREAT, &err), 0);
	keytail_read(&tail, on_secrets, &text);
	append(folder.name, "one\ntwo\nthr");
	keytail_read(&tail, on_secrets, &text);
	assert_string_equal(buf_cstr(&text), "one\ntwo\n");
	append(folder.name, "ee\n");
	keytail_read(&tail, on_secrets, &text);
	assert_string_equal(buf_cstr(&text), "one\ntwo\nthree\n");
	/* It was emptied: its writer began anew. */
	assert_int_equal(truncate(folder.name, 0), 0);
	append(folder.name, "four\n");
	keytail_read(&tail, on_secrets, &text);
	assert_string_equal(buf_cstr(&text), "one\ntwo\nthree\nfour\n");
	keytail_close(&tail);
	assert_int_equal(keytail_open(&tail, folder.path, 0, &err), ERR_USAGE);
	folder_free(&folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_ring_by_time_keeps_its_newest_files_each_whole),
		cmocka_unit_test(test_no_file_of_a_ring_by_size_is_larger),
		cmocka_unit_test(test_a_pipe_that_nobody_reads_costs_frames_not_time),
		cmocka_unit_test(test_a_key_log_is_followed_line_by_line),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
