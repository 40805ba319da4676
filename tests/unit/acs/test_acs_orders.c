/* agents/acs/order: commands at a socket that is the owner's alone. */
#include "tests/unit/unit.h"

#include "tests/support/guard.h"

#include "agents/acs/order/order_door.h"
#include "agents/cpe/load/load_door.h"
#include "lib/base/buf.h"
#include "lib/base/compiler.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct play {
	uv_loop_t loop;
	struct order_door *door;
	char folder[32], path[64];
	unsigned n_ended;
};

static int page_count(void *user, struct answer *answer, struct error *err)
{
	(void)user;
	(void)err;
	json_uint(answer->json, "page", answer->n_pages);
	return answer->n_pages < 2 ? ANSWER_MORE : ANSWER_WHOLE;
}

static int page_wait(void *user, struct answer *answer, struct error *err)
{
	(void)user;
	(void)answer;
	(void)err;
	return ANSWER_LATER;
}

static void end_wait(void *user, struct answer *answer)
{
	struct play *play = user;

	(void)answer;
	play->n_ended++;
}

static const struct command table[] = {
	{ .name = "count", .help = "pages", .page = page_count },
	{ .name = "wait", .help = "for ever", .page = page_wait, .end = end_wait },
	{ .name = NULL },
};

static void play_begin(struct play *play)
{
	struct error err = ERROR_NULL;

	*play = (struct play){ .folder = "/tmp/order.XXXXXX" };
	assert_non_null(mkdtemp(play->folder));
	guard_path(play->folder);
	(void)snprintf(play->path, sizeof(play->path), "%s/door", play->folder);
	assert_int_equal(uv_loop_init(&play->loop), 0);
	if (order_door_open(&play->door, &play->loop, play->path, table, play, &err) <
	    0)
		fail_msg("%s", err.text);
}

static void play_end(struct play *play)
{
	order_door_close(play->door);
	(void)uv_run(&play->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&play->loop), 0);
	assert_int_equal(access(play->path, F_OK), -1);
	assert_int_equal(rmdir(play->folder), 0);
}

static int visit(struct play *play)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%s", play->path);
	assert_int_equal(connect(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* Asks, and runs until so many bytes or the end have come. */
static void hear(struct play *play, int fd, const char *says, const char *hears)
{
	char bytes[256] = "";
	size_t len = 0;
	ssize_t n = 1;

	if (*says)
		assert_int_equal(send(fd, says, strlen(says), MSG_NOSIGNAL),
		    strlen(says));
	while (n != 0 && len < strlen(hears)) {
		(void)uv_run(&play->loop, UV_RUN_NOWAIT);
		n = recv(fd, bytes + len, sizeof(bytes) - 1 - len, MSG_DONTWAIT);
		len += n > 0 ? (size_t)n : 0;
	}
	bytes[strlen(hears)] = '\0';
	assert_string_equal(bytes, hears);
}

static void test_commands_are_answered_a_page_at_a_time(void **state)
{
	struct play play;
	struct stat st;
	int fd;

	(void)state;
	play_begin(&play);
	assert_int_equal(stat(play.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	fd = visit(&play);
	hear(&play, fd, "{\"id\":7,\"cmd\":\"count\"}\n",
	    "{\"re\":7,\"ok\":true,\"page\":0,\"more\":true}\n");
	hear(&play, fd, "{\"id\":7,\"cmd\":\"more\"}\n",
	    "{\"re\":7,\"ok\":true,\"page\":1,\"more\":true}\n");
	hear(&play, fd, "{\"id\":7,\"cmd\":\"enough\"}\n", "{\"re\":7,\"ok\":true}\n");
	(void)close(fd);
	play_end(&play);
}

/* What waits for an answer is given up with its visitor, or with the door. */
static void test_visitors_come_and_go(void **state)
{
	static const char wait[] = "{\"id\":1,\"cmd\":\"wait\"}\n";
	struct play play;
	int first, second;

	(void)state;
	play_begin(&play);
	first = visit(&play);
	second = visit(&play);
	assert_int_equal(send(first, wait, strlen(wait), MSG_NOSIGNAL), strlen(wait));
	assert_int_equal(send(second, wait, strlen(wait), MSG_NOSIGNAL), strlen(wait));
	hear(&play, second,
	    "{\"id\":2,\"cmd\":\"nothing\"}\n{\"id\":3,\"cmd\":\"more\"}\n",
	    "{\"re\":2,\"ok\":false,\"why\":\"");
	(void)close(first);
	while (play.n_ended == 0)
		(void)uv_run(&play.loop, UV_RUN_ONCE);
	play_end(&play);
	assert_int_equal(play.n_ended, 2);
	(void)close(second);
}

/* Such as a pipe into a client that ends its side behind the last line: what was asked for comes
 * whole, though nobody can ask for the next page. */
static void ask_and_end(size_t cut)
{
	static const char asks[] = "{\"id\":7,\"cmd\":\"count\"}\n"
				   "{\"id\":8,\"cmd\":\"more\"}\n";
	struct play play;
	char byte;
	int fd;

	play_begin(&play);
	fd = visit(&play);
	assert_int_equal(send(fd, asks, strlen(asks) - cut, MSG_NOSIGNAL),
	    strlen(asks) - cut);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	hear(&play, fd, "",
	    "{\"re\":7,\"ok\":true,\"page\":0,\"more\":true}\n"
	    "{\"re\":8,\"ok\":false,\"why\":\"no answer of that id is open\"}\n"
	    "{\"re\":7,\"ok\":true,\"page\":1,\"more\":true}\n"
	    "{\"re\":7,\"ok\":true,\"page\":2}\n");
	while (recv(fd, &byte, 1, MSG_DONTWAIT) != 0)
		(void)uv_run(&play.loop, UV_RUN_NOWAIT);
	(void)close(fd);
	play_end(&play);
}

static void test_who_asks_for_nothing_more_is_answered_to_the_end(void **state)
{
	(void)state;
	ask_and_end(0);
	ask_and_end(1); /* the last line is ended by the end alone */
}

/* It may wait for its answer as long as it is there. */
static void test_who_asks_for_nothing_more_and_goes_is_hung_up_on(void **state)
{
	static const char wait[] = "{\"id\":1,\"cmd\":\"wait\"}\n";
	struct play play;
	int fd;

	(void)state;
	play_begin(&play);
	fd = visit(&play);
	assert_int_equal(send(fd, wait, strlen(wait), MSG_NOSIGNAL), strlen(wait));
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	for (int i = 0; i < 10; i++)
		(void)uv_run(&play.loop, UV_RUN_NOWAIT);
	assert_int_equal(play.n_ended, 0);
	(void)close(fd);
	(void)uv_run(&play.loop, UV_RUN_NOWAIT);
	assert_int_equal(play.n_ended, 1);
	play_end(&play);
}

static void test_so_many_visitors_and_no_more(void **state)
{
	int fds[ORDER_VISITORS_MAX + 1];
	struct play play;
	char byte;

	(void)state;
	play_begin(&play);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		fds[i] = visit(&play);
		(void)uv_run(&play.loop, UV_RUN_NOWAIT);
	}
	while (recv(fds[ORDER_VISITORS_MAX], &byte, 1, MSG_DONTWAIT) != 0)
		(void)uv_run(&play.loop, UV_RUN_NOWAIT);
	assert_int_equal(recv(fds[ORDER_VISITORS_MAX - 1], &byte, 1, MSG_DONTWAIT), -1);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		(void)close(fds[i]);
	play_end(&play);
}

static void test_a_path_that_is_taken_or_too_long_is_told(void **state)
{
	char path[200];
	struct order_door *door = NULL;
	struct error err = ERROR_NULL;
	struct play play;

	(void)state;
	play_begin(&play);
	assert_int_equal(order_door_open(&door, &play.loop, play.path, table, &play,
			     &err),
	    ERR_USAGE);
	assert_non_null(strstr(err.text, "is there already"));
	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(order_door_open(&door, &play.loop, path, table, &play, &err),
	    ERR_USAGE);
	assert_non_null(strstr(err.text, "has at most"));
	play_end(&play);
}

/* Whoever was killed could not remove its socket; a file that is none of ours stays. */
static void test_what_a_killed_program_has_left_is_in_nobodys_way(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct order_door *door = NULL;
	struct error err = ERROR_NULL;
	struct play play;
	struct stat st;
	int fd;

	(void)state;
	play_begin(&play);
	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%s.left", play.path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	(void)close(fd);
	if (order_door_open(&door, &play.loop, at.sun_path, table, &play, &err) < 0)
		fail_msg("%s", err.text);
	order_door_close(door);
	(void)uv_run(&play.loop, UV_RUN_NOWAIT);
	assert_int_equal(lstat(at.sun_path, &st), -1);

	fd = open(at.sun_path, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	(void)close(fd);
	assert_int_equal(order_door_open(&door, &play.loop, at.sun_path, table, &play,
			     &err),
	    ERR_USAGE);
	assert_int_equal(unlink(at.sun_path), 0);
	play_end(&play);
}

/* ---- who asks, over the lives of an ACS ------------------------------------------------ */

struct asking {
	unsigned n_answers, n_none, n_closed;
};

static void on_answer(void *user, const struct conf_node *answer)
{
	struct asking *asking = user;

	asking->n_answers += answer != NULL;
	asking->n_none += !answer;
}

static void on_asker_closed(void *user)
{
	((struct asking *)user)->n_closed++;
}

static bool ask(struct load_door *door, const char *command, struct asking *asking)
{
	if (!load_door_ask(door, command, on_answer, asking))
		return false;
	load_door_send(door);
	return true;
}

static void reopen(struct play *play)
{
	struct error err = ERROR_NULL;

	if (order_door_open(&play->door, &play->loop, play->path, table, play, &err) <
	    0)
		fail_msg("%s", err.text);
}

static void who_asks_goes_on_with_the_next_life_of_an_acs(void **state)
{
	struct asking asking = { 0 };
	struct load_door *door = NULL;
	struct play play;

	(void)state;
	play_begin(&play);
	assert_int_equal(load_door_open(&door, &play.loop, play.path, NULL), 0);
	assert_true(load_door_again(door)); /* it is there already */
	assert_true(ask(door, "count", &asking));
	while (asking.n_answers < 1)
		(void)uv_run(&play.loop, UV_RUN_ONCE);

	assert_true(ask(door, "wait", &asking));
	order_door_close(play.door);
	while (asking.n_none < 1)
		(void)uv_run(&play.loop, UV_RUN_ONCE);
	assert_true(load_door_is_gone(door));
	assert_false(load_door_is_free(door));
	assert_false(ask(door, "count", &asking));
	assert_false(load_door_again(door)); /* nobody is there */

	reopen(&play);
	assert_true(load_door_is_gone(door)); /* until somebody knocks */
	assert_true(load_door_again(door));
	assert_true(ask(door, "count", &asking));
	while (asking.n_answers < 2)
		(void)uv_run(&play.loop, UV_RUN_ONCE);

	assert_true(ask(door, "wait", &asking)); /* never answered, nor told of */
	load_door_close(door, on_asker_closed, &asking);
	assert_false(load_door_again(door));
	while (asking.n_closed < 1)
		(void)uv_run(&play.loop, UV_RUN_ONCE);
	assert_int_equal(asking.n_answers, 2);
	assert_int_equal(asking.n_none, 1);
	play_end(&play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_asks_goes_on_with_the_next_life_of_an_acs),
		cmocka_unit_test(test_commands_are_answered_a_page_at_a_time),
		cmocka_unit_test(test_visitors_come_and_go),
		cmocka_unit_test(test_who_asks_for_nothing_more_is_answered_to_the_end),
		cmocka_unit_test(test_who_asks_for_nothing_more_and_goes_is_hung_up_on),
		cmocka_unit_test(test_so_many_visitors_and_no_more),
		cmocka_unit_test(test_a_path_that_is_taken_or_too_long_is_told),
		cmocka_unit_test(test_what_a_killed_program_has_left_is_in_nobodys_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
