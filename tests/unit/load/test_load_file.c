/* Files of load tests: what they say, and the place of each mistake. */
#include "tests/unit/unit.h"

#include "lib/base/compiler.h"
#include "lib/load/load_file.h"

#include <stdio.h>
#include <string.h>

struct read {
	struct conf_mistakes mistakes;
	struct conf_doc *doc;
	struct load_file file;
};

static int read_text(struct read *read, const char *text, bool needs_acs)
{
	struct error err = ERROR_NULL;
	int r;

	memset(read, 0, sizeof(*read));
	assert_int_equal(conf_parse_all("load.yaml", str_of(text), &read->mistakes,
			     &read->doc, &err),
	    0);
	r = load_file_read(&read->file, read->doc, read->doc->root, needs_acs, &err);
	if (r == 0 && read->mistakes.len > 0)
		r = ERR_CONFIG;
	return r;
}

static void read_end(struct read *read)
{
	conf_mistakes_free(&read->mistakes);
	conf_free(read->doc);
}

static void test_a_whole_file(void **state)
{
	static const char text[] =
	    "name: evening\n"
	    "acs: {url: \"http://192.0.2.1:7547/cwmp\", username: cpe, password: s3,\n"
	    "      door: acs.sock}\n"
	    "cpes: 10000\n"
	    "model: generic-181\n"
	    "sources: 100.64.0.0/16\n"
	    "interval: 300s\n"
	    "duration: 5m\n"
	    "seed: 7\n"
	    "shard: 2/4\n"
	    "arrival: {rate: 100/s, ramp: 60s, from: 30/m, spacing: poisson}\n"
	    "mix:\n"
	    "  - {weight: 69.5%, policy: gold}\n"
	    "  - {weight: 30.5%, model: hp5920, tls: resumed,\n"
	    "     faults: [drop-after-inform, half-a-body], fault-share: 5%}\n"
	    "storms:\n"
	    "  - {kind: power-cut, at: 60s, for: 10s, within: 5s, share: 30%, from: "
	    "50%}\n"
	    "  - {kind: firmware, at: 2m, file: image.bin, parallel: 50, lost: 0.1%}\n"
	    "probe: {every: 5s}\n"
	    "thresholds: [\"session.p99<500ms\", \"failed<0.1%\"]\n"
	    "abort-on-fail: yes\n";
	struct read read;

	(void)state;
	assert_int_equal(read_text(&read, text, true), 0);
	assert_string_equal(read.file.name, "evening");
	assert_string_equal(read.file.acs.url, "http://192.0.2.1:7547/cwmp");
	assert_int_equal(read.file.cpes, 10000);
	assert_int_equal(read.file.sources.prefix, 16);
	assert_int_equal(read.file.interval, 300 * NS_PER_S);
	assert_int_equal(read.file.shard, 2);
	assert_int_equal(read.file.shards, 4);
	assert_true(read.file.has_arrival);
	assert_int_equal(read.file.arrival.n_stages, 2);
	assert_int_equal(read.file.arrival.seed, 7);
	assert_int_equal(read.file.arrival.spacing, ARRIVAL_POISSON);
	assert_true(read.file.arrival.stages[0].from == 0.5);
	assert_true(read.file.arrival.stages[0].to == 100.0);
	assert_int_equal(arrival_length(&read.file.arrival), 300 * NS_PER_S);
	assert_int_equal(read.file.n_mixes, 2);
	assert_int_equal(read.file.mixes[0].weight, 695000);
	assert_int_equal(read.file.mixes[0].fault_ppm, 1000000);
	assert_string_equal(read.file.mixes[0].policy, "gold");
	assert_null(read.file.mixes[1].policy);
	assert_int_equal(read.file.mixes[1].tls, LOAD_TLS_RESUMED);
	assert_int_equal(read.file.mixes[1].faults,
	    1u << LOAD_FAULT_DROP_AFTER_INFORM | 1u << LOAD_FAULT_HALF_A_BODY);
	assert_int_equal(read.file.mixes[1].fault_ppm, 50000);
	assert_int_equal(read.file.n_storms, 2);
	assert_int_equal(read.file.storms[0].kind, LOAD_STORM_POWER_CUT);
	assert_int_equal(read.file.storms[0].ppm, 300000);
	assert_int_equal(read.file.storms[0].first_ppm, 500000);
	assert_int_equal(read.file.storms[1].lost_ppm, 1000);
	assert_int_equal(read.file.storms[1].ppm, 1000000);
	assert_int_equal(read.file.probe.cpes, 1);
	assert_int_equal(read.file.n_thresholds, 2);
	assert_string_equal(read.file.thresholds[1].text, "failed<0.1%");
	assert_true(read.file.abort_on_fail);
	assert_false(read.file.limit.is_wanted);
	read_end(&read);
}

static void test_the_least_that_can_be_said(void **state)
{
	struct read read;

	(void)state;
	assert_int_equal(read_text(&read, "cpes: 1\n", false), 0);
	assert_string_equal(read.file.name, "load");
	assert_string_equal(read.file.serial, "LOAD0000001");
	assert_false(read.file.has_arrival);
	assert_int_equal(read.file.n_mixes, 1);
	assert_int_equal(read.file.mixes[0].weight, 1);
	assert_int_equal(read.file.shards, 1);
	assert_int_equal(read.file.probe.cpes, 0);
	assert_int_equal(read.file.repeat, 1);
	assert_true(read.file.abort_on_short);
	assert_true(read.file.spread);
	assert_int_equal(read.file.limit.options.repeats, 3);
	assert_int_equal(read.file.limit.options.step, 10 * NS_PER_S);
	assert_int_equal(read.file.drain, 30 * NS_PER_S);
	read_end(&read);
}

static void test_a_ramp_alone_brings_each_cpe_once(void **state)
{
	struct read read;

	(void)state;
	assert_int_equal(read_text(&read, "cpes: 250000\narrival: {ramp: 300s}\n",
			     false),
	    0);
	assert_int_equal(read.file.arrival.limit, 250000);
	assert_in_range(arrival_at(&read.file.arrival, 249999), 299 * NS_PER_S,
	    300 * NS_PER_S);
	assert_int_equal(arrival_at(&read.file.arrival, 250000), INT64_MAX);
	read_end(&read);
}

static void test_stages_bursts_and_the_search_for_a_limit(void **state)
{
	struct read read;

	(void)state;
	assert_int_equal(read_text(&read,
			     "cpes: 9\narrival:\n  spacing: burst\n  burst: 50\n"
			     "  stages:\n    - {for: 60s, rate: 0/s, to: 3600/h}\n"
			     "    - {for: 10s, rate: \"5\"}\n",
			     false),
	    0);
	assert_int_equal(read.file.arrival.n_stages, 2);
	assert_true(read.file.arrival.stages[0].to == 1.0);
	assert_true(read.file.arrival.stages[1].from == 5.0);
	assert_int_equal(read.file.arrival.burst, 50);
	read_end(&read);
	assert_int_equal(read_text(&read,
			     "cpes: 9\nfind-limit: {from: 50/s, to: 400/s, growth: "
			     "1.5, p99: 2s}\n",
			     false),
	    0);
	assert_true(read.file.limit.is_wanted);
	assert_true(read.file.limit.options.rate_first == 50.0);
	assert_true(read.file.limit.options.rate_max == 400.0);
	assert_true(read.file.limit.options.growth == 1.5);
	assert_int_equal(read.file.limit.options.p99_max_us, 2000000);
	read_end(&read);
}

/* A line each: where, and the words behind "error: ". */
static const struct {
	const char *text, *told;
} mistakes[] = {
	{ "name: x\n", "1:1: \"cpes\" is missing" },
	{ "cpes: 0\n", "1:7: " },
	{ "cpes: 1000001\n", "1:7: " },
	{ "cpes: 5\ncpe: 5\n", "2:1: " },
	{ "cpes: 5\nacs: {url: \"ftp://x/\"}\n", "2:12: " },
	{ "cpes: 5\nshard: 5/4\n", "2:8: this is no shard" },
	{ "cpes: 5\nshard: 1/1001\n", "2:8: this is no shard" },
	{ "cpes: 5\narrival: {}\n", "2:10: nothing says how often sessions begin" },
	{ "cpes: 5\narrival: {rate: 5/d}\n", "2:17: this is no rate" },
	{ "cpes: 5\narrival: {rate: 1000000.001/s}\n", "2:17: this is no rate" },
	{ "cpes: 5\narrival: {rate: 0/s}\n", "2:17: no session ever begins" },
	{ "cpes: 5\narrival: {rate: 5/s, from: 1/s}\n",
	    "2:28: \"from\" needs a ramp in which the rate grows" },
	{ "cpes: 5\nduration: 5s\narrival: {rate: 5/s, ramp: 6s}\n",
	    "3:28: the ramp is longer than the run" },
	{ "cpes: 5\narrival: {rate: 5/s, stages: [{for: 1s, rate: 1/s}]}\n",
	    "2:17: stages say the rates already" },
	{ "cpes: 5\narrival: {stages: [{for: 1s, rate: 0/s}]}\n",
	    "2:19: no session ever begins" },
	{ "cpes: 5\narrival: {rate: 5/s, burst: 5}\n",
	    "2:29: no burst without its spacing" },
	{ "cpes: 5\narrival: {rate: 5/s, spacing: burst}\n",
	    "2:10: a burst of how many?" },
	{ "cpes: 1000000\narrival: {ramp: 500ms}\n",
	    "2:17: more than 1000000 sessions a second" },
	{ "cpes: 5\nmix: [{weight: 60%}, {weight: 39.999%}]\n",
	    "2:6: the weights add up to 99.9990%" },
	{ "cpes: 5\nmix: [{weight: 60%}, {weight: 40}]\n",
	    "2:6: some weights are shares and some are numbers" },
	{ "cpes: 5\nmix: [{weight: 0}]\n", "2:6: no CPE is any of these" },
	{ "cpes: 5\nmix: [{weight: many}]\n", "2:16: this is no weight" },
	{ "cpes: 5\nmix: [{weight: 101%}]\n", "2:16: this is no share" },
	{ "cpes: 5\nmix: [{weight: 1, faults: [slow-reader, halfabody]}]\n",
	    "2:41: unknown fault \"halfabody\"" },
	{ "cpes: 5\nmix: [{weight: 1, quirks: nonsense}]\n",
	    "2:27: unknown quirk \"nonsense\"" },
	{ "cpes: 5\nmix: [{weight: 1, fault-share: 5%}]\n",
	    "2:32: a share of no faults" },
	{ "cpes: 5\nstorms: [{kind: hail}]\n", "2:17: " },
	{ "cpes: 5\nstorms: [{kind: firmware}]\n", "2:17: firmware of which file?" },
	{ "cpes: 5\nstorms: [{kind: bootstrap, file: x}]\n",
	    "2:34: only firmware has a file" },
	{ "cpes: 5\nstorms: [{kind: power-cut, share: 60%, from: 50%}]\n",
	    "2:46: the region ends behind the last CPE" },
	{ "cpes: 5\nduration: 5s\nstorms: [{kind: power-cut, at: 6s}]\n",
	    "3:32: the storm comes after the run" },
	{ "cpes: 5\nthresholds: [\"failed<1%\", \"failed<\"]\n",
	    "2:27: threshold 'failed<': column 8: a number is missing" },
	{ "cpes: 5\nprobe: {cpes: 6}\n", "2:8: more probes than CPEs" },
	{ "cpes: 5\nfind-limit: {}\narrival: {rate: 1/s}\n",
	    "3:10: the search for a limit sets the rate itself" },
	{ "cpes: 5\nfind-limit: {from: 5/s, to: 4/s}\n",
	    "2:20: the first rate is above 0 and not above the last" },
	{ "cpes: 5\nfind-limit: {growth: \"1\"}\n",
	    "2:22: the growth is between 1.1 and 10" },
	{ "cpes: 5\nfind-limit: {step: 5s, settle: 5s}\n",
	    "2:32: nothing is left of a step to be judged" },
};

/* Outside of a lab, which knows where its ACS takes commands. */
static void test_an_operator_wants_a_door_to_the_acs(void **state)
{
	static const char *const wishes[] = { "probe: {cpes: 1}",
		"storms: [{kind: call-sweep}]", "storms: [{kind: firmware, file: x}]",
		"storms: [{kind: acs-store}]" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wishes); i++) {
		char text[160];
		struct read read;

		(void)snprintf(text, sizeof(text),
		    "cpes: 5\nacs: {url: \"http://x/\"}\n%s\n", wishes[i]);
		assert_int_equal(read_text(&read, text, false), 0);
		read_end(&read);
		assert_int_equal(read_text(&read, text, true), ERR_CONFIG);
		assert_int_equal(read.mistakes.len, 1);
		assert_non_null(strstr(read.mistakes.items[0].text,
		    "nothing says where it takes commands"));
		read_end(&read);
		(void)snprintf(text, sizeof(text),
		    "cpes: 5\nacs: {url: \"http://x/\", door: d}\n%s\n", wishes[i]);
		assert_int_equal(read_text(&read, text, true), 0);
		read_end(&read);
	}
}

static void test_mistakes_are_told_with_their_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
		struct read read;
		char told[256];
		const char *words;
		size_t len = strlen(mistakes[i].told);

		assert_int_equal(read_text(&read, mistakes[i].text, false), ERR_CONFIG);
		assert_int_equal(read.mistakes.len, 1);
		words = strstr(read.mistakes.items[0].text, "error: ");
		assert_non_null(words);
		(void)snprintf(told, sizeof(told), "%u:%u: %s",
		    read.mistakes.items[0].line, read.mistakes.items[0].column,
		    words + 7);
		told[MIN(len, sizeof(told) - 1)] = '\0';
		assert_string_equal(told, mistakes[i].told);
		read_end(&read);
	}
}

static void test_all_mistakes_come_at_once(void **state)
{
	struct read read;

	(void)state;
	assert_int_equal(
	    read_text(&read,
		"cpes: 5\nshard: x\narrival: {rate: x}\n"
		"mix: [{weight: x}]\nthresholds: [x, y]\nprobe: {cpes: 9}\n",
		true),
	    ERR_CONFIG);
	assert_int_equal(read.mistakes.len, 8);
	read_end(&read);
}

static void test_values(void **state)
{
	static const struct {
		const char *text;
		double rate; /* below 0: none */
	} rates[] = { { "800/s", 800 }, { "30/m", 0.5 }, { "36000/h", 10 }, { "7", 7 },
		{ "0.001/s", 0.001 }, { "1.5", 1.5 }, { "1000000/s", 1e6 },
		{ "0.0001/s", -1 }, { "/s", -1 }, { "", -1 }, { "5/", -1 },
		{ "-5", -1 }, { "5.", -1 }, { ".5", -1 }, { "1000001", -1 },
		{ "5 /s", -1 } };
	uint64_t shard, shards;
	uint32_t ppm;
	double rate;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rates); i++) {
		int r = load_rate(str_of(rates[i].text), &rate);

		assert_int_equal(r, rates[i].rate < 0 ? ERR_MALFORMED : 0);
		assert_true(r < 0 || rate == rates[i].rate);
	}
	assert_int_equal(load_share(STR("12.5%"), &ppm), 0);
	assert_int_equal(ppm, 125000);
	assert_int_equal(load_share(STR("100%"), &ppm), 0);
	assert_int_equal(ppm, 1000000);
	assert_int_equal(load_share(STR("100.001%"), &ppm), ERR_MALFORMED);
	assert_int_equal(load_share(STR("5"), &ppm), ERR_MALFORMED);
	assert_int_equal(load_share(STR("%"), &ppm), ERR_MALFORMED);
	assert_int_equal(load_shard(STR("1000/1000"), &shard, &shards), 0);
	assert_int_equal(load_shard(STR("0/4"), &shard, &shards), ERR_MALFORMED);
	assert_int_equal(load_shard(STR("1"), &shard, &shards), ERR_MALFORMED);
}

/* What flags say goes through the same rows. */
static void test_flags_are_read_by_the_same_rows(void **state)
{
	struct load_file file;
	struct conf_doc *doc = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	assert_int_equal(conf_new("load", &doc, &err), 0);
	assert_int_equal(conf_set(doc, "acs.url", "http://a/", true, "--acs", &err), 0);
	assert_int_equal(conf_set(doc, "cpes", "100", false, "--cpes", &err), 0);
	assert_int_equal(conf_set(doc, "arrival.rate", "10/s", false, "--rate", &err),
	    0);
	assert_int_equal(conf_set(doc, "thresholds", "failed<1%", true, "--threshold",
			     &err),
	    0);
	assert_int_equal(conf_set(doc, "thresholds", "shed<x", true, "--threshold",
			     &err),
	    0);
	assert_int_equal(load_file_read(&file, doc, doc->root, true, &err), ERR_CONFIG);
	assert_non_null(strstr(err.text, "--threshold"));
	assert_non_null(strstr(err.text, "column 6: a number is missing"));
	conf_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_whole_file),
		cmocka_unit_test(test_the_least_that_can_be_said),
		cmocka_unit_test(test_a_ramp_alone_brings_each_cpe_once),
		cmocka_unit_test(test_stages_bursts_and_the_search_for_a_limit),
		cmocka_unit_test(test_an_operator_wants_a_door_to_the_acs),
		cmocka_unit_test(test_mistakes_are_told_with_their_place),
		cmocka_unit_test(test_all_mistakes_come_at_once),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_flags_are_read_by_the_same_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
