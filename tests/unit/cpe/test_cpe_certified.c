/* What test programmes of the field ask of each CPE (BBF.069, TP-181), as exchanges: each case
 * has its name, a model, what is asked and each whole answer (rpc_ask.h). "restart" in the place
 * of a question: the CPE comes back with what it has kept. tests/coverage counts them. */
#include "tests/unit/cases.h"
#include "tests/unit/cpe/rpc_ask.h"

enum {
	ASKED_MAX = 8
};

#define TABLES  "tests/unit/cpe/models/tables.yaml"
#define VENDOR  "tests/unit/cpe/models/vendor.yaml"
#define SWITCH  "topologies/models/hp5920.yaml"
#define GATEWAY "topologies/models/gateway-098.yaml"
#define DEVICE2 "topologies/models/gateway-181.yaml"
#define PPP     "~WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1."
#define PPP_IS  "WANDevice.1.WANConnectionDevice.1.WANPPPConnection.1."
#define POOL    "Device.DHCPv4.Server.Pool.1."

static const struct scene {
	const char *name;
	const char *model;
	struct asked rows[ASKED_MAX];
} scenes[] = {
	/* ---- GetParameterNames ---------------------------------------------------- */
	{ "names of the empty path, next level: the root alone", TABLES,
	    { { "names+ ", "ok Device.=0" } } },
	{ "names of the empty path: the whole tree", VENDOR,
	    { { "names ",
		"ok InternetGatewayDevice.=0 DeviceInfo.=0 DeviceInfo.Manufacturer=0 "
		"DeviceInfo.ManufacturerOUI=0 DeviceInfo.ProductClass=0 "
		"DeviceInfo.SerialNumber=0 ManagementServer.=0 "
		"ManagementServer.ParameterKey=0 ManagementServer.URL!0 "
		"X_0000C1_Lamp.=0 X_0000C1_Lamp.Colour!0 X_0000C1_Lamp.Timer.!0 "
		"X_0000C1_Lamp.X_EXAMPLE_Hours=0 X_0000C1_Lamp.X_EXAMPLE_Note!0" } } },
	{ "names of an object", TABLES,
	    { { "names ~Fixed.", "ok Fixed.=0 Fixed.2.=0 Fixed.2.A=0" } } },
	{ "names of an object, next level: not the object itself", TABLES,
	    { { "names+ ~Fixed.", "ok Fixed.2.=0" } } },
	{ "names of a table, next level: its instances", TABLES,
	    { { "names+ ~LAN.", "ok LAN.Count=0 LAN.1.!0 LAN.10.!0" } } },
	{ "names of an instance, next level", TABLES,
	    { { "names+ ~LAN.1.", "ok LAN.1.Alias!0 LAN.1.Enable!0 LAN.1.Name!0 "
				  "LAN.1.Port.!0 LAN.1.PortCount=0" } } },
	{ "names of a table without instances", TABLES,
	    { { "names ~Later.", "ok Later.!0" }, { "names+ ~Later.", "ok" } } },
	{ "names of a parameter", TABLES, { { "names ~F.Text", "ok F.Text!0" } } },
	{ "names of a parameter, next level: fault", TABLES,
	    { { "names+ ~F.Text", "9003 Client" } } },
	{ "names of what is not there: fault", TABLES,
	    { { "names ~Nothing.", "9005 Client" }, { "names ~LAN.2.", "9005 Client" },
		{ "names ~F.Nothing", "9005 Client" } } },
	{ "names of a path without its dot: fault", TABLES,
	    { { "names ~LAN.1", "9005 Client" }, { "names Device", "9005 Client" } } },

	/* ---- GetParameterValues --------------------------------------------------- */
	{ "a value by its name", TABLES, { { "get ~F.Text", "ok F.Text=ab:string" } } },
	{ "several values, in the order of their names", TABLES,
	    { { "get ~F.Text ~F.Small ~DeviceInfo.ProductClass",
		"ok F.Text=ab:string F.Small=0:int "
		"DeviceInfo.ProductClass=Box:string" } } },
	{ "values of a partial path", TABLES,
	    { { "get ~LAN.1.Port.", "ok LAN.1.Port.1.Name=192.0.2.10:string "
				    "LAN.1.Port.2.Name=port2:string" } } },
	{ "values of a table without instances: none", TABLES,
	    { { "get ~Later.", "ok" } } },
	{ "a value of what is not there: fault, whatever else is asked", TABLES,
	    { { "get ~F.Text ~F.Nothing", "9005 Client" },
		{ "get ~LAN.2.Name", "9005 Client" } } },
	{ "a value that is secret or hidden reads as none", TABLES,
	    { { "get ~F.Secret ~F.Pin", "ok F.Secret=:string F.Pin=0:unsignedInt" } } },
	{ "a value that was set is read", TABLES,
	    { { "set ~F.Text=new k", "ok" },
		{ "get ~F.Text", "ok F.Text=new:string" } } },

	/* ---- GetParameterAttributes ------------------------------------------------ */
	{ "attributes of a parameter", TABLES,
	    { { "notified ~F.Text", "ok F.Text=0" } } },
	{ "attributes of several", TABLES,
	    { { "notified ~F.Text ~F.Always", "ok F.Text=0 F.Always=2" } } },
	{ "attributes of a partial path", TABLES,
	    { { "notified ~LAN.1.Port.",
		"ok LAN.1.Port.1.Name=0 LAN.1.Port.2.Name=0" } } },
	{ "attributes that were set are read", TABLES,
	    { { "notify ~F.Text=1 k", "ok" }, { "access ~F.Text= k", "ok" },
		{ "notified ~F.Text", "ok F.Text=1()" } } },
	{ "attributes of what is not there: fault", TABLES,
	    { { "notified ~F.Nothing", "9005 Client" },
		{ "notified ~F.Text ~LAN.2.", "9005 Client" } } },
	{ "attributes of a table without instances: none", TABLES,
	    { { "notified ~Later.", "ok" } } },

	/* ---- AddObject, DeleteObject ------------------------------------------------ */
	{ "an object is added, and has its defaults", TABLES,
	    { { "add ~LAN. made", "ok #11" },
		{ "get ~LAN.11.Name ~LAN.11.Enable ~LAN.Count "
		  "~ManagementServer.ParameterKey",
		    "ok LAN.11.Name=lan11:string LAN.11.Enable=0:boolean "
		    "LAN.Count=3:unsignedInt "
		    "ManagementServer.ParameterKey=made:string" } } },
	{ "an object is deleted with all below it", TABLES,
	    { { "delete ~LAN.10. gone", "ok" }, { "get ~LAN.10.", "9005 Client" },
		{ "get ~LAN.10.Port.7.Vlan.3.Rule.5.Action", "9005 Client" },
		{ "get ~LAN.Count ~ManagementServer.ParameterKey",
		    "ok LAN.Count=1:unsignedInt "
		    "ManagementServer.ParameterKey=gone:string" } } },
	{ "the number of an object that is gone is not given again", TABLES,
	    { { "add ~LAN. k", "ok #11" }, { "delete ~LAN.11. k", "ok" },
		{ "add ~LAN. k", "ok #12" }, { "restart", NULL },
		{ "delete ~LAN.12. k", "ok" }, { "add ~LAN. k", "ok #13" } } },
	{ "what cannot be added or deleted: faults, and nothing changes", TABLES,
	    { { "add ~Nothing. k", "9005 Client" }, { "add ~Fixed. k", "9005 Client" },
		{ "delete ~Fixed.2. k", "9005 Client" },
		{ "delete ~LAN.2. k", "9005 Client" },
		{ "names+ ~LAN.", "ok LAN.Count=0 LAN.1.!0 LAN.10.!0" },
		{ "get ~ManagementServer.ParameterKey",
		    "ok ManagementServer.ParameterKey=:string" } } },

	/* ---- SetParameterValues ----------------------------------------------------- */
	{ "each spelling of a boolean is taken", TABLES,
	    { { "set ~LAN.10.Name=x ~LAN.10.Enable=1|boolean k", "ok" },
		{ "get ~LAN.10.Enable", "ok LAN.10.Enable=1:boolean" },
		{ "set ~LAN.10.Enable=false|boolean k", "ok" },
		{ "get ~LAN.10.Enable", "ok LAN.10.Enable=false:boolean" },
		{ "set ~LAN.10.Enable=true k", "ok" },
		{ "set ~LAN.10.Enable=yes k", "9003 Client LAN.10.Enable=9007" },
		{ "get ~LAN.10.Enable", "ok LAN.10.Enable=true:boolean" } } },
	{ "what Status 1 answers is there in the next session", TABLES,
	    { { "set ~F.Later=soon k", "ok status 1" }, { "restart", NULL },
		{ "get ~F.Later", "ok F.Later=soon:string" },
		{ "add ~Later. k", "ok #1 status 1" }, { "restart", NULL },
		{ "names+ ~Later.", "ok Later.1.!0" } } },
	{ "a vendor's parameters have names", VENDOR,
	    { { "names ~X_0000C1_Lamp.",
		  "ok X_0000C1_Lamp.=0 X_0000C1_Lamp.Colour!0 X_0000C1_Lamp.Timer.!0 "
		  "X_0000C1_Lamp.X_EXAMPLE_Hours=0 X_0000C1_Lamp.X_EXAMPLE_Note!0" },
		{ "add ~X_0000C1_Lamp.Timer. k", "ok #1" },
		{ "names+ ~X_0000C1_Lamp.Timer.", "ok X_0000C1_Lamp.Timer.1.!0" } } },
	{ "a vendor's parameters are set, and outlive a restart", VENDOR,
	    { { "set ~X_0000C1_Lamp.Colour=amber k", "ok" }, { "restart", NULL },
		{ "get ~X_0000C1_Lamp.",
		    "ok X_0000C1_Lamp.Colour=amber:string "
		    "X_0000C1_Lamp.X_EXAMPLE_Hours=17:unsignedInt X_0000C1_Lamp.X_EXAMPLE_Note=:string" },
		{ "set ~X_0000C1_Lamp.Colour=pink ~X_0000C1_Lamp.X_EXAMPLE_Hours=1 k",
		    "9003 Client X_0000C1_Lamp.Colour=9007 "
		    "X_0000C1_Lamp.X_EXAMPLE_Hours=9008" } } },

	/* ---- use cases -------------------------------------------------------------- */
	{ "credentials of PPP: set, the password is not read, a restart", GATEWAY,
	    { { "set " PPP "Username=alice " PPP "Password=s3cret k", "ok" },
		{ "get " PPP "Username " PPP "Password",
		    "ok " PPP_IS "Username=alice:string " PPP_IS "Password=:string" },
		{ "restart", NULL },
		{ "get " PPP "Username", "ok " PPP_IS "Username=alice:string" } } },
	{ "a port mapping is added, enabled and outlives a restart", GATEWAY,
	    { { "add " PPP "PortMapping. k", "ok #4" },
		{ "set " PPP "PortMapping.4.ExternalPort=2222 " PPP
		  "PortMapping.4.InternalPort=22 " PPP
		  "PortMapping.4.InternalClient=192.168.1.7 " PPP
		  "PortMapping.4.PortMappingEnabled=1 k",
		    "ok" },
		{ "restart", NULL },
		{ "get " PPP "PortMapping.4.ExternalPort " PPP
		  "PortMapping.4.PortMappingEnabled",
		    "ok " PPP_IS "PortMapping.4.ExternalPort=2222:unsignedInt " PPP_IS
		    "PortMapping.4.PortMappingEnabled=1:boolean" },
		{ "add " PPP "PortMapping. k", "ok #5" },
		{ "set " PPP "PortMapping.5.ExternalPort=2222 " PPP
		  "PortMapping.5.PortMappingEnabled=1 k",
		    "9003 Client " PPP_IS "PortMapping.5.ExternalPort=9007 " PPP_IS
		    "PortMapping.5.PortMappingEnabled=9007" } } },
	{ "the addresses that a DHCP server gives, and that it gives none", DEVICE2,
	    { { "set " POOL "MinAddress=192.168.1.50 " POOL "MaxAddress=192.168.1.60 k",
		  "ok" },
		{ "set " POOL "MinAddress=elsewhere k",
		    "9003 Client DHCPv4.Server.Pool.1.MinAddress=9007" },
		{ "set " POOL "Enable=0 k", "ok" }, { "restart", NULL },
		{ "get " POOL "MinAddress " POOL "MaxAddress " POOL "Enable",
		    "ok DHCPv4.Server.Pool.1.MinAddress=192.168.1.50:string "
		    "DHCPv4.Server.Pool.1.MaxAddress=192.168.1.60:string "
		    "DHCPv4.Server.Pool.1.Enable=0:boolean" } } },
	{ "a radio network is renamed and gets another passphrase", DEVICE2,
	    { { "set ~WiFi.SSID.1.SSID=lab ~WiFi.AccessPoint.1.Security.KeyPassphrase="
		"opensesame k",
		  "ok" },
		{ "restart", NULL },
		{ "get ~WiFi.SSID.1.SSID ~WiFi.AccessPoint.1.Security.KeyPassphrase",
		    "ok WiFi.SSID.1.SSID=lab:string "
		    "WiFi.AccessPoint.1.Security.KeyPassphrase=:string" },
		{ "set ~WiFi.AccessPoint.1.Security.KeyPassphrase=short k",
		    "9003 Client WiFi.AccessPoint.1.Security.KeyPassphrase=9007" } } },
	{ "a firewall is switched to another configuration", DEVICE2,
	    { { "set ~Firewall.Config=High k", "ok" }, { "restart", NULL },
		{ "get ~Firewall.Config", "ok Firewall.Config=High:string" },
		{ "set ~Firewall.Config=Highest k",
		    "9003 Client Firewall.Config=9007" } } },
};

/* What is written down is all that comes back. */
static void restart(struct device_stub *stub)
{
	struct model_values read = { .model = stub->model };
	auto_buf text = BUF_NULL;

	assert_int_equal(model_values_save(&stub->values, &text), 0);
	assert_int_equal(model_values_restore(&read, buf_str(&text)), 0);
	model_values_free(&stub->values);
	stub->values = read;
}

static void a_case_is_answered_as_told(void **state)
{
	const struct scene *scene = *state;
	struct device_stub *stub = stub_load(scene->model);

	for (size_t i = 0; i < ASKED_MAX && scene->rows[i].ask; i++) {
		if (scene->rows[i].answer)
			ask(stub, scene->rows[i].ask, scene->rows[i].answer);
		else
			restart(stub);
	}
	stub_free(stub);
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add_rows(&cases, a_case_is_answered_as_told, scenes);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
