/* Images and deployment units: no bytes break their readers, and pieces make no difference. */
#include "agents/cpe/transfer/image.h"
#include "agents/cpe/transfer/package.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_package(struct package *package, const uint8_t *data, size_t size,
    size_t piece)
{
	package_start(package);
	for (size_t at = 0; at < size; at += piece)
		labelled_add(&package->file,
		    str_make(data + at, size - at < piece ? size - at : piece));
	(void)package_finish(package);
}

static void read_image(const uint8_t *data, size_t size)
{
	const struct image_rules rules = { "m", "1.0", false, "s" };
	struct image image = { .version = "" };

	image_start(&image);
	labelled_add(&image.file, str_make(data, size));
	(void)image_finish(&image, &rules);
	image_free(&image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct package whole = { .name = "" }, pieces = { .name = "" };

	read_package(&whole, data, size, size + 1);
	read_package(&pieces, data, size, 3);
	if (whole.file.fault != pieces.file.fault ||
	    strcmp(whole.file.why, pieces.file.why) != 0 ||
	    strcmp(whole.name, pieces.name) != 0 ||
	    strcmp(whole.units, pieces.units) != 0)
		abort();
	package_free(&whole);
	package_free(&pieces);
	read_image(data, size);
	return 0;
}
