/* Frames with the kernel's header of what is left to do, from a node that sends what it likes. */
#include "lib/base/compiler.h"
#include "lib/link/frame_cut.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t frame[FRAME_BYTES_MAX], piece[FRAME_BYTES_MAX];

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
