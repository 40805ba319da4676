/* Frames that are cut into segments, summed up and corrupted. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/link/frame_cut.h"

#include <stdbool.h>
#include <string.h>

enum {
	ETHERNET = 14,
	HEAD4 = 14 + 20 + 20,
	HEAD6 = 14 + 40 + 20
};

/* 192.0.2.1:1 to 192.0.2.2:2, sequence 0x01020304, ACK PSH FIN CWR; identification 7. */
static const uint8_t head4[HEAD4] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, /**/
	0x45, 0, 0, 0, 0, 7, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2,  /**/
	0, 1, 0, 2, 1, 2, 3, 4, 0, 0, 0, 9, 0x50, 0x99, 1, 0, 0, 0, 0, 0 };

static const uint8_t head6[HEAD6] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x86,
	0xdd, /**/
	0x60, 0, 0, 0, 0, 0, 6, 64, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	1, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, /**/
	0, 1, 0, 2, 1, 2, 3, 4, 0, 0, 0, 9, 0x50, 0x99, 1, 0, 0, 0, 0, 0 };

static size_t make(uint8_t *frame, bool is_ipv6, size_t payload)
{
	size_t head = is_ipv6 ? HEAD6 : HEAD4;

	memcpy(frame, is_ipv6 ? head6 : head4, head);
	for (size_t i = 0; i < payload; i++)
		frame[head + i] = (uint8_t)(i * 7 + i / 256);
	return head + payload;
}

static struct virtio_net_hdr offload_of(bool is_ipv6, uint16_t size)
{
	return (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type =
		    is_ipv6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4,
		.gso_size = size,
		.csum_start = is_ipv6 ? 54 : 34,
		.csum_offset = 16,
	};
}

/* Whether IP and TCP checksums hold, as a receiver counts (RFC 1071 1). */
static bool is_sound(const uint8_t *frame, size_t len, bool is_ipv6)
{
	const uint8_t *ip = frame + ETHERNET;
	size_t start = ETHERNET + (is_ipv6 ? 40 : 20);
	uint32_t sum = 6 + (uint32_t)(len - start);

	if (!is_ipv6 && frame_fold(frame_sum(ip, 20, 0)) != UINT16_MAX)
		return false;
	sum = is_ipv6 ? frame_sum(ip + 8, 32, sum) : frame_sum(ip + 12, 8, sum);
	return frame_fold(frame_sum(frame + start, len - start, sum)) == UINT16_MAX;
}

static void assert_cut(bool is_ipv6, size_t payload, uint16_t size, unsigned n)
{
	static uint8_t frame[FRAME_BYTES_MAX], piece[FRAME_BYTES_MAX];
	size_t head = is_ipv6 ? HEAD6 : HEAD4, len = make(frame, is_ipv6, payload);
	struct virtio_net_hdr offload = offload_of(is_ipv6, size), due;
	struct frame_cut cut;
	size_t at = 0, got;
	unsigned i = 0;

	assert_int_equal(frame_cut_begin(&cut, frame, len, &offload), n);
	for (; (got = frame_cut_next(&cut, piece, &due)) > 0; i++) {
		uint8_t flags = piece[head - 20 + 13];

		assert_true(frame_finish(piece, got, &due));
		assert_int_equal(due.flags, 0);
		assert_true(is_sound(piece, got, is_ipv6));
		assert_memory_equal(piece + head, frame + head + at, got - head);
		assert_int_equal(piece[head - 20 + 7], (uint8_t)(4 + at));
		assert_int_equal(flags & 0x80, i == 0 ? 0x80 : 0);
		assert_int_equal(flags & 0x09, i + 1 == n ? 0x09 : 0);
		if (!is_ipv6)
			assert_int_equal(piece[ETHERNET + 4] << 8 | piece[ETHERNET + 5],
			    7 + i);
		at += got - head;
	}
	assert_int_equal(i, n);
	assert_int_equal(at, payload);
}

static void test_a_long_frame_becomes_sound_segments(void **state)
{
	(void)state;
	for (int is_ipv6 = 0; is_ipv6 < 2; is_ipv6++) {
		assert_cut(is_ipv6, 1, 1448, 1);
		assert_cut(is_ipv6, 1448, 1448, 1);
		assert_cut(is_ipv6, 1449, 1448, 2);
		assert_cut(is_ipv6, 3001, 1000, 4);
		assert_cut(is_ipv6, 64000, 1448, 45);
		assert_cut(is_ipv6, 2048, 1, FRAME_CUTS_MAX);
	}
}

/* What a train of so many segments is, whoever cuts it, with the ones before it passed over. */
static void assert_train(bool is_ipv6, size_t payload, unsigned before, unsigned n)
{
	static uint8_t frame[FRAME_BYTES_MAX], train[FRAME_BYTES_MAX],
	    piece[FRAME_BYTES_MAX], again[FRAME_BYTES_MAX];
	size_t len = make(frame, is_ipv6, payload), train_len;
	struct virtio_net_hdr offload = offload_of(is_ipv6, 1000), due, due_again;
	struct frame_cut cut, apart, carried;

	assert_true(frame_cut_begin(&cut, frame, len, &offload) >= before + n);
	apart = cut;
	for (unsigned i = 0; i < before; i++) {
		frame_cut_skip(&cut);
		assert_true(frame_cut_next(&apart, piece, &due) > 0);
	}
	train_len = frame_cut_train(&cut, n, train, &due);
	assert_int_equal(frame_is_long(&due), n > 1);
	due.gso_type = offload.gso_type; /* a single one is cut into itself */
	due.gso_size = offload.gso_size;
	assert_int_equal(frame_cut_begin(&carried, train, train_len, &due), n);
	for (unsigned i = 0; i < n; i++) {
		size_t ahead = frame_cut_len(&apart, 0);
		size_t piece_len = frame_cut_next(&apart, piece, &due);

		assert_int_equal(piece_len, ahead);
		assert_int_equal(frame_cut_next(&carried, again, &due_again),
		    piece_len);
		assert_memory_equal(again, piece, piece_len);
		assert_memory_equal(&due_again, &due, sizeof(due));
	}
	assert_int_equal(frame_cut_next(&carried, again, &due_again), 0);
	/* And the next one is the next one. */
	assert_int_equal(frame_cut_len(&cut, 0), frame_cut_len(&apart, 0));
	assert_int_equal(frame_cut_next(&cut, again, &due_again),
	    frame_cut_next(&apart, piece, &due));
}

static void test_segments_that_stay_together_are_the_same_once_they_are_cut(
    void **state)
{
	(void)state;
	for (int is_ipv6 = 0; is_ipv6 < 2; is_ipv6++) {
		assert_train(is_ipv6, 4500, 0, 1);
		assert_train(is_ipv6, 4500, 0, 2);
		assert_train(is_ipv6, 4500, 1, 3);
		assert_train(is_ipv6, 4500, 3, 2); /* the last is short */
		assert_train(is_ipv6, 4500, 0, 5);
		assert_train(is_ipv6, 4000, 2, 2);
	}
}

static void test_the_length_of_segments_ahead_is_known(void **state)
{
	static uint8_t frame[FRAME_BYTES_MAX];
	struct virtio_net_hdr offload = offload_of(false, 1000);
	size_t len = make(frame, false, 2001);
	struct frame_cut cut;

	(void)state;
	assert_int_equal(frame_cut_begin(&cut, frame, len, &offload), 3);
	assert_int_equal(frame_cut_len(&cut, 0), HEAD4 + 1000);
	assert_int_equal(frame_cut_len(&cut, 1), HEAD4 + 1000);
	assert_int_equal(frame_cut_len(&cut, 2), HEAD4 + 1);
	assert_int_equal(frame_cut_len(&cut, 3), 0);
	frame_cut_skip(&cut);
	frame_cut_skip(&cut);
	assert_int_equal(frame_cut_len(&cut, 0), HEAD4 + 1);
	frame_cut_skip(&cut);
	assert_int_equal(frame_cut_len(&cut, 0), 0);
}

static void test_what_cannot_be_cut_is_refused(void **state)
{
	static uint8_t frame[FRAME_BYTES_MAX + 1];
	size_t len = make(frame, false, 3000);
	struct virtio_net_hdr good = offload_of(false, 1000), bad;
	struct frame_cut cut;

	(void)state;
	assert_int_equal(frame_cut_begin(&cut, frame, len, &good), 3);
	bad = good;
	bad.gso_size = 0;
	assert_int_equal(frame_cut_begin(&cut, frame, len, &bad), 0);
	bad.gso_size = 1; /* 3,000 segments */
	assert_int_equal(frame_cut_begin(&cut, frame, len, &bad), 0);
	bad = good;
	bad.gso_type = VIRTIO_NET_HDR_GSO_TCPV6;
	assert_int_equal(frame_cut_begin(&cut, frame, len, &bad), 0);
	bad = good;
	bad.csum_start = 33;
	assert_int_equal(frame_cut_begin(&cut, frame, len, &bad), 0);
	bad = good;
	bad.flags = 0;
	assert_int_equal(frame_cut_begin(&cut, frame, len, &bad), 0);
	/* Every length that ends in the headers, and one whose TCP header is longer than all. */
	for (size_t n = 0; n <= HEAD4; n++)
		assert_int_equal(frame_cut_begin(&cut, frame, n, &good), 0);
	assert_int_equal(frame_cut_begin(&cut, frame, FRAME_BYTES_MAX + 1, &good), 0);
	frame[34 + 12] = 0x40;
	assert_int_equal(frame_cut_begin(&cut, frame, len, &good), 0);
}

static void test_a_checksum_outside_the_frame_is_refused(void **state)
{
	uint8_t frame[100] = { 0 };
	struct virtio_net_hdr offload = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.csum_start = 82,
		.csum_offset = 16 };

	(void)state;
	assert_true(frame_finish(frame, sizeof(frame), &offload));
	offload = (struct virtio_net_hdr){ .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.csum_start = 83,
		.csum_offset = 16 };
	assert_false(frame_finish(frame, sizeof(frame), &offload));
	offload.csum_start = 101;
	offload.csum_offset = 0;
	assert_false(frame_finish(frame, sizeof(frame), &offload));
}

/* Each bit that can be turned makes one of the checksums fail, and the Ethernet header stays. */
static void test_no_receiver_takes_a_corrupted_packet_for_right(void **state)
{
	(void)state;
	for (int is_ipv6 = 0; is_ipv6 < 2; is_ipv6++) {
		uint8_t whole[256], frame[256];
		struct virtio_net_hdr offload = offload_of(is_ipv6, 1000), due;
		struct frame_cut cut;
		size_t len = make(frame, is_ipv6, 40), n;

		assert_int_equal(frame_cut_begin(&cut, frame, len, &offload), 1);
		n = frame_cut_next(&cut, whole, &due);
		assert_true(frame_finish(whole, n, &due));
		for (uint32_t bit = 0; bit < 8 * 256; bit++) {
			memcpy(frame, whole, n);
			frame_corrupt(frame, n, bit);
			assert_memory_equal(frame, whole, ETHERNET);
			assert_false(is_sound(frame, n, is_ipv6));
		}
	}
}

static void test_padding_is_not_corrupted_and_short_frames_are_left_alone(void **state)
{
	uint8_t frame[60], before[60];

	(void)state;
	for (uint32_t bit = 0; bit < 1000; bit++) {
		memset(frame, 0, sizeof(frame));
		(void)make(frame, false, 0);
		frame[ETHERNET + 3] = 40;
		memcpy(before, frame, sizeof(frame));
		frame_corrupt(frame, sizeof(frame), bit);
		assert_memory_equal(frame + HEAD4, before + HEAD4,
		    sizeof(frame) - HEAD4);
		for (size_t n = 0; n <= ETHERNET; n++) {
			memcpy(frame, before, sizeof(frame));
			frame_corrupt(frame, n, bit);
			assert_memory_equal(frame, before, sizeof(frame));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_long_frame_becomes_sound_segments),
		cmocka_unit_test(
		    test_segments_that_stay_together_are_the_same_once_they_are_cut),
		cmocka_unit_test(test_the_length_of_segments_ahead_is_known),
		cmocka_unit_test(test_what_cannot_be_cut_is_refused),
		cmocka_unit_test(test_a_checksum_outside_the_frame_is_refused),
		cmocka_unit_test(test_no_receiver_takes_a_corrupted_packet_for_right),
		cmocka_unit_test(
		    test_padding_is_not_corrupted_and_short_frames_are_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
