/* What the recorder writes, read again: order, interfaces, secrets in time, drop counts. */
#include "tests/unit/unit.h"

#include "capture/decoder.h"
#include "capture/file/capfile.h"
#include "capture/file/pcapng_write.h"
#include "capture/live/hold.h"
#include "lib/base/buf.h"
#include "lib/base/cleanup.h"
#include "tests/support/packets.h"
#include "tests/support/transcript.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>

static void on_secrets(void *user, struct str keylog)
{
	buf_append_str(user, keylog);
}

static void test_a_written_file_reads_as_it_was_meant(void **state)
{
	static const uint8_t bytes[] = "abcde";
	struct frame frame = { bytes, 5, 90, LINKTYPE_ETHERNET, 1, 1234567891, 0 };
	struct pcapng_statistics statistics = { 1, 0, 5, 7, 3 };
	auto_fd fd = memfd_create("capture", MFD_CLOEXEC);
	struct pcapng_writer w = PCAPNG_WRITER_NULL;
	struct error err = ERROR_NULL;
	auto_buf secrets = BUF_NULL;
	struct capfile *file = NULL;
	struct frame read;
	char path[64];

	(void)state;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(pcapng_create(&w, path, &err), 0);
	pcapng_put_interface(&w, "acs1");
	pcapng_put_interface(&w, "dhcp");
	pcapng_put_secrets(&w, STR("# one\n"));
	pcapng_put_frame(&w, &frame);
	pcapng_put_statistics(&w, &statistics);
	assert_int_equal(pcapng_close(&w, &err), 0);

	assert_int_equal(capfile_open(path, on_secrets, &secrets, &file, &err), 0);
	assert_int_equal(capfile_next(file, &read, &err), 1);
	assert_string_equal(buf_cstr(&secrets), "# one\n");
	assert_int_equal(read.caplen, 5);
	assert_int_equal(read.len, 90);
	assert_int_equal(read.interface, 1);
	assert_int_equal(read.time, 1234567891);
	assert_memory_equal(read.bytes, "abcde", 5);
	assert_int_equal(capfile_next(file, &read, &err), 0);
	assert_int_equal(capfile_counts(file)->dropped, 3);
	assert_int_equal(capfile_counts(file)->interfaces, 2);
	capfile_close(file);
}

static void test_a_full_disk_is_an_error_with_the_file_named(void **state)
{
	static const uint8_t bytes[1000];
	struct frame frame = { bytes, 1000, 1000, LINKTYPE_ETHERNET, 0, 0, 0 };
	struct pcapng_writer w = PCAPNG_WRITER_NULL;
	struct error err = ERROR_NULL;

	(void)state;
	if (pcapng_create(&w, "/dev/full", &err) < 0)
		skip();
	pcapng_put_frame(&w, &frame);

	assert_int_equal(pcapng_flush(&w, &err), -ENOSPC);
	assert_non_null(strstr(err.text, "/dev/full: No space left on device"));
	(void)pcapng_close(&w, NULL);
}

static void test_held_frames_leave_in_the_order_of_time(void **state)
{
	static const clock_ns times[] = { 5, 3, 9, 3, 1, 7 };
	static const uint8_t tags[] = "abcdef";
	struct record_hold hold = { 0 };
	char order[7] = "";

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct frame frame = { tags + i, 1, 1, 1, 0, times[i], 0 };

		assert_int_equal(record_hold_put(&hold, &frame), 0);
	}
	for (size_t i = 0; record_hold_first(&hold); i++) {
		order[i] = (char)record_hold_first(&hold)->bytes[0];
		record_hold_drop_first(&hold);
	}

	/* Of equal times the first that came goes first. */
	assert_string_equal(order, "ebdafc");
	assert_int_equal(hold.bytes, 0);
	record_hold_free(&hold);
}

static void test_copies_at_other_ports_count_once(void **state)
{
	struct transcript t = TRANSCRIPT_NULL;
	struct conn_sink sink = transcript_sink(&t);
	struct packets p = PACKETS_NULL;
	struct endpoint cpe = ENDPOINT(1, 68), server = ENDPOINT(2, 67);
	auto_fd fd = memfd_create("capture", MFD_CLOEXEC);
	struct decoder_counts counts;
	struct error err = ERROR_NULL;
	char path[64];

	(void)state;
	packets_pcapng(&p, 3);
	for (p.interface = 0; p.interface < 3; p.interface++) {
		packets_udp(&p, &cpe, &server, STR("discover"));
		p.ip_id--;
	}
	p.interface = 2; /* once more at a port that only saw copies */
	packets_udp(&p, &cpe, &server, STR("discover"));
	p.now += NS_PER_S; /* much later at another port: no copy */
	p.interface = 0;
	p.ip_id--;
	packets_udp(&p, &cpe, &server, STR("discover"));
	assert_int_equal(write(fd, p.file.data, p.file.len), p.file.len);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);

	assert_int_equal(decoder_run(path, NULL, &sink, &counts, &err), 0);
	assert_string_equal(buf_cstr(&t.text),
	    "1 10.0.0.1:68 to 10.0.0.2:67 \"discover\"\n"
	    "5 10.0.0.1:68 to 10.0.0.2:67 \"discover\"\n");
	assert_int_equal(counts.duplicates, 3);
	packets_free(&p);
	buf_free(&t.text);
}

/* A block of an interface that nobody described, and one whose frame is longer than it. */
static void test_a_record_that_holds_no_frame_is_counted(void **state)
{
	static const uint32_t records[2][9] = {
		{ 6, 36, 7, 0, 0, 4, 4, 0, 36 },
		{ 6, 36, 0, 0, 0, 5, 5, 0, 36 },
	};
	struct conn_sink sink = { 0 };
	struct packets p = PACKETS_NULL;
	struct endpoint cpe = ENDPOINT(1, 68), server = ENDPOINT(2, 67);
	auto_fd fd = memfd_create("capture", MFD_CLOEXEC);
	struct decoder_counts counts;
	struct error err = ERROR_NULL;
	char path[64];

	(void)state;
	packets_pcapng(&p, 1);
	packets_udp(&p, &cpe, &server, STR("discover"));
	buf_append(&p.file, records, sizeof(records));
	packets_udp(&p, &cpe, &server, STR("discover"));
	assert_int_equal(write(fd, p.file.data, p.file.len), p.file.len);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);

	assert_int_equal(decoder_run(path, NULL, &sink, &counts, &err), 0);
	assert_int_equal(counts.packets, 2);
	assert_int_equal(counts.undecodable, 2);
	packets_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_written_file_reads_as_it_was_meant),
		cmocka_unit_test(test_a_full_disk_is_an_error_with_the_file_named),
		cmocka_unit_test(test_held_frames_leave_in_the_order_of_time),
		cmocka_unit_test(test_copies_at_other_ports_count_once),
		cmocka_unit_test(test_a_record_that_holds_no_frame_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
