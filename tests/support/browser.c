#include "tests/support/browser.h"

#include "lib/base/cleanup.h"
#include "lib/base/str.h"
#include "lib/base/text.h"
#include "tests/support/patience.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	CHILD_READS = 3, /* of --remote-debugging-pipe */
	CHILD_WRITES = 4,
	READ_BYTES = 256 << 10,
};

_Noreturn static void die(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	(void)vfprintf(stderr, format, list);
	va_end(list);
	(void)fputc('\n', stderr);
	exit(1);
}

/* ---- messages: JSON, each ended by a null byte ------------------------------------------ */

static void put(struct browser *browser, const json_t *message)
{
	char *text = json_dumps(message, JSON_COMPACT);
	size_t len = text ? strlen(text) + 1 : 0, done = 0;

	while (done < len) {
		ssize_t n = write(browser->to, text + done, len - done);

		if (n < 0 && errno != EINTR)
			die("the browser does not listen: %s", strerror(errno));
		done += n > 0 ? (size_t)n : 0;
	}
	free(text);
}

static void read_more(struct browser *browser)
{
	struct pollfd from = { browser->from, POLLIN, 0 };
	static char bytes[READ_BYTES];
	ssize_t n;

	if (poll(&from, 1, patience_ms()) <= 0)
		die("the browser says nothing any more");
	n = read(browser->from, bytes, sizeof(bytes));
	if (n <= 0)
		die("the browser has ended");
	buf_append(&browser->in, bytes, (size_t)n);
}

/* The caller frees the message. */
static json_t *take(struct browser *browser)
{
	size_t looked = 0;
	const char *end;
	json_error_t why;
	json_t *message;

	while (!(end = browser->in.len > looked ? memchr(browser->in.data + looked, 0,
						      browser->in.len - looked)
						: NULL)) {
		looked = browser->in.len;
		read_more(browser);
	}
	message = json_loads((const char *)browser->in.data, 0, &why);
	if (!message)
		die("the browser said no JSON: %s", why.text);
	buf_consume(&browser->in, (size_t)(end - (const char *)browser->in.data) + 1);
	return message;
}

static const char *text_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* console.log(), an exception that nobody caught, what the browser itself complains of. */
static void note(struct browser *browser, const char *method, const json_t *params)
{
	const json_t *details = json_object_get(params, "exceptionDetails");
	const json_t *entry = json_object_get(params, "entry");

	if (strcmp(method, "Page.loadEventFired") == 0) {
		browser->has_loaded = true;
	} else if (strcmp(method, "Runtime.exceptionThrown") == 0) {
		buf_printf(&browser->said, "exception: %s\n",
		    text_at(json_object_get(details, "exception"), "description"));
	} else if (strcmp(method, "Runtime.consoleAPICalled") == 0) {
		buf_printf(&browser->said, "console.%s\n", text_at(params, "type"));
	} else if (strcmp(method, "Log.entryAdded") == 0) {
		buf_printf(&browser->said, "%s: %s\n", text_at(entry, "level"),
		    text_at(entry, "text"));
	}
}

/* Takes what comes until the answer to the command id. Returns its result. */
static json_t *answer_to(struct browser *browser, int id, const char *method)
{
	for (;;) {
		json_t *message = take(browser), *result;

		if (json_integer_value(json_object_get(message, "id")) != id) {
			note(browser, text_at(message, "method"),
			    json_object_get(message, "params"));
			json_decref(message);
			continue;
		}
		result = json_object_get(message, "result");
		if (!result)
			die("%s: %s", method,
			    text_at(json_object_get(message, "error"), "message"));
		json_incref(result);
		json_decref(message);
		return result;
	}
}

/* Takes over params. The caller frees the result. */
static json_t *tell(struct browser *browser, const char *method, json_t *params)
{
	json_t *message = json_pack("{s:i, s:s, s:o}", "id", ++browser->last_id,
	    "method", method, "params", params ? params : json_object());

	if (!message)
		die("%s: no message of it", method);
	if (browser->session)
		json_object_set_new(message, "sessionId",
		    json_string(browser->session));
	put(browser, message);
	json_decref(message);
	return answer_to(browser, browser->last_id, method);
}

static void tell_only(struct browser *browser, const char *method, json_t *params)
{
	json_decref(tell(browser, method, params));
}

/* ---- begin and end ---------------------------------------------------------------------- */

_Noreturn static void run(const int to[2], const int from[2], const char *folder)
{
	char profile[512];

	(void)snprintf(profile, sizeof(profile), "--user-data-dir=%s", folder);
	/* Both ends may be numbers that are about to be taken. */
	int in = fcntl(to[0], F_DUPFD, 10), out = fcntl(from[1], F_DUPFD, 10);
	int null = open("/dev/null", O_WRONLY);

	if (dup2(in, CHILD_READS) < 0 || dup2(out, CHILD_WRITES) < 0 ||
	    dup2(null, STDERR_FILENO) < 0)
		_exit(126);
	(void)close(in);
	(void)close(out);
	(void)setenv("HOME", folder, 1);
	(void)execlp("chromium", "chromium", "--headless", "--disable-gpu",
	    "--remote-debugging-pipe", "--no-first-run", "--disable-extensions",
	    "--disable-background-networking", "--disable-component-update",
	    "--hide-scrollbars", profile, geteuid() == 0 ? "--no-sandbox" : NULL, NULL);
	_exit(127);
}

static bool is_there(void)
{
	const char *path = getenv("PATH");
	struct str rest = str_of(path ? path : "");

	while (rest.len > 0) {
		struct str folder = str_cut(rest, ':', &rest);
		auto_buf file = BUF_NULL;

		buf_append_str(&file, folder);
		buf_append_text(&file, "/chromium");
		if (access(buf_cstr(&file), X_OK) == 0)
			return true;
	}
	return false;
}

static void open_page(struct browser *browser)
{
	json_t *page = tell(browser, "Target.createTarget",
	    json_pack("{s:s}", "url", "about:blank"));
	json_t *session = tell(browser, "Target.attachToTarget",
	    json_pack("{s:s, s:b}", "targetId", text_at(page, "targetId"), "flatten",
		1));

	browser->session = strdup(text_at(session, "sessionId"));
	json_decref(page);
	json_decref(session);
	tell_only(browser, "Page.enable", NULL);
	tell_only(browser, "Runtime.enable", NULL);
	tell_only(browser, "Log.enable", NULL);
}

bool browser_open(struct browser *browser, const char *folder)
{
	int to[2], from[2];

	*browser = (struct browser){ .to = -1, .from = -1 };
	if (!is_there())
		return false;
	if (pipe2(to, O_CLOEXEC) < 0 || pipe2(from, O_CLOEXEC) < 0)
		die("pipe: %s", strerror(errno));
	(void)signal(SIGPIPE, SIG_IGN);
	browser->pid = fork();
	if (browser->pid < 0)
		die("fork: %s", strerror(errno));
	if (browser->pid == 0)
		run(to, from, folder);
	(void)close(to[0]);
	(void)close(from[1]);
	browser->to = to[1];
	browser->from = from[0];
	open_page(browser);
	return true;
}

void browser_close(struct browser *browser)
{
	if (browser->pid > 0) {
		free(browser->session);
		browser->session = NULL;
		tell_only(browser, "Browser.close", NULL);
		(void)waitpid(browser->pid, NULL, 0);
	}
	browser->pid = 0;
	if (browser->to >= 0)
		(void)close(browser->to);
	if (browser->from >= 0)
		(void)close(browser->from);
	browser->to = browser->from = -1;
	buf_free(&browser->in);
	buf_free(&browser->said);
	buf_free(&browser->answer);
}

/* ---- pages ------------------------------------------------------------------------------ */

static void load(struct browser *browser, const char *url)
{
	browser->has_loaded = false;
	tell_only(browser, "Page.navigate", json_pack("{s:s}", "url", url));
	while (!browser->has_loaded) {
		json_t *message = take(browser);

		note(browser, text_at(message, "method"),
		    json_object_get(message, "params"));
		json_decref(message);
	}
}

void browser_load(struct browser *browser, const char *url)
{
	/* Another part of the page that is shown would not be loaded anew. */
	load(browser, "about:blank");
	buf_reset(&browser->said);
	load(browser, url);
}

void browser_resize(struct browser *browser, unsigned width, unsigned height)
{
	tell_only(browser, "Emulation.setDeviceMetricsOverride",
	    json_pack("{s:i, s:i, s:i, s:i, s:i, s:b}", "width", (int)width, "height",
		(int)height, "screenWidth", (int)width, "screenHeight", (int)height,
		"deviceScaleFactor", 1, "mobile", width < 600));
}

void browser_show_as(struct browser *browser, bool is_paper, bool is_dark)
{
	tell_only(browser, "Emulation.setEmulatedMedia",
	    json_pack("{s:s, s:[{s:s, s:s}]}", "media", is_paper ? "print" : "screen",
		"features", "name", "prefers-color-scheme", "value",
		is_dark ? "dark" : "light"));
}

void browser_press(struct browser *browser, const char *key)
{
	bool is_enter = strcmp(key, "Enter") == 0;
	json_t *down = json_pack("{s:s, s:s, s:s, s:i}", "type",
	    is_enter ? "keyDown" : "rawKeyDown", "key", key, "code", key,
	    "windowsVirtualKeyCode", is_enter ? 13 : 9);

	if (is_enter)
		json_object_set_new(down, "text", json_string("\r"));
	tell_only(browser, "Input.dispatchKeyEvent", down);
	tell_only(browser, "Input.dispatchKeyEvent",
	    json_pack("{s:s, s:s, s:s, s:i}", "type", "keyUp", "key", key, "code", key,
		"windowsVirtualKeyCode", is_enter ? 13 : 9));
}

const char *browser_ask(struct browser *browser, const char *expression)
{
	auto_buf whole = BUF_NULL;
	json_t *result, *details;

	buf_printf(&whole, "String(%s)", expression);
	result = tell(browser, "Runtime.evaluate",
	    json_pack("{s:s, s:b}", "expression", buf_cstr(&whole), "returnByValue",
		1));
	details = json_object_get(result, "exceptionDetails");
	if (details)
		die("%s: %s", expression,
		    text_at(json_object_get(details, "exception"), "description"));
	buf_reset(&browser->answer);
	buf_append_text(&browser->answer,
	    text_at(json_object_get(result, "result"), "value"));
	json_decref(result);
	return buf_cstr(&browser->answer);
}

/* ---- files ------------------------------------------------------------------------------ */

static void write_file(const char *path, const json_t *result)
{
	struct str coded = str_of(text_at(result, "data"));
	size_t cap = coded.len;
	auto_free uint8_t *bytes = malloc(cap + 1);
	int len = bytes ? base64_parse(coded, bytes, cap) : -1;
	FILE *file = fopen(path, "wb");

	if (len < 0)
		die("%s: the browser made no picture", path);
	if (!file || fwrite(bytes, 1, (size_t)len, file) != (size_t)len ||
	    fclose(file) != 0)
		die("%s: %s", path, strerror(errno));
}

void browser_picture(struct browser *browser, const char *path, bool is_whole)
{
	json_t *result = tell(browser, "Page.captureScreenshot",
	    json_pack("{s:s, s:b}", "format", "png", "captureBeyondViewport",
		is_whole));

	write_file(path, result);
	json_decref(result);
}

void browser_print(struct browser *browser, const char *path)
{
	json_t *result =
	    tell(browser, "Page.printToPDF", json_pack("{s:b}", "printBackground", 1));

	write_file(path, result);
	json_decref(result);
}
