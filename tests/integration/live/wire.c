#include "tests/integration/live/wire.h"

#include "lib/base/buf.h"
#include "tests/support/labrun.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>

enum {
	PORT = 7547
};

#define ENVELOPE(id, body)                                                         \
	"<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" " \
	"xmlns:cwmp=\"urn:dslforum-org:cwmp-1-0\" "                                \
	"xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "                          \
	"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "                 \
	"xmlns:enc=\"http://schemas.xmlsoap.org/soap/encoding/\">"                 \
	"<soap:Header><cwmp:ID soap:mustUnderstand=\"1\">" id                      \
	"</cwmp:ID></soap:Header><soap:Body>" body "</soap:Body></soap:Envelope>"

#define PARAMETER(name, value)                                              \
	"<ParameterValueStruct><Name>InternetGatewayDevice." name "</Name>" \
	"<Value xsi:type=\"xsd:string\">" value "</Value></ParameterValueStruct>"

static const char inform[] = ENVELOPE("1",
    "<cwmp:Inform><DeviceId><Manufacturer>Example</Manufacturer><OUI>0000C1</OUI>"
    "<ProductClass>Box</ProductClass><SerialNumber>S1</SerialNumber></DeviceId>"
    "<Event enc:arrayType=\"cwmp:EventStruct[1]\"><EventStruct><EventCode>2 PERIODIC"
    "</EventCode><CommandKey></CommandKey></EventStruct></Event><MaxEnvelopes>1"
    "</MaxEnvelopes><CurrentTime>2026-11-23T10:31:07Z</CurrentTime><RetryCount>0"
    "</RetryCount><ParameterList enc:arrayType=\"cwmp:ParameterValueStruct[7]\">" //
    PARAMETER("DeviceSummary", "InternetGatewayDevice:1.0[](Baseline:1)")         //
    PARAMETER("DeviceInfo.SpecVersion", "1.0")                                    //
    PARAMETER("DeviceInfo.HardwareVersion", "1")                                  //
    PARAMETER("DeviceInfo.SoftwareVersion", "1")                                  //
    PARAMETER("DeviceInfo.ProvisioningCode", "")                                  //
    PARAMETER("ManagementServer.ConnectionRequestURL", "http://127.0.0.1:1/cr")   //
    PARAMETER("ManagementServer.ParameterKey", "")                                //
    "</ParameterList></cwmp:Inform>");

#define INFORM_RESPONSE(id)                                 \
	ENVELOPE(id, "<cwmp:InformResponse><MaxEnvelopes>1" \
		     "</MaxEnvelopes></cwmp:InformResponse>")

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die(path);
	(void)close(fd);
}

static void become_root_inside(void)
{
	unsigned uid = (unsigned)geteuid(), gid = (unsigned)getegid();
	char text[64];

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) < 0)
		die("unshare");
	/* A process that changed its user owns its own /proc files no more. */
	(void)prctl(PR_SET_DUMPABLE, 1);
	write_file("/proc/self/setgroups", "deny");
	(void)snprintf(text, sizeof(text), "0 %u 1", uid);
	write_file("/proc/self/uid_map", text);
	(void)snprintf(text, sizeof(text), "0 %u 1", gid);
	write_file("/proc/self/gid_map", text);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		die("mount");
}

void wire_setup(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd;

	labrun_setup();
	become_root_inside();
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		die("lo");
	(void)close(fd);
}

/* ---- one exchange ------------------------------------------------------------------- */

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
	request(client, server, inform);
	respond(server, client, is_bad ? INFORM_RESPONSE("7") : INFORM_RESPONSE("1"));
	request(client, server, "");
	respond(server, client, "");
	/* The CPE closes first, as it does at the end of a session. */
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
