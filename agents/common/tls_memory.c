#include "agents/common/tls_memory.h"

#include "lib/base/cleanup.h"

#include <openssl/ssl.h>
#include <string.h>

struct tls_ticket {
	SSL_SESSION *session; /* owned */
	char name[];          /* of the server that it is for */
};

void tls_memory_forget(struct tls_memory *memory)
{
	if (memory->ticket)
		SSL_SESSION_free(memory->ticket->session);
	free(steal_ptr(&memory->ticket));
}

SSL_SESSION *tls_memory_session(const struct tls_memory *memory, const char *name)
{
	const struct tls_ticket *ticket = memory->ticket;

	return ticket && strcmp(ticket->name, name) == 0 ? ticket->session : NULL;
}

void tls_memory_take(struct tls_memory *memory, const char *name, SSL_SESSION *session)
{
	size_t size = strlen(name) + 1;
	struct tls_ticket *ticket = malloc(sizeof(*ticket) + size);

	tls_memory_forget(memory);
	if (!ticket) {
		SSL_SESSION_free(session);
		return;
	}
	ticket->session = session;
	memcpy(ticket->name, name, size);
	memory->ticket = ticket;
}
