#include "agents/common/tls_memory.h"

#include "lib/base/cleanup.h"
#include "lib/base/str.h"

#include <openssl/ssl.h>

void tls_memory_forget(struct tls_memory *memory)
{
	SSL_SESSION_free(steal_ptr(&memory->session));
	free(steal_ptr(&memory->name));
}

void tls_memory_take(struct tls_memory *memory, const char *name, SSL_SESSION *session)
{
	tls_memory_forget(memory);
	memory->session = session;
	memory->name = str_dup(str_of(name));
	if (!memory->name)
		tls_memory_forget(memory);
}
