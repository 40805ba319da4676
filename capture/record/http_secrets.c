#include "capture/record/http_secrets.h"

#include "capture/record/device_record.h"
#include "lib/cwmp/cwmp_secrets.h"

bool http_secrets_note(struct session_record *session, const struct cwmp_msg *msg)
{
	struct device_record *device = session->device;

	if (!device)
		return cwmp_secrets_add(&session->secrets, msg);
	return (!session->secrets ||
		   cwmp_secrets_move(&device->secrets, &session->secrets)) &&
	       cwmp_secrets_add(&device->secrets, msg);
}

void http_secrets_hide(const struct session_record *session, struct buf *text)
{
	if (!session)
		return;
	cwmp_secrets_hide(session->secrets, text);
	if (session->device)
		cwmp_secrets_hide(session->device->secrets, text);
}
