/* Any bytes as a capture file, all the way to the sink. */
#include "capture/decoder.h"
#include "lib/base/cleanup.h"

#include <stdio.h>
#include <sys/mman.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Reads every byte, so that a view past its end is noticed. */
static void touch(struct str s)
{
	volatile uint8_t sum = 0;

	for (size_t i = 0; i < s.len; i++)
		sum = (uint8_t)(sum + (uint8_t)s.p[i]);
}

static void on_data(void *user, struct conn *conn, enum direction from,
    struct str bytes, struct frame_ref frame)
{
	(void)user, (void)conn, (void)from, (void)frame;
	touch(bytes);
}

static void on_tls(void *user, struct conn *conn, const struct tls_event *event,
    enum direction from, struct frame_ref frame)
{
	(void)user, (void)conn, (void)from, (void)frame;
	touch(event->sni);
	touch(event->der);
}

static void on_datagram(void *user, const struct address *from, uint16_t from_port,
    const struct address *to, uint16_t to_port, const uint8_t from_mac[6],
    uint32_t vlan, struct str payload, struct frame_ref frame)
{
	(void)user, (void)from, (void)from_port, (void)to, (void)to_port;
	(void)from_mac, (void)vlan, (void)frame;
	touch(payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct conn_sink sink = { .data = on_data,
		.tls = on_tls,
		.datagram = on_datagram };
	auto_fd fd = memfd_create("capture", MFD_CLOEXEC);
	struct decoder_counts counts;
	struct error err = ERROR_NULL;
	char path[64];

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
		return 0;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	(void)decoder_run(path, NULL, &sink, &counts, &err);
	return 0;
}
