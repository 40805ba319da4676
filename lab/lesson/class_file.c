#include "lab/lesson/class_file.h"

#include <errno.h>
#include <string.h>

// clang-format off
#define ROW(member, key_, type_, help_) \
	.key = key_, .type = type_, .offset = offsetof(struct class_file, member), .help = help_

const struct conf_row class_rows[] = {
	{ ROW(name, "class", CONF_STR, "its name"), .is_required = true, .min = 1,
	  .max = CLASS_NAME_MAX },
	{ ROW(secret, "secret", CONF_STR,
	      "what nobody guesses: values are drawn and results are signed with it"),
	  .is_required = true, .is_secret = true, .min = 8, .max = 256 },
	{ ROW(students, "students", CONF_STRINGS, "who is in it, by the names that they start with"),
	  .max = CLASS_STUDENTS_MAX },
	{ NULL },
};
// clang-format on

bool student_name_is_good(struct str name)
{
	if (name.len == 0 || name.len > STUDENT_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || (c != '\0' && strchr("._-@", c))))
			return false;
	}
	return true;
}

static int check_students(const struct class_file *class, struct error *err)
{
	const struct conf_node *list = conf_get(class->doc->root, "students");
	int worst = 0;

	for (size_t i = 0; i < class->students.len; i++) {
		const struct conf_node *at =
		    list->kind == CONF_SEQUENCE ? list->items[i] : list;
		int r = 0;

		if (!student_name_is_good(str_of(class->students.items[i])))
			r = conf_fail(class->doc, at,
			    "letters, digits, \".\", \"_\", \"-\" and \"@\", 64 at most",
			    err, "\"%s\" cannot be the name of a student",
			    class->students.items[i]);
		for (size_t k = 0; k < i && r == 0; k++) {
			if (strcmp(class->students.items[i],
				class->students.items[k]) == 0)
				r = conf_fail(class->doc, at, NULL, err,
				    "\"%s\" is in the class already",
				    class->students.items[i]);
		}
		if (!conf_go_on(class->doc, r, &worst))
			return r;
	}
	return worst;
}

static int bind(struct class_file *class, struct error *err)
{
	int worst = 0,
	    r = conf_bind(class->doc, class->doc->root, class_rows, class, err);

	if (conf_go_on(class->doc, r, &worst))
		r = check_students(class, err);
	return r < 0 ? r : worst;
}

static int finish(struct class_file *class, struct conf_mistakes *mistakes, int r,
    struct error *err)
{
	if (r == 0)
		r = bind(class, err);
	if (r == 0 || r == ERR_CONFIG)
		r = mistakes->len > 0 ? conf_mistakes_fail(mistakes, err) : r;
	if (class->doc)
		class->doc->mistakes = NULL;
	return r;
}

int class_file_parse(struct class_file *class, const char *name, struct str bytes,
    struct conf_mistakes *mistakes, struct error *err)
{
	struct conf_mistakes own = { .len = 0 }, *all = mistakes ? mistakes : &own;
	int r;

	*class = (struct class_file){ .name = "", .secret = "" };
	r = finish(class, all, conf_parse_all(name, bytes, all, &class->doc, err), err);
	conf_mistakes_free(&own);
	return r;
}

int class_file_load(struct class_file *class, const char *path,
    struct conf_mistakes *mistakes, struct error *err)
{
	struct conf_mistakes own = { .len = 0 }, *all = mistakes ? mistakes : &own;
	int r = 0;

	*class = (struct class_file){ .name = "", .secret = "" };
	if (path)
		r = finish(class, all, conf_load_all(path, all, &class->doc, err), err);
	conf_mistakes_free(&own);
	return r;
}

void class_file_free(struct class_file *class)
{
	conf_free(class->doc);
	*class = (struct class_file){ .name = "", .secret = "" };
}
