#include "agents/cpe/transfer/image.h"

#include <string.h>

#define ROW(member)                                        \
	{                                                  \
#member, offsetof(struct image, member),   \
		    sizeof(((struct image *)NULL)->member) \
	}

static const struct labelled_row rows[] = {
	ROW(version),
	ROW(model),
	ROW(signer),
	{ .name = NULL },
};

static const struct labelled_kind kind = {
	.first_line = "cwmplab image 1",
	.noun = "image",
	.a_noun = "an image",
	.rows = rows,
};

void image_start(struct image *image)
{
	image_free(image);
	*image = (struct image){ .file = { .fault = 0 } };
	labelled_start(&image->file, &kind, image);
}

void image_free(struct image *image)
{
	labelled_free(&image->file);
}

uint32_t image_finish(struct image *image, const struct image_rules *rules)
{
	struct labelled *file = &image->file;

	if (labelled_finish(file) != 0)
		return file->fault;
	if (!image->version[0])
		return labelled_fail(file, 9018, "the image names no version");
	if (image->model[0] && strcmp(image->model, rules->model) != 0)
		return labelled_fail(file, 9018, "the image is for %s", image->model);
	if (rules->signer && strcmp(image->signer, rules->signer) != 0)
		return labelled_fail(file, 9019, "the image is not signed by %s",
		    rules->signer);
	if (!rules->takes_older && labelled_is_older(image->version, rules->version))
		return labelled_fail(file, 9001, "%s is older than %s", image->version,
		    rules->version);
	return 0;
}
