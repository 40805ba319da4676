/* Frames with the kernel's header of what is left to do, from a node that sends what it likes. */
#include "lib/base/compiler.h"
#include "lib/link/frame_cut.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t frame[FRAME_BYTES_MAX], piece[FRAME_BYTES_MAX];
static struct virtio_net_hdr due_of_train;

/* In trains of n segments, each of which can be cut again. */
static void cut_in_trains(struct frame_cut cut, unsigned n)
{
	size_t total = cut.at, len;

	while ((len = frame_cut_train(&cut, n, piece, &due_of_train)) > 0) {
		struct frame_cut again;

		if (frame_is_long(&due_of_train) &&
		    frame_cut_begin(&again, piece, len, &due_of_train) < 2)
			abort();
		total += len - cut.head;
	}
	if (total != cut.len - cut.head || frame_cut_len(&cut, 0) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct virtio_net_hdr offload, due;
	struct frame_cut cut;
	size_t total = 0, n;

	if (size < sizeof(offload) || size - sizeof(offload) > sizeof(frame))
		return 0;
	memcpy(&offload, data, sizeof(offload));
	size -= sizeof(offload);
	memcpy(frame, data + sizeof(offload), size);
	if (frame_cut_begin(&cut, frame, size, &offload) > 0) {
		cut_in_trains(cut, 1 + offload.csum_offset % 64);
		while ((n = frame_cut_next(&cut, piece, &due)) > 0) {
			if (!frame_finish(piece, n, &due))
				abort();
			frame_corrupt(piece, n, (uint32_t)n * 2654435761u);
			total += n - cut.head;
		}
		if (total != size - cut.head)
			abort();
	}
	(void)frame_finish(frame, size, &offload);
	frame_corrupt(frame, size, offload.gso_size * 65537u);
	return 0;
}
