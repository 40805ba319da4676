/* lib/program/command: the table of commands and answers in pages. */
#include "tests/unit/unit.h"

#include "lib/program/command.h"

#include <stdlib.h>
#include <string.h>

struct world {
	struct line_writer out;
	struct commands commands;
	size_t n_items, item_bytes;
	struct answer *waiting;
	bool is_ripe; /* what "later" waits for */
	unsigned n_ended;
	char *padding;
};

struct greet {
	const char *name;
	uint64_t times;
};

static int page_greet(void *user, struct answer *answer, struct error *err)
{
	const struct greet *greet = answer->arguments;

	(void)user;
	(void)err;
	json_text(answer->json, "hello", greet->name);
	json_uint(answer->json, "times", greet->times);
	return ANSWER_WHOLE;
}

static int page_list(void *user, struct answer *answer, struct error *err)
{
	struct world *world = user;

	(void)err;
	answer->json->text_max = 0; /* items of any size are what is tried here */
	json_object_begin(answer->json, "status");
	if (answer->n_pages == 0)
		json_uint(answer->json, "n", world->n_items);
	json_array_begin(answer->json, "items");
	for (; answer->at < world->n_items && !answer_is_full(answer); answer->at++) {
		json_object_begin(answer->json, NULL);
		json_uint(answer->json, "i", answer->at);
		json_str(answer->json, "text",
		    str_make(world->padding, world->item_bytes));
		json_object_end(answer->json);
	}
	json_array_end(answer->json);
	json_object_end(answer->json);
	return answer->at < world->n_items ? ANSWER_MORE : ANSWER_WHOLE;
}

static int page_fail(void *user, struct answer *answer, struct error *err)
{
	(void)user;
	json_text(answer->json, "half", "said");
	return error_set(err, ERR_MACHINE, "this machine cannot");
}

static int page_later(void *user, struct answer *answer, struct error *err)
{
	struct world *world = user;

	(void)err;
	if (world->is_ripe) {
		json_text(answer->json, "a", "ripe");
		return ANSWER_WHOLE;
	}
	world->waiting = answer;
	return ANSWER_LATER;
}

static void end_answer(void *user, struct answer *answer)
{
	struct world *world = user;

	(void)answer;
	world->n_ended++;
}

static const struct conf_row greet_rows[] = {
	{ .key = "name",
	    .type = CONF_STR,
	    .offset = offsetof(struct greet, name),
	    .is_required = true,
	    .help = "whom" },
	{ .key = "times",
	    .type = CONF_UINT,
	    .offset = offsetof(struct greet, times),
	    .max = 9,
	    .dflt = "1",
	    .help = "how often" },
	{ NULL },
};

static const struct command table[] = {
	{ .name = "greet",
	    .help = "says hello",
	    .rows = greet_rows,
	    .size = sizeof(struct greet),
	    .page = page_greet },
	{ .name = "list", .help = "lists", .page = page_list, .end = end_answer },
	{ .name = "fail", .help = "fails", .page = page_fail, .end = end_answer },
	{ .name = "later", .help = "waits", .page = page_later, .end = end_answer },
	{ NULL },
};

static struct world *make_world(void)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->padding = malloc(2 * LINE_BYTES_MAX);
	assert_non_null(world->padding);
	memset(world->padding, 'x', 2 * LINE_BYTES_MAX);
	commands_init(&world->commands, table, world, &world->out);
	return world;
}

static void free_world(struct world *world)
{
	commands_close(&world->commands);
	line_writer_free(&world->out);
	free(world->padding);
	free(world);
}

/* What was written since the last call, without the last end of a line. */
static const char *said(struct world *world, struct buf *out)
{
	struct str waiting = line_writer_waiting(&world->out);

	buf_reset(out);
	buf_append(out, waiting.p, waiting.len ? waiting.len - 1 : 0);
	line_writer_sent(&world->out, waiting.len);
	return buf_cstr(out);
}

static size_t count(struct str text, struct str needle)
{
	size_t n = 0, at;

	for (; str_find(text, needle, &at); n++)
		text = str_from(text, at + needle.len);
	return n;
}

static void tell(struct world *world, const char *line)
{
	commands_take(&world->commands, str_of(line));
}

static void test_each_line_gets_its_answer(void **state)
{
	static const struct {
		const char *line, *answer;
	} rows[] = {
		{ "{\"id\":7,\"cmd\":\"greet\",\"name\":\"you\",\"times\":3}",
		    "{\"re\":7,\"ok\":true,\"hello\":\"you\",\"times\":3}" },
		{ "{\"cmd\":\"greet\",\"id\":18446744073709551615,\"name\":\"\\u00e4\"}",
		    "{\"re\":18446744073709551615,\"ok\":true,\"hello\":\"\xc3\xa4\","
		    "\"times\":1}" },
		{ "{\"cmd\":\"greet\",\"name\":\"x\"}",
		    "{\"re\":0,\"ok\":true,\"hello\":\"x\",\"times\":1}" },
		{ "{\"id\":8,\"cmd\":\"greet\"}",
		    "{\"re\":8,\"ok\":false,\"why\":\"\\\"name\\\" is missing (whom)\"}" },
		{ "{\"id\":8,\"cmd\":\"greet\",\"name\":\"x\",\"times\":10}",
		    "{\"re\":8,\"ok\":false,\"why\":\"10 is out of range (0 to 9)\"}" },
		{ "{\"id\":8,\"cmd\":\"greet\",\"name\":\"x\",\"tims\":1}",
		    "{\"re\":8,\"ok\":false,\"why\":\"unknown key \\\"tims\\\" (did you mean "
		    "\\\"times\\\"?)\"}" },
		{ "{\"id\":9,\"cmd\":\"grete\"}",
		    "{\"re\":9,\"ok\":false,\"why\":\"no command is named \\\"grete\\\": did "
		    "you mean \\\"greet\\\"?\"}" },
		{ "{\"id\":9,\"cmd\":\"zzzzzz\"}",
		    "{\"re\":9,\"ok\":false,\"why\":\"no command is named \\\"zzzzzz\\\": "
		    "known are greet, list, fail, later\"}" },
		{ "{\"id\":9}",
		    "{\"re\":9,\"ok\":false,\"why\":\"\\\"cmd\\\" is missing\"}" },
		{ "{\"id\":\"9\",\"cmd\":\"greet\"}",
		    "{\"re\":0,\"ok\":false,\"why\":\"\\\"id\\\" wants a whole number\"}" },
		{ "{\"id\":-1,\"cmd\":\"greet\"}",
		    "{\"re\":0,\"ok\":false,\"why\":\"\\\"id\\\" wants a whole number\"}" },
		{ "",
		    "{\"re\":0,\"ok\":false,\"why\":\"the line is no JSON object\"}" },
		{ "[]",
		    "{\"re\":0,\"ok\":false,\"why\":\"the line is no JSON object\"}" },
		{ "{\"id\":1,\"id\":2}",
		    "{\"re\":0,\"ok\":false,\"why\":\"the line is no JSON object\"}" },
		{ "{\"id\":3,\"cmd\":\"fail\"}",
		    "{\"re\":3,\"ok\":false,\"why\":\"this machine cannot\",\"exit\":3}" },
		{ "{\"id\":3,\"cmd\":\"more\"}",
		    "{\"re\":3,\"ok\":false,\"why\":\"no answer of that id is open\"}" },
	};
	struct world *world = make_world();
	auto_buf out = BUF_NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		tell(world, rows[i].line);
		assert_string_equal(said(world, &out), rows[i].answer);
	}
	assert_int_equal(world->n_ended, 1);
	assert_int_equal(world->commands.n_answers, 0);
	free_world(world);
}

static void test_a_long_answer_comes_page_by_page_when_asked_for(void **state)
{
	struct world *world = make_world();
	auto_buf out = BUF_NULL;
	size_t pages = 1, items = 0;

	(void)state;
	world->n_items = 1000;
	world->item_bytes = 400;
	tell(world, "{\"id\":5,\"cmd\":\"list\"}");
	assert_true(str_starts(str_of(said(world, &out)),
	    STR("{\"re\":5,\"ok\":true,\"status\":{\"n\":1000,\"items\":[{\"i\":0,")));
	while (str_ends(buf_str(&out), STR(",\"more\":true}"))) {
		assert_true(out.len <= LINE_BYTES_MAX);
		items += count(buf_str(&out), STR("{\"i\":"));
		assert_string_equal(said(world, &out), "");
		tell(world, "{\"id\":5,\"cmd\":\"more\"}");
		assert_true(str_starts(str_of(said(world, &out)),
		    STR("{\"re\":5,\"ok\":true,\"status\":{\"items\":[{\"i\":")));
		pages++;
	}
	assert_in_range(pages, 1000 * 400 / LINE_BYTES_MAX, 1000 * 500 / PAGE_BYTES);
	items += count(buf_str(&out), STR("{\"i\":"));
	assert_int_equal(items, 1000);
	assert_true(str_ends(buf_str(&out), STR("x\"}]}}")));
	assert_int_equal(world->n_ended, 1);
	tell(world, "{\"id\":5,\"cmd\":\"more\"}");
	assert_string_equal(said(world, &out),
	    "{\"re\":5,\"ok\":false,\"why\":\"no answer of that id is open\"}");
	free_world(world);
}

static void test_answers_take_turns_for_a_reader_that_takes_what_comes(void **state)
{
	struct world *world = make_world();
	auto_buf out = BUF_NULL;
	unsigned rounds = 0;

	(void)state;
	world->n_items = 100;
	world->item_bytes = 5000;
	tell(world, "{\"id\":1,\"cmd\":\"list\"}");
	tell(world, "{\"id\":2,\"cmd\":\"list\"}");
	while (world->commands.n_answers > 0) {
		size_t at;

		(void)said(world, &out);
		assert_true(str_find(buf_str(&out), STR("{\"re\":1,"), &at));
		assert_true(str_find(buf_str(&out), STR("{\"re\":2,"), &at));
		assert_true(out.len <= 2 * LINE_BYTES_MAX);
		commands_go_on(&world->commands);
		rounds++;
	}
	assert_in_range(rounds, 7, 20);
	assert_int_equal(world->n_ended, 2);
	free_world(world);
}

static void test_an_item_fits_to_the_last_byte_or_fails_its_command(void **state)
{
	static const struct {
		size_t item_bytes;
		bool is_ok;
	} rows[] = {
		{ PAGE_ITEM_BYTES_MAX - 40, true },
		{ LINE_BYTES_MAX, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct world *world = make_world();
		auto_buf out = BUF_NULL;

		world->n_items = 3;
		world->item_bytes = rows[i].item_bytes;
		tell(world, "{\"id\":1,\"cmd\":\"list\"}");
		while (rows[i].is_ok && world->commands.n_answers > 0) {
			(void)said(world, &out);
			assert_true(str_find(buf_str(&out), STR("\"ok\":true"), NULL));
			commands_go_on(&world->commands);
		}
		if (!rows[i].is_ok)
			assert_string_equal(said(world, &out),
			    "{\"re\":1,\"ok\":false,\"why\":\"the answer does not fit into "
			    "lines of 65536 bytes\"}");
		assert_int_equal(world->n_ended, 1);
		/* The next command is none the worse for it. */
		tell(world, "{\"id\":2,\"cmd\":\"greet\",\"name\":\"x\"}");
		assert_true(str_find(str_of(said(world, &out)), STR("hello"), NULL));
		free_world(world);
	}
}

static void test_a_reader_can_have_enough(void **state)
{
	struct world *world = make_world();
	auto_buf out = BUF_NULL;

	(void)state;
	world->n_items = 1000;
	world->item_bytes = 400;
	tell(world, "{\"id\":5,\"cmd\":\"list\"}");
	(void)said(world, &out);
	tell(world, "{\"id\":5,\"cmd\":\"list\"}");
	assert_string_equal(said(world, &out),
	    "{\"re\":5,\"ok\":false,\"why\":\"an answer of that id is open already\"}");
	tell(world, "{\"id\":5,\"cmd\":\"enough\"}");
	assert_string_equal(said(world, &out), "{\"re\":5,\"ok\":true}");
	assert_int_equal(world->n_ended, 1);
	commands_go_on(&world->commands);
	assert_string_equal(said(world, &out), "");
	free_world(world);
}

static void test_too_many_open_answers_are_refused(void **state)
{
	struct world *world = make_world();
	auto_buf out = BUF_NULL;
	char line[64];

	(void)state;
	for (int i = 0; i <= ANSWERS_MAX; i++) {
		(void)snprintf(line, sizeof(line), "{\"id\":%d,\"cmd\":\"later\"}", i);
		tell(world, line);
	}
	assert_string_equal(said(world, &out),
	    "{\"re\":16,\"ok\":false,\"why\":\"16 answers are open already\"}");
	commands_close(&world->commands);
	assert_int_equal(world->n_ended, ANSWERS_MAX);
	free_world(world);
}

/* The command itself makes the page once there is something to say. */
static void test_an_answer_that_waits_can_be_woken(void **state)
{
	struct world *world = make_world();
	auto_buf out = BUF_NULL;

	(void)state;
	tell(world, "{\"id\":5,\"cmd\":\"later\"}");
	answer_wake(world->waiting);
	assert_string_equal(said(world, &out), "");
	assert_int_equal(world->n_ended, 0);

	world->is_ripe = true;
	answer_wake(world->waiting);
	assert_string_equal(said(world, &out), "{\"re\":5,\"ok\":true,\"a\":\"ripe\"}");
	assert_int_equal(world->n_ended, 1);
	free_world(world);
}

static void test_pages_that_come_later_are_passed_on(void **state)
{
	struct world *world = make_world();
	struct error err = ERROR_NULL;
	auto_buf out = BUF_NULL;

	(void)state;
	tell(world, "{\"id\":5,\"cmd\":\"later\"}");
	commands_go_on(&world->commands);
	assert_string_equal(said(world, &out), "");
	answer_put(world->waiting, STR(",\"ok\":true,\"more\":true,\"a\":[1]}"), false);
	assert_string_equal(said(world, &out),
	    "{\"re\":5,\"ok\":true,\"more\":true,\"a\":[1]}");
	world->waiting = NULL;
	commands_go_on(&world->commands);
	assert_non_null(world->waiting);
	answer_put(world->waiting, STR(",\"ok\":true,\"a\":[2]}"), true);
	assert_string_equal(said(world, &out), "{\"re\":5,\"ok\":true,\"a\":[2]}");
	assert_int_equal(world->n_ended, 1);

	tell(world, "{\"id\":6,\"cmd\":\"later\"}");
	(void)error_set(&err, ERR_MACHINE, "gone");
	answer_fail(world->waiting, &err);
	assert_string_equal(said(world, &out),
	    "{\"re\":6,\"ok\":false,\"why\":\"gone\",\"exit\":3}");
	assert_int_equal(world->n_ended, 2);
	free_world(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_line_gets_its_answer),
		cmocka_unit_test(test_a_long_answer_comes_page_by_page_when_asked_for),
		cmocka_unit_test(
		    test_answers_take_turns_for_a_reader_that_takes_what_comes),
		cmocka_unit_test(
		    test_an_item_fits_to_the_last_byte_or_fails_its_command),
		cmocka_unit_test(test_a_reader_can_have_enough),
		cmocka_unit_test(test_too_many_open_answers_are_refused),
		cmocka_unit_test(test_an_answer_that_waits_can_be_woken),
		cmocka_unit_test(test_pages_that_come_later_are_passed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
