/* What strangers wrote, in every place that they can write to: of every verb the raw bytes of
 * the output have no control character but ends of lines and tabs, nothing that turns text
 * round, and no line that a stranger began. */
#include "tests/unit/unit.h"

#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"
#include "lib/base/utf8.h"
#include "tests/support/background.h"
#include "tests/support/holding.h"
#include "tests/support/patience.h"
#include "tests/support/process.h"
#include "tests/support/script.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A line that looks like ours, begun by a stranger. */
#define FORGED "ok  acs-migration for 3 of 3 CPEs"

/* DEL, C1 (U+009B), right-to-left override, isolate, Arabic letter mark, line separator. */
#define MARKS "\x7f\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\xd8\x9c\xe2\x80\xa8"
/* With ESC, BEL, backspace and a byte that is no UTF-8. */
#define CONTROLS "\x1b]0;x\x07\x1b[31m\x08\x9b" MARKS
/* With ends of lines. */
#define LINES CONTROLS "\r\n" FORGED "\n"

/* The same in scripts of captures and in YAML. */
#define MARKS_WRITTEN \
	"\\x7f\\xc2\\x9b\\xe2\\x80\\xae\\xe2\\x81\\xa6\\xd8\\x9c\\xe2\\x80\\xa8"
#define CONTROLS_WRITTEN "\\x1b]0;x\\x07\\x1b[31m\\x08\\x9b" MARKS_WRITTEN
#define LINES_WRITTEN    CONTROLS_WRITTEN "\\r\\n" FORGED "\\n"
/* XML has no place for most of C0. */
#define XML_WRITTEN MARKS_WRITTEN "\\n" FORGED "\\n"
#define YAML_WRITTEN \
	"\\e]0;x\\a\\e[31m\\b\\x7f\\x9b\\u202e\\u2066\\u061c\\u2028\\r\\n" FORGED "\\n"

static const char *program(void)
{
	return getenv("CWMPLAB");
}

/* ---- the judge ---------------------------------------------------------------------- */

/* Where the output has what no stranger may bring into it; null: nowhere. */
static const char *soiled_at(struct str out)
{
	for (struct str rest = out; rest.len > 0;) {
		size_t n = utf8_char(rest);

		if (n == 0 || (utf8_unruly(rest) && !strchr("\n\t", *rest.p)))
			return rest.p;
		if ((rest.p == out.p || rest.p[-1] == '\n') &&
		    str_starts(rest, STR(FORGED)))
			return rest.p;
		rest = str_from(rest, n);
	}
	return NULL;
}

static void assert_clean(const char *what, struct str out)
{
	const char *at = soiled_at(out);
	size_t from;

	if (!at)
		return;
	from = (size_t)(at - out.p);
	from = from > 60 ? from - 60 : 0;
	fail_msg("%s: byte %02x at %zu: %.*s", what, (unsigned char)*at,
	    (size_t)(at - out.p), (int)MIN(out.len - from, (size_t)120), out.p + from);
}

static void assert_file_is_clean(const char *path)
{
	static char bytes[4 << 20];
	auto_file file = fopen(path, "rb");

	assert_non_null(file);
	assert_clean(path, str_make(bytes, fread(bytes, 1, sizeof(bytes), file)));
}

/* Of a call "cwmplab WORD..."; returns its exit status. */
static int call(const char *const *words)
{
	struct process_result result = PROCESS_RESULT_NULL;
	const char *argv[24] = { program() };
	auto_buf what = BUF_NULL;

	for (size_t i = 0; words[i] && i + 2 < ARRAY_LEN(argv); i++) {
		argv[i + 1] = words[i];
		buf_printf(&what, "%s ", words[i]);
	}
	process_run(argv, NULL, &result);
	if (result.out.len == 0)
		fail_msg("%s: said nothing, exit %d", buf_cstr(&what), result.status);
	assert_clean(buf_cstr(&what), buf_str(&result.out));
	buf_free(&result.out);
	return result.status;
}

#define CALL(...) call((const char *const[]){ __VA_ARGS__, NULL })

static void write_text(const char *path, const char *text)
{
	auto_file file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
}

/* ---- captures ----------------------------------------------------------------------- */

/* DHCP options, DNS names, HTTP heads, and all texts of SOAP; most of it breaks a rule, so
 * that it is told. */
static const char script[] =
    "lease url=\"http://10.0.0.11:7547/acs\" class=\"dslforum.org " LINES_WRITTEN "\"\n"
    "lease client=cpe url=\"http://10.0.0.11/" CONTROLS_WRITTEN "\" code=\"" XML_WRITTEN
    "\"\n"
    "dhcp offer\n"
    "  opt 12 = \"" LINES_WRITTEN "\"\n"
    "  opt 15 = \"" LINES_WRITTEN "\"\n"
    "  opt 43 = \"" LINES_WRITTEN "\"\n"
    "  opt 66 = \"" LINES_WRITTEN "\"\n"
    "dns A \"" CONTROLS_WRITTEN ".lab\" = nxdomain\n"
    "begin serial=\"" XML_WRITTEN "\" Manufacturer=\"" XML_WRITTEN "\""
    " ProductClass=\"" XML_WRITTEN "\" OUI=\"" XML_WRITTEN "\""
    " events=\"M " XML_WRITTEN ":" XML_WRITTEN "\""
    " \"Device." XML_WRITTEN "\"=\"" XML_WRITTEN "\"\n"
    "> empty\n"
    "< GetParameterValues \"Device." XML_WRITTEN "\" id=\"" XML_WRITTEN "\"\n"
    "> Fault code=9005 FaultString=\"" XML_WRITTEN "\"\n"
    "< Reboot CommandKey=\"" XML_WRITTEN "\"\n"
    "> RebootResponse id=\"" XML_WRITTEN "\"\n"
    "finish\n"
    "open\n"
    "> Inform serial=\"" XML_WRITTEN "\"\n"
    "  User-Agent: \"" CONTROLS_WRITTEN "\"\n"
    "  Cookie: \"a=" CONTROLS_WRITTEN "\"\n"
    "  SOAPAction: \"" CONTROLS_WRITTEN "\"\n"
    "  Content-Type: \"" CONTROLS_WRITTEN "\"\n"
    "< 401 digest realm=\"" CONTROLS_WRITTEN "\" nonce=\"" CONTROLS_WRITTEN "\"\n"
    "  Server: \"" CONTROLS_WRITTEN "\"\n"
    "> Inform serial=\"" XML_WRITTEN "\" path=\"/" CONTROLS_WRITTEN "\"\n"
    "< 302\n"
    "  Location: \"http://10.0.0.12/" CONTROLS_WRITTEN "\"\n"
    "close\n"
    "open\n"
    "> POST \"/" MARKS_WRITTEN "\"\n"
    "< 500\n"
    "close\n"
    "open\n"
    "> raw \"" CONTROLS_WRITTEN " /" CONTROLS_WRITTEN " HTTP/1.1\\r\\n\\r\\n\"\n"
    "< raw \"HTTP/1.1 500 " CONTROLS_WRITTEN "\\r\\nContent-Length: 0\\r\\n\\r\\n\"\n"
    "close\n"
    "open\n"
    "> raw \"POST /acs HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 30\\r\\n"
    "Content-Type: text/xml\\r\\n\\r\\n<" CONTROLS_WRITTEN "\"\n"
    "< raw \"HTTP/1.1 200 " CONTROLS_WRITTEN
    "\\r\\nContent-Length: 9\\r\\n\\r\\n<a><\\x1b/a>\"\n"
    "close\n"
    "hello sni=\"" CONTROLS_WRITTEN "\"\n"
    "silence\n";

static void make_captures(void)
{
	struct error err = ERROR_NULL;
	struct script_map map;

	write_text("x.script", script);
	if (script_run("x.script", "x.pcap", &map, &err) < 0)
		fail_msg("%s", err.text);
	script_map_free(&map);
}

static void test_captures(void **state)
{
	static const char *const formats[] = { "text", "json", "ndjson", "har",
		"mermaid", "html" };
	static const char *const views[] = { "--table", "--stats", "--show-secrets",
		"--strict", "--tolerant" };
	static const char *const verbs[] = { "decode", "check" };

	(void)state;
	make_captures();
	for (size_t v = 0; v < ARRAY_LEN(verbs); v++) {
		for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
			(void)CALL(verbs[v], "x.pcap", "-f", formats[i]);
			(void)CALL(verbs[v], "x.pcap", "-f", formats[i],
			    "--show-secrets", "--sequence", "acs-migration");
		}
		for (size_t i = 0; i < ARRAY_LEN(views); i++)
			(void)CALL(verbs[v], "x.pcap", views[i]);
	}
	(void)CALL("browse", "x.pcap");
}

static void test_names_of_files(void **state)
{
	static const char name[] = "x" LINES ".pcap";
	struct process_result result = PROCESS_RESULT_NULL;
	const char *const argv[] = { program(), "decode", "x.pcap", "-o", name, NULL };

	(void)state;
	make_captures();
	(void)CALL("decode", name); /* not there */
	(void)CALL("check", "x.pcap", name);
	(void)CALL("check", "x.pcap", "--keylog", name);
	(void)CALL("check", "x.pcap", "--sequence", name);
	(void)CALL("check", "x.pcap", "-o", "nowhere/" LINES);
	(void)CALL("check", "x.pcap", "-f", LINES);
	(void)CALL("check", "x.pcap", "--rule", LINES);
	(void)CALL("check", "x.pcap", "--device", "[" LINES);
	(void)CALL("check", "x.pcap", "--time", LINES);
	process_run(argv, NULL, &result);
	buf_free(&result.out);
	assert_file_is_clean(name);
	assert_int_equal(rename("x.pcap", name), 0);
	(void)CALL("decode", name);
	(void)CALL("decode", name, "--json");
	(void)CALL("decode", name, "-f", "html");
	(void)CALL("check", name);
	(void)CALL("browse", name);
	(void)CALL("check", "-i", LINES);
	(void)CALL("check", "-i", "lab/" LINES);
	(void)CALL("check", "-i", LINES "/node");
	(void)CALL("validate", LINES);
	(void)CALL("graph", LINES);
	(void)CALL("run", LINES);
	(void)CALL("up", LINES);
	(void)CALL("acs", "--config", LINES);
	(void)CALL("acs", "--policy", LINES);
	(void)CALL("cpe", "--model", LINES);
	(void)CALL("dhcpd", "--config", LINES);
	(void)CALL("relay", "--config", LINES);
	(void)CALL("record", "--config", LINES);
	(void)CALL("linkd", "--config", LINES);
	(void)CALL("routerd", "--config", LINES);
	(void)CALL("snoopd", "--config", LINES);
	(void)CALL("loadd", "--config", LINES);
	(void)CALL("link", LINES, LINES, "set", LINES);
	(void)CALL("link", "x", LINES, LINES);
	(void)CALL("extcap", "--install", "nowhere/" LINES);
}

static void test_words_of_calls(void **state)
{
	static const char *const verbs[] = { "acs", "apply", "browse", "check", "cli",
		"cpe", "decode", "compare", "dhcpd", "doctor", "down", "events", "exec",
		"extcap", "graph", "inspect", "link", "linkd", "load", "loadd", "logs",
		"ls", "model", "opt43", "policy", "record", "relay", "routerd", "rpc",
		"rules", "run", "schema", "snoopd", "start", "stop", "up", "validate" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		(void)CALL(verbs[i], "--" LINES);
		(void)CALL(verbs[i], "-\x1b");
	}
	(void)CALL(LINES);
	(void)CALL("help", LINES);
	(void)CALL("schema", LINES);
	(void)CALL("model", LINES, LINES);
	(void)CALL("model", "import", LINES);
	(void)CALL("model", "export", LINES, "--to", LINES);
	(void)CALL("rules", LINES);
	(void)CALL("opt43", LINES);
	(void)CALL("opt43", "decode", LINES);
	(void)CALL("opt43", "decode", "--read", LINES);
	(void)CALL("opt43", "encode", LINES);
	(void)CALL("opt43", "encode", "--url", LINES);
	(void)CALL("opt43", "encode", "--url", "http://a/", "--layout", LINES);
	(void)CALL("opt43", "encode", "--url", "http://a/", "--for", LINES);
	(void)CALL("opt43", "encode", "--url", "http://a/", "--username", LINES);
	(void)CALL("opt43", "encode", "--url", "http://a/", "--pxe", LINES);
	(void)CALL("opt43", "encode", "--password-file", LINES);
	(void)CALL("load", "--acs", LINES, "--cpes", "1", "--threshold", LINES);
	(void)CALL("load", "--cpes", LINES, "--acs", "http://a/", "--model", LINES);
	(void)CALL("load", LINES);
	(void)CALL("compare", LINES, LINES);
	(void)CALL("graph", "-f", LINES, "x");
	(void)CALL("acs", "--listen", LINES);
	(void)CALL("cpe", "--acs-url", LINES);
	(void)CALL("dhcpd", "--range", LINES);
	(void)CALL("relay", "--circuit-id", LINES);
	(void)CALL("extcap", "--extcap-interface", "x", "--extcap-capture-filter",
	    LINES);
}

/* ---- files that people write --------------------------------------------------------- */

static void test_topologies_and_configurations(void **state)
{
	static const char *const topologies[] = {
		"name: \"" YAML_WRITTEN "\"\nnodes: {sw: {kind: switch}}\n",
		"name: a\nnodes: {\"" YAML_WRITTEN "\": {kind: switch}}\n",
		"name: a\nnodes: {sw: {kind: \"" YAML_WRITTEN "\"}}\n",
		"name: a\nnodes: {sw: {kind: switch, \"" YAML_WRITTEN "\": 1}}\n",
		"name: a\n\"" YAML_WRITTEN "\": 1\n",
		"name: a\nnodes:\n  h: {kind: host, attach: \"" YAML_WRITTEN "\"}\n",
		"name: a\nnodes:\n  sw: {kind: switch}\n"
		"  h: {kind: host, address: 10.0.0.1/24, attach: {switch: sw, link: \"" YAML_WRITTEN
		"\"}}\n",
		"name: a\nnodes:\n  sw: {kind: switch}\n"
		"  c: {kind: cpe, attach: sw, model: \"" YAML_WRITTEN "\"}\n",
		"name: a\n# \xc2\x9b\xe2\x80\xae\xd8\x9c\nnodes: {sw: {kind: x}} "
		"# \xe2\x80\xae\xc2\x9b\n",
		"name: a\n\x1b[31m\n",
		"name: a\xff\n",
		/* right, and shown */
		"name: a\ndescription: \"" YAML_WRITTEN "\"\nnodes:\n"
		"  sw: {kind: switch}\n"
		"  h: {kind: host, attach: sw, address: 10.0.0.1/24, "
		"command: [echo, \"" YAML_WRITTEN "\"]}\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(topologies); i++) {
		write_text("t.yaml", topologies[i]);
		(void)CALL("validate", "t.yaml");
		(void)CALL("graph", "t.yaml");
		(void)CALL("graph", "t.yaml", "-f", "dot");
		(void)CALL("graph", "t.yaml", "-f", "svg");
		(void)CALL("up", "t.yaml", "--dry-run");
	}
	write_text("c.yaml", "\"" YAML_WRITTEN "\": 1\n");
	(void)CALL("acs", "--config", "c.yaml");
	(void)CALL("acs", "--policy", "c.yaml");
	(void)CALL("cpe", "--config", "c.yaml");
	(void)CALL("dhcpd", "--config", "c.yaml");
	(void)CALL("relay", "--config", "c.yaml");
	(void)CALL("record", "--config", "c.yaml");
	(void)CALL("linkd", "--config", "c.yaml");
	(void)CALL("routerd", "--config", "c.yaml");
	(void)CALL("snoopd", "--config", "c.yaml");
	(void)CALL("loadd", "--config", "c.yaml");
	(void)CALL("load", "c.yaml");
	(void)CALL("compare", "c.yaml", "c.yaml");
	(void)CALL("check", "x.pcap", "--sequence", "./c.yaml");
}

/* ---- sockets ------------------------------------------------------------------------ */

/* Anybody may listen under our number at names of his choice. */
static void test_names_of_sockets(void **state)
{
	static const char *const names[] = { "x\x1b[31m", "x\x7f\xc2\x9b\xe2\x80\xae",
		"\x9b" };
	int fds[ARRAY_LEN(names)];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct sockaddr_un address = { .sun_family = AF_UNIX };
		size_t room = sizeof(address.sun_path) - 1;
		int n = snprintf(address.sun_path + 1, room, "cwmplab/%u/%s",
		    (unsigned)geteuid(), names[i]);

		fds[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_int_equal(bind(fds[i], (struct sockaddr *)&address,
				     (socklen_t)(offsetof(struct sockaddr_un,
						     sun_path) +
						 1 + (size_t)n)),
		    0);
		assert_int_equal(listen(fds[i], 1), 0);
	}
	(void)CALL("down", "nolab");
	(void)CALL("down", LINES);
	(void)CALL("inspect", "nolab" CONTROLS);
	(void)CALL("logs", "nolab");
	(void)CALL("exec", "nolab" CONTROLS, "x", "x");
	(void)CALL("ls");
	(void)CALL("ls", "--json");
	(void)CALL("extcap", "--extcap-interfaces");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		(void)close(fds[i]);
}

/* ---- agents ------------------------------------------------------------------------- */

static struct sockaddr_in here(uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
}

/* Listens on a port of the kernel's choice. */
static int listen_here(uint16_t *ret_port)
{
	struct sockaddr_in at = here(0);
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	*ret_port = ntohs(at.sin_port);
	return fd;
}

/* Sends the request and takes what comes until the end, or until the ACS waits for more. */
static void talk(uint16_t port, struct str bytes)
{
	struct sockaddr_in at = here(port);
	auto_fd fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char got[4096];

	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(write(fd, bytes.p, bytes.len), bytes.len);
	(void)shutdown(fd, SHUT_WR);
	while (read(fd, got, sizeof(got)) > 0)
		;
}

static void post(struct buf *out, const char *path, const char *heads, const char *body)
{
	buf_reset(out);
	buf_printf(out,
	    "POST %s HTTP/1.1\r\nHost: a\r\n%sContent-Type: text/xml\r\nSOAPAction: "
	    "\r\nContent-Length: %zu\r\n\r\n%s",
	    path, heads, strlen(body), body);
}

#define ENVELOPE(id, body)                                                                 \
	"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" "               \
	"xmlns:c=\"urn:dslforum-org:cwmp-1-0\"><s:Header><c:ID s:mustUnderstand=\"1\">" id \
	"</c:ID></s:Header><s:Body>" body "</s:Body></s:Envelope>"
#define XML MARKS "\n" FORGED "\n"

static const char inform[] = ENVELOPE(XML,
    "<c:Inform><DeviceId><Manufacturer>" XML "</Manufacturer><OUI>" XML
    "</OUI><ProductClass>" XML "</ProductClass><SerialNumber>" XML
    "</SerialNumber></DeviceId><Event><EventStruct><EventCode>M " XML
    "</EventCode><CommandKey>" XML "</CommandKey></EventStruct></Event><MaxEnvelopes>1"
    "</MaxEnvelopes><CurrentTime>" XML "</CurrentTime><RetryCount>0</RetryCount>"
    "<ParameterList><ParameterValueStruct><Name>Device." XML "</Name><Value>" XML
    "</Value></ParameterValueStruct></ParameterList></c:Inform>");

static void test_what_an_acs_is_sent(void **state)
{
	struct background acs = BACKGROUND_NULL;
	char listen_at[32];
	const char *const argv[] = { program(), "acs", "--listen", listen_at, NULL };
	auto_buf request = BUF_NULL;
	uint16_t port;

	(void)state;
	(void)close(listen_here(&port));
	(void)snprintf(listen_at, sizeof(listen_at), "127.0.0.1:%u", port);
	background_start(&acs, argv, NULL);
	assert_true(background_shows(&acs, "\"ready\""));
	post(&request, "/acs", "User-Agent: " CONTROLS "\r\nCookie: " CONTROLS "\r\n",
	    inform);
	talk(port, buf_str(&request));
	post(&request, "/", "User-Agent: x\r\n", inform);
	talk(port, buf_str(&request));
	post(&request, "/" MARKS, "", "<" CONTROLS);
	talk(port, buf_str(&request));
	post(&request, "/acs", "Authorization: Digest username=\"" CONTROLS "\"\r\n",
	    ENVELOPE("1", "<c:" MARKS "/>"));
	talk(port, buf_str(&request));
	talk(port, STR(CONTROLS " / HTTP/1.1\r\n\r\n"));
	talk(port, STR("GET /" CONTROLS " HTTP/9\r\n" CONTROLS "\r\n\r\n"));
	(void)background_end(&acs, SIGTERM);

	assert_clean("acs", buf_str(&acs.text));
	background_free(&acs);
}

/* An ACS that says things: each CPE meets one answer, tells it and is ended. */
static void test_what_a_cpe_is_sent(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 500 " CONTROLS "\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 401 " CONTROLS
		"\r\nWWW-Authenticate: Digest realm=\"" CONTROLS "\", nonce=\"" CONTROLS
		"\"\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 302 x\r\nLocation: " CONTROLS "\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 302 x\r\nLocation: http://" MARKS ".lab/\r\nContent-Length: 0"
		"\r\n\r\n",
		CONTROLS "\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Type: " CONTROLS
		"\r\nContent-Length: 3\r\n\r\n<\x1b>",
		"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n" //
		ENVELOPE(XML, "<s:Fault><faultcode>" XML "</faultcode><faultstring>" XML
			      "</faultstring><detail><c:Fault><FaultCode>8000"
			      "</FaultCode><FaultString>" XML
			      "</FaultString></c:Fault></detail></s:Fault>"),
		"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n" //
		ENVELOPE("1", "<c:" MARKS "/>"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		struct background cpe = BACKGROUND_NULL;
		char url[48], got[16384];
		const char *const argv[] = { program(), "cpe", "--acs-url", url, NULL };
		uint16_t port;
		auto_fd listener = listen_here(&port);
		int fd;

		(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/acs", port);
		background_start(&cpe, argv, NULL);
		assert_int_equal(poll(&(struct pollfd){ listener, POLLIN, 0 }, 1,
				     (int)patience_ms()),
		    1);
		fd = accept(listener, NULL, NULL);
		assert_true(read(fd, got, sizeof(got)) > 0);
		assert_true(write(fd, answers[i], strlen(answers[i])) > 0);
		(void)shutdown(fd, SHUT_WR);
		if (!background_shows(&cpe, "session-end"))
			fail_msg("%s", buf_cstr(&cpe.text));
		(void)background_end(&cpe, SIGKILL);
		(void)close(fd);
		assert_clean(answers[i], buf_str(&cpe.text));
		background_free(&cpe);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_captures),
		cmocka_unit_test(test_names_of_files),
		cmocka_unit_test(test_words_of_calls),
		cmocka_unit_test(test_topologies_and_configurations),
		cmocka_unit_test(test_names_of_sockets),
		cmocka_unit_test(test_what_an_acs_is_sent),
		cmocka_unit_test(test_what_a_cpe_is_sent),
	};
	char folder[] = "/tmp/cwmplab-strangers-XXXXXX";

	if (!program())
		return 77;
	if (!mkdtemp(folder) || chdir(folder) < 0)
		return 1;
	holding_add(HOLDING_FOLDER, folder);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
