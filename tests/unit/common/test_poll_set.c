/* agents/common/poll: sockets of a loop, each the one end of a pair whose other end the test
 * has. */
#include "tests/unit/unit.h"

#include "agents/common/poll/poll_set.h"
#include "lib/base/compiler.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	MANY = 300 /* more than one batch */
};

struct end {
	struct poll_item item;
	int fd, other;
	unsigned n_told, events; /* the last ones */
	struct end *leaves;      /* whom it sends away when it is told; null: nobody */
};

static void end_leave(struct end *end)
{
	poll_item_leave(&end->item);
	if (end->fd >= 0)
		(void)close(end->fd);
	end->fd = -1;
}

static void on_ready(struct poll_item *item, unsigned events)
{
	struct end *end = container_of(item, struct end, item);

	end->n_told++;
	end->events = events;
	if (end->leaves)
		end_leave(end->leaves);
}

static void end_join(struct end *end, uv_loop_t *loop)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			     0, fds),
	    0);
	*end = (struct end){ .item.ready = on_ready, .fd = fds[0], .other = fds[1] };
	assert_int_equal(poll_item_join(&end->item, loop, end->fd, NULL), 0);
}

static void say(const struct end *end)
{
	assert_int_equal(send(end->other, "x", 1, MSG_NOSIGNAL), 1);
}

static void turn(uv_loop_t *loop)
{
	(void)uv_run(loop, UV_RUN_NOWAIT);
}

/* Each has left: the loop is free, and ends. */
static void finish(uv_loop_t *loop)
{
	assert_int_equal(uv_run(loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(loop), 0);
}

static void an_event_is_told_once(void **state)
{
	struct end end;
	uv_loop_t loop;

	(void)state;
	assert_int_equal(uv_loop_init(&loop), 0);
	end_join(&end, &loop);
	turn(&loop);
	assert_int_equal(end.events, EPOLLOUT);
	say(&end);
	turn(&loop);
	turn(&loop);
	assert_int_equal(end.n_told, 2);
	assert_int_equal(end.events, EPOLLIN | EPOLLOUT);

	/* Who has not read all of it is told once more, if it asks. */
	poll_item_again(&end.item);
	turn(&loop);
	turn(&loop);
	assert_int_equal(end.n_told, 3);
	assert_int_equal(end.events, EPOLLIN | EPOLLOUT);

	(void)close(end.other);
	turn(&loop);
	assert_int_equal(end.n_told, 4);
	assert_int_equal(end.events, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLHUP);
	end_leave(&end);
	finish(&loop);
}

static void who_has_left_is_told_nothing(void **state)
{
	struct end first, second;
	uv_loop_t loop;

	(void)state;
	assert_int_equal(uv_loop_init(&loop), 0);
	end_join(&first, &loop);
	end_join(&second, &loop);
	first.leaves = &second;
	second.leaves = &first;
	turn(&loop);
	assert_int_equal(first.n_told + second.n_told, 1);
	end_leave(&first);
	end_leave(&second); /* again: nothing happens */
	finish(&loop);
	(void)close(first.other);
	(void)close(second.other);
}

/* The set knows its descriptor no more, which is open yet. */
static void who_is_detached_may_join_again(void **state)
{
	struct end end;
	uv_loop_t loop;

	(void)state;
	assert_int_equal(uv_loop_init(&loop), 0);
	end_join(&end, &loop);
	turn(&loop);
	poll_item_detach(&end.item);
	poll_item_detach(&end.item); /* again: nothing happens */
	assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(poll_item_join(&end.item, &loop, end.fd, NULL), 0);
	turn(&loop);
	assert_int_equal(end.n_told, 2);
	end_leave(&end);
	finish(&loop);
	(void)close(end.other);
}

static void all_of_many_are_told(void **state)
{
	static struct end ends[MANY];
	uv_loop_t loop;

	(void)state;
	assert_int_equal(uv_loop_init(&loop), 0);
	for (size_t i = 0; i < MANY; i++) {
		end_join(&ends[i], &loop);
		say(&ends[i]);
	}
	turn(&loop);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(ends[i].n_told, 1);
		assert_int_equal(ends[i].events, EPOLLIN | EPOLLOUT);
		end_leave(&ends[i]);
		(void)close(ends[i].other);
	}
	finish(&loop);
}

/* Those of a loop come and go; each loop has its own. */
static void loops_have_nothing_in_common(void **state)
{
	struct end ends[2];
	uv_loop_t loops[2];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(uv_loop_init(&loops[i]), 0);
		end_join(&ends[i], &loops[i]);
	}
	turn(&loops[1]);
	assert_int_equal(ends[0].n_told, 0);
	assert_int_equal(ends[1].n_told, 1);
	end_leave(&ends[1]);
	finish(&loops[1]);
	turn(&loops[0]);
	assert_int_equal(ends[0].n_told, 1);
	end_leave(&ends[0]);
	finish(&loops[0]);
	(void)close(ends[0].other);
	(void)close(ends[1].other);
}

/* The loop does not go on for it. */
static void a_set_that_is_held_outlives_its_items(void **state)
{
	struct poll_set *set;
	struct end end;
	uv_loop_t loop;

	(void)state;
	assert_int_equal(uv_loop_init(&loop), 0);
	set = poll_set_hold(&loop);
	assert_non_null(set);
	for (int i = 0; i < 2; i++) {
		end_join(&end, &loop);
		assert_ptr_equal(end.item.set, set);
		turn(&loop);
		assert_int_equal(end.n_told, 1);
		end_leave(&end);
		(void)close(end.other);
		assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
	}
	poll_set_drop(set);
	finish(&loop);
}

static void what_is_no_socket_is_refused(void **state)
{
	struct poll_item item = { .ready = on_ready };
	struct error err = ERROR_NULL;
	int fd = open("/", O_RDONLY | O_CLOEXEC);
	uv_loop_t loop;

	(void)state;
	assert_int_equal(uv_loop_init(&loop), 0);
	assert_int_equal(poll_item_join(&item, &loop, fd, &err), -EPERM);
	assert_string_equal(err.text,
	    "the event loop takes no socket: Operation not permitted");
	poll_item_leave(&item);
	finish(&loop);
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_told_once),
		cmocka_unit_test(who_has_left_is_told_nothing),
		cmocka_unit_test(who_is_detached_may_join_again),
		cmocka_unit_test(all_of_many_are_told),
		cmocka_unit_test(loops_have_nothing_in_common),
		cmocka_unit_test(a_set_that_is_held_outlives_its_items),
		cmocka_unit_test(what_is_no_socket_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
