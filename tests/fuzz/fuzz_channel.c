/* What a client may write to a lab's socket, or an agent to its supervisor. */
#include "lab/channel/channel.h"

#include <jansson.h>
#include <stdlib.h>
#include <sys/socket.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_line(void *user, struct str line)
{
	json_t *command = json_loadb(line.p, line.len, 0, NULL);

	(void)user;
	(void)json_string_value(json_object_get(command, "cmd"));
	json_decref(command);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct channel channel;
	int ends[2];

	if (size > 100000 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		return 0;
	channel_open(&channel, ends[0]);
	if (send(ends[1], data, size, MSG_DONTWAIT) >= 0)
		(void)channel_read(&channel, on_line, NULL);
	(void)close(ends[1]);
	(void)channel_read(&channel, on_line, NULL);
	channel_close(&channel);
	return 0;
}
