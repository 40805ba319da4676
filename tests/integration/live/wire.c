#include "tests/integration/live/wire.h"

#include "lib/base/buf.h"
#include "tests/support/cwmp_text.h"

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PORT = 7547
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

void wire_set_up(const char *name, bool is_up)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_flags = is_up ? IFF_UP | IFF_RUNNING : 0 };

	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		die(name);
	(void)close(fd);
}

static void bridge_call(unsigned long call, const char *name)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, call, name) < 0)
		die(name);
	(void)close(fd);
}

void wire_bridge_add(const char *name)
{
	bridge_call(SIOCBRADDBR, name);
	wire_set_up(name, true);
}

void wire_bridge_remove(const char *name)
{
	wire_set_up(name, false);
	bridge_call(SIOCBRDELBR, name);
}

static struct sockaddr_in address(uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
}

static void connect_both(int *ret_client, int *ret_server)
{
	struct sockaddr_in at = address(PORT);
	int yes = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(listener, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(listener, 1) < 0)
		die("listen");
	*ret_client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(*ret_client, (struct sockaddr *)&at, sizeof(at)) < 0)
		die("connect");
	*ret_server = accept(listener, NULL, NULL);
	if (*ret_server < 0)
		die("accept");
	(void)close(listener);
}

/* Sends it and takes it at the other end, so that frames alternate as the talk does. */
static void pass(int from, int to, const struct buf *text)
{
	char got[8192];
	size_t n = 0;

	if (write(from, text->data, text->len) != (ssize_t)text->len)
		die("write");
	while (n < text->len) {
		ssize_t r = read(to, got, sizeof(got));

		if (r <= 0)
			die("read");
		n += (size_t)r;
	}
}

static void request(int client, int server, const char *body)
{
	auto_buf text = BUF_NULL;

	buf_printf(&text, "POST /acs HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: s=1\r\n",
	    PORT);
	if (*body)
		buf_printf(&text,
		    "SOAPAction: \"\"\r\nContent-Type: text/xml; charset=utf-8\r\n");
	buf_printf(&text, "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
	pass(client, server, &text);
}

static void respond(int server, int client, const char *body)
{
	auto_buf text = BUF_NULL;

	if (*body)
		buf_printf(&text,
		    "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\n"
		    "SOAPAction: \"\"\r\nContent-Length: %zu\r\n\r\n%s",
		    strlen(body), body);
	else
		buf_printf(&text, "HTTP/1.1 204 No Content\r\n\r\n");
	pass(server, client, &text);
}

void wire_session(bool is_bad)
{
	int client, server;

	connect_both(&client, &server);
	request(client, server, INFORM("S1", "0"));
	respond(server, client, is_bad ? INFORM_RESPONSE("7") : INFORM_RESPONSE("1"));
	request(client, server, "");
	respond(server, client, "");
	/* The CPE closes first, as it does at the end of a session. */
	(void)close(client);
	(void)close(server);
}

void wire_failed_session(void)
{
	int client, server;

	connect_both(&client, &server);
	request(client, server, INFORM("S1", "0"));
	respond(server, client, "");
	(void)close(client);
	(void)close(server);
}

void wire_datagrams(int n, uint16_t len)
{
	static const char bytes[UINT16_MAX];
	struct sockaddr_in at = address(9);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	for (int i = 0; i < n; i++) {
		if (sendto(fd, bytes, len, 0, (struct sockaddr *)&at, sizeof(at)) < 0)
			die("sendto");
	}
	(void)close(fd);
}
