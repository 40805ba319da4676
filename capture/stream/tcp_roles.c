#include "capture/stream/tcp_roles.h"

#include "lib/base/compiler.h"

static const uint16_t server_ports[] = { 7547, 7548, 80, 443, 8080, 8443, 30005, 51005,
	58000 };

static const char *const client_words[] = { "POST ", "GET ", "HEAD ", "PUT ",
	"OPTIONS ", "CONNECT ", "DELETE " };

static bool is_server_port(uint16_t port)
{
	for (size_t i = 0; i < ARRAY_LEN(server_ports); i++)
		if (server_ports[i] == port)
			return true;
	return false;
}

bool tcp_sender_is_client(uint16_t src_port, uint16_t dst_port, struct str payload)
{
	if (str_starts(payload, STR("HTTP/1.")))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(client_words); i++)
		if (str_starts(payload, str_of(client_words[i])))
			return true;
	/* A TLS handshake record with a hello: its type tells who speaks. */
	if (payload.len > 5 && payload.p[0] == 22 && payload.p[1] == 3 &&
	    (payload.p[5] == 1 || payload.p[5] == 2))
		return payload.p[5] == 1;
	if (is_server_port(src_port) != is_server_port(dst_port))
		return is_server_port(dst_port);
	return src_port >= dst_port;
}
