#include "agents/cpe/transfer/package.h"

#define ROW(member)                                          \
	{                                                    \
#member, offsetof(struct package, member),   \
		    sizeof(((struct package *)NULL)->member) \
	}

static const struct labelled_row rows[] = {
	ROW(name),
	ROW(version),
	ROW(vendor),
	ROW(uuid),
	ROW(description),
	ROW(environment),
	ROW(units),
	ROW(needs),
	ROW(starts),
	ROW(disk),
	ROW(memory),
	{ .name = NULL },
};

static const struct labelled_kind kind = {
	.first_line = "cwmplab deployment-unit 1",
	.noun = "deployment unit",
	.a_noun = "a deployment unit",
	.rows = rows,
};

void package_start(struct package *package)
{
	package_free(package);
	*package = (struct package){ .file = { .fault = 0 } };
	labelled_start(&package->file, &kind, package);
}

void package_free(struct package *package)
{
	labelled_free(&package->file);
}

bool package_is_uuid(struct str text)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (text.len != sizeof(shape) - 1)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];
		bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
			      (c >= 'A' && c <= 'F');

		if (shape[i] == 'x' ? !is_hex : c != '-')
			return false;
	}
	return true;
}

static uint32_t read_number(struct package *package, const char *name, const char *text,
    uint32_t *ret)
{
	uint64_t n = 0;

	if (text[0] && str_to_u64(str_of(text), INT32_MAX, &n) < 0)
		return labelled_fail(&package->file, 9018,
		    "the %s of the deployment unit is no number of KiB", name);
	*ret = (uint32_t)n;
	return 0;
}

static uint32_t check_units(struct package *package)
{
	struct str rest = str_of(package->units);
	size_t n = 0;

	while (rest.len > 0) {
		struct str name = str_trim(str_cut(rest, ',', &rest));

		n++;
		if (name.len == 0 || name.len >= PACKAGE_NAME_MAX)
			return labelled_fail(&package->file, 9018,
			    "the name of an execution unit has %zu bytes", name.len);
	}
	if (n > PACKAGE_UNITS_MAX)
		return labelled_fail(&package->file, 9018,
		    "the deployment unit has %zu execution units, at most %d go", n,
		    PACKAGE_UNITS_MAX);
	return 0;
}

uint32_t package_finish(struct package *package)
{
	struct labelled *file = &package->file;
	struct str starts = str_of(package->starts);

	if (labelled_finish(file) != 0)
		return file->fault;
	if (!package->name[0] || !package->version[0])
		return labelled_fail(file, 9018, "the deployment unit names no %s",
		    package->name[0] ? "version" : "name");
	if (package->uuid[0] && !package_is_uuid(str_of(package->uuid)))
		return labelled_fail(file, 9018,
		    "the uuid of the deployment unit is none");
	if (starts.len > 0 && !str_is(starts, "yes") && !str_is(starts, "no"))
		return labelled_fail(file, 9018,
		    "starts of the deployment unit is neither yes nor no");
	package->does_start = str_is(starts, "yes");
	if (read_number(package, "disk", package->disk, &package->disk_kib) != 0 ||
	    read_number(package, "memory", package->memory, &package->memory_kib) != 0)
		return file->fault;
	return check_units(package);
}
