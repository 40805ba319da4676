/* The list of secret names against the data models of the Broadband Forum: what they hide or
 * secure is a secret, and of the rest only what is named below. 77: the models are not
 * here. */
#include "tests/unit/unit.h"

#include "lib/base/buf.h"
#include "lib/base/compiler.h"
#include "lib/base/secret.h"

#include <glob.h>
#include <stdlib.h>

/* Commands that read as false, which is all that their models mean by hidden. */
static const char *const commands[] = { "Reset", "ForceSample" };

/* Not hidden by the models, and better not shown: passwords of a server's users, and the
 * private half of a certificate. */
static const char *const others[] = { "Password", "Passphrase", "PrivateCredential",
	"PasswordHash", "Secret" };

static glob_t models;

static bool is_one_of(struct str name, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (str_ends(name, str_of(words[i])))
			return true;
	}
	return false;
}

/* The value of an attribute of a tag, or a null view. */
static struct str attribute(struct str tag, struct str name)
{
	size_t at;

	if (!str_find(tag, name, &at))
		return STR_NULL;
	tag = str_from(tag, at + name.len);
	return str_make(tag.p, str_find_char(tag, '"'));
}

struct seen {
	size_t hidden, shown;
};

static void judge(const struct buf *path, bool is_hidden, struct seen *seen)
{
	struct str name = buf_str(path);
	bool is_secret = secret_is_name(name);

	if (is_one_of(name, commands, ARRAY_LEN(commands)))
		return;
	*(is_hidden ? &seen->hidden : &seen->shown) += 1;
	if (is_hidden && !is_secret)
		fail_msg("%.*s is hidden, and no secret", STR_ARG(name));
	if (!is_hidden && is_secret && !is_one_of(name, others, ARRAY_LEN(others)))
		fail_msg("%.*s is not hidden, and a secret", STR_ARG(name));
}

/* Tags are enough: an object's parameters follow it, and what a parameter is made of
 * follows the parameter. */
static void read_model(struct str xml, struct seen *seen)
{
	auto_buf object = BUF_NULL, path = BUF_NULL;
	bool is_hidden = false;

	while (xml.len > 0) {
		size_t at = str_find_char(xml, '<');
		struct str tag = str_from(xml, at);

		tag = str_make(tag.p, str_find_char(tag, '>'));
		if (str_starts(tag, STR("<object ")) ||
		    str_starts(tag, STR("<parameter ")) ||
		    str_starts(tag, STR("</object"))) {
			if (path.len > 0)
				judge(&path, is_hidden, seen);
			buf_reset(&path);
			is_hidden = false;
		}
		if (str_starts(tag, STR("<object "))) {
			buf_reset(&object);
			buf_append_str(&object, attribute(tag, STR(" name=\"")));
		} else if (str_starts(tag, STR("<parameter "))) {
			buf_append_str(&path, buf_str(&object));
			buf_append_str(&path, attribute(tag, STR(" name=\"")));
		}
		is_hidden |= str_find(tag, STR("hidden=\"true\""), NULL) ||
			     str_find(tag, STR("secured=\"true\""), NULL);
		xml = str_from(xml, at + tag.len + 1);
	}
}

static void test_models_hide_what_is_secret_here(void **state)
{
	struct seen seen = { 0, 0 };

	(void)state;
	for (size_t i = 0; i < models.gl_pathc; i++) {
		FILE *file = fopen(models.gl_pathv[i], "re");
		auto_buf xml = BUF_NULL;
		uint8_t *room;
		size_t n;

		assert_non_null(file);
		while ((room = buf_reserve(&xml, 1 << 16)) &&
		       (n = fread(room, 1, 1 << 16, file)) > 0)
			xml.len += n;
		assert_int_equal(fclose(file), 0);
		read_model(buf_str(&xml), &seen);
	}
	assert_true(seen.hidden > 50);
	assert_true(seen.shown > 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_models_hide_what_is_secret_here),
	};
	const char *source = getenv("CWMPLAB_SOURCE");
	auto_buf pattern = BUF_NULL;
	int failed;

	buf_printf(&pattern, "%s/../shared/data/bbf/*-full.xml", source ? source : ".");
	if (glob(buf_cstr(&pattern), 0, NULL, &models) != 0)
		return 77;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	globfree(&models);
	return failed;
}
