/* ConnectionRequestURLs (TR-069 A6 3.2.2): whom a connection request is for. */
#include "capture/observe/observe_internal.h"

#include "lib/proto/url.h"

#include <errno.h>

enum {
	CALL_PATHS_MAX = 4096, /* enough to notice a path that a product shares */
	CALLS_MAX = 1 << 16,   /* devices behind shared addresses that can be called */
	CALL_KEY_MAX = URL_MAX + 16,
};

/* The key of a URL: whose address it is at, port and path. Empty where that is too long. */
static struct str call_key(char room[CALL_KEY_MAX], const struct cpe_record *host,
    uint16_t port, struct str path)
{
	size_t at = sizeof(host) + sizeof(port);

	memcpy(room, &host, sizeof(host));
	memcpy(room + sizeof(host), &port, sizeof(port));
	if (url_path_normal(path, room + at, CALL_KEY_MAX - at) < 0)
		return STR_NULL;
	return str_make(room, at + strlen(room + at));
}

static bool url_of(const struct device_record *device, struct url *url)
{
	return device->informed.call_url &&
	       url_parse(url, str_of(device->informed.call_url), NULL) == 0;
}

/* The path should be the device's own (CR rules): the table keeps, of each path, the device
 * that was first seen with it. */
static void note_path(struct observer *observer, struct device_record *device)
{
	char path[URL_MAX + 1];
	const char *key;
	struct url url;

	if (observer->index.call_paths.len == CALL_PATHS_MAX || !url_of(device, &url) ||
	    url_path_normal(url.path, path, sizeof(path)) < 0 ||
	    map_get(&observer->index.call_paths, str_of(path)))
		return;
	key = observer_text(observer, str_of(path));
	device->is_held = true;
	if (key && map_put(&observer->index.call_paths, str_of(key), device) < 0)
		observer->memory.error = -ENOMEM;
}

void call_url_share(struct observer *observer, struct device_record *device)
{
	char room[CALL_KEY_MAX];
	struct url url;
	struct str key;
	char *kept;

	if (!device->host || !device->host->is_shared || !url_of(device, &url) ||
	    observer->index.calls.len == CALLS_MAX)
		return;
	key = call_key(room, device->host, url.port, url.path);
	if (key.len == 0 || map_get(&observer->index.calls, key) == device)
		return;
	kept = observer_alloc(observer, key.len);
	if (!kept)
		return;
	memcpy(kept, key.p, key.len);
	device->is_held = device->host->is_called = true;
	if (map_put(&observer->index.calls, str_make(kept, key.len), device) < 0)
		observer->memory.error = -ENOMEM;
}

void call_url_learn(struct observer *observer, struct device_record *device,
    struct str value)
{
	free(device->informed.call_url);
	device->informed.call_url = value.len > 0 ? str_dup(value) : NULL;
	if (value.len > 0 && !device->informed.call_url)
		observer->memory.error = -ENOMEM;
	note_path(observer, device);
	call_url_share(observer, device);
}

struct device_record *call_url_find(const struct observer *observer,
    const struct cpe_record *host, uint16_t port, struct str target)
{
	char room[CALL_KEY_MAX];
	struct str key;

	if (!host->is_shared)
		return host->device;
	key = call_key(room, host, port, target);
	return key.len > 0 ? map_get(&observer->index.calls, key) : NULL;
}
