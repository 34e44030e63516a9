/* Loaded before libfido2 (LD_PRELOAD): shows it the security keys of authenticator.py instead of
 * those that are plugged in. It takes the place of libudev, which lists devices, and of the kernel's
 * hidraw devices; of libfido2 and of the program under test nothing is replaced.
 *
 * QORGAN_TEST_KEYS names the folders of the keys, with a colon between them; unset or empty, none
 * is plugged in. */
#include <dlfcn.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/hidraw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define NODE "/dev/hidraw-of-a-test:"
#define KEYS 16
#define DESCRIPTORS 256

/* ---- The list of devices, as libudev gives it -------------------------------------------- */

struct udev_list_entry {
	char folder[200], node[sizeof NODE + 200], product[64];
};
static struct udev_list_entry entries[KEYS];
static size_t entry_count;
static char handle; /* of what is opaque */

/* The word after "product": in the key's state. */
static void product_read(struct udev_list_entry *entry)
{
	char path[240], text[4096] = "";
	snprintf(path, sizeof path, "%s/key.json", entry->folder);
	FILE *file = fopen(path, "re");
	size_t size = file ? fread(text, 1, sizeof text - 1, file) : 0;
	char *at = strstr(text, "\"product\": \"");

	text[size] = '\0';
	snprintf(entry->product, sizeof entry->product, "%.*s", at ? (int)strcspn(at + 12, "\"") : 0, at ? at + 12 : "");
	if (file)
		fclose(file);
}

void *udev_new(void)
{
	return &handle;
}
void *udev_unref(void *udev)
{
	(void)udev;
	return NULL;
}
void *udev_enumerate_new(void *udev)
{
	return udev;
}
void *udev_enumerate_unref(void *list)
{
	(void)list;
	return NULL;
}
int udev_enumerate_add_match_subsystem(void *list, const char *subsystem)
{
	(void)list;
	return strcmp(subsystem, "hidraw") == 0 ? 0 : -1;
}
int udev_enumerate_scan_devices(void *list)
{
	const char *folders = getenv("QORGAN_TEST_KEYS");

	(void)list;
	entry_count = 0;
	while (folders && *folders && entry_count < KEYS) {
		struct udev_list_entry *entry = &entries[entry_count++];
		size_t size = strcspn(folders, ":");
		snprintf(entry->folder, sizeof entry->folder, "%.*s", (int)size, folders);
		snprintf(entry->node, sizeof entry->node, NODE "%.*s", (int)size, folders);
		product_read(entry);
		folders += size + (folders[size] == ':');
	}
	return 0;
}
struct udev_list_entry *udev_enumerate_get_list_entry(void *list)
{
	(void)list;
	return entry_count ? entries : NULL;
}
struct udev_list_entry *udev_list_entry_get_next(struct udev_list_entry *entry)
{
	return entry + 1 < entries + entry_count ? entry + 1 : NULL;
}
const char *udev_list_entry_get_name(struct udev_list_entry *entry)
{
	return entry->node;
}
void *udev_device_new_from_syspath(void *udev, const char *path)
{
	(void)udev;
	for (size_t i = 0; i < entry_count; i++)
		if (strcmp(entries[i].node, path) == 0)
			return &entries[i];
	return NULL;
}
void *udev_device_unref(void *device)
{
	(void)device;
	return NULL;
}
const char *udev_device_get_devnode(struct udev_list_entry *device)
{
	return device->node;
}
void *udev_device_get_parent_with_subsystem_devtype(void *device, const char *subsystem, const char *type)
{
	(void)subsystem, (void)type;
	return device;
}
const char *udev_device_get_sysattr_value(struct udev_list_entry *device, const char *name)
{
	if (strcmp(name, "uevent") == 0)
		return "HID_ID=0003:00001209:00000001\n";
	return strcmp(name, "product") == 0 ? device->product : "Qorgan's tests";
}

/* ---- The device, as the kernel's hidraw gives it ------------------------------------------- */

/* FIDO's usage page; reports of 64 bytes each way. */
static const unsigned char descriptor[] = { 0x06, 0xd0, 0xf1, 0x09, 0x01, 0xa1, 0x01, 0x09, 0x20, 0x15, 0x00, 0x26,
	                                        0xff, 0x00, 0x75, 0x08, 0x95, 0x40, 0x81, 0x02, 0x09, 0x21, 0x15, 0x00,
	                                        0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x40, 0x91, 0x02, 0xc0 };
static char is_key[DESCRIPTORS];

/* The program under test may open no socket any more when it looks for a key: a process that was
 * started before plugs keys in for it, and hands the descriptors over. */
static int plugs = -1; /* to that process */

static int key_plug(const char *folder)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int plug = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if ((size_t)snprintf(address.sun_path, sizeof address.sun_path, "%s/usb", folder) >= sizeof address.sun_path)
		return -1;
	if (plug >= 0 && connect(plug, (struct sockaddr *)&address, sizeof address) == 0)
		return plug;
	if (plug >= 0)
		close(plug);
	return -1;
}

union rights {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

/* Answers each folder with a descriptor, or without. */
static void plugs_serve(int requests)
{
	char folder[200];
	ssize_t size;

	while ((size = recv(requests, folder, sizeof folder - 1, 0)) > 0) {
		folder[size] = '\0';
		int plug = key_plug(folder);
		char byte = plug >= 0;
		struct iovec part = { &byte, 1 };
		union rights rights = { .head = { CMSG_LEN(sizeof plug), SOL_SOCKET, SCM_RIGHTS } };
		struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
		if (plug >= 0) {
			memcpy(CMSG_DATA(&rights.head), &plug, sizeof plug);
			message.msg_control = &rights;
			message.msg_controllen = sizeof rights;
		}
		sendmsg(requests, &message, MSG_NOSIGNAL);
		if (plug >= 0)
			close(plug);
	}
	_exit(0);
}

__attribute__((constructor)) static void plugs_start(void)
{
	const char *folders = getenv("QORGAN_TEST_KEYS");
	int ends[2];

	if (!folders || !*folders || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return;
	/* A grandchild, which nobody waits for, and which holds no pipe of the program's open. */
	pid_t child = fork();
	if (child == 0) {
		if (fork() == 0) {
			int last = dup2(ends[1], 3) == 3 ? 4 : DESCRIPTORS;
			for (int file = last; file < DESCRIPTORS; file++)
				close(file);
			for (int file = 0; file < 3; file++)
				close(file);
			plugs_serve(3);
		}
		_exit(0);
	}
	if (child > 0)
		waitpid(child, NULL, 0);
	close(ends[1]);
	plugs = ends[0];
}

static int key_connect(const char *folder)
{
	union rights rights = { .head = { 0 } };
	char byte = 0;
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &rights, .msg_controllen = sizeof rights };
	int plug = -1;

	if (plugs < 0 || write(plugs, folder, strlen(folder)) < 0 || recvmsg(plugs, &message, MSG_CMSG_CLOEXEC) != 1 ||
	    !byte)
		return -1;
	memcpy(&plug, CMSG_DATA(&rights.head), sizeof plug);
	if (plug >= 0 && plug < DESCRIPTORS)
		is_key[plug] = 1;
	return plug;
}

int open(const char *path, int flags, ...)
{
	int (*next)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
	va_list list;

	va_start(list, flags);
	int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, int) : 0;
	va_end(list);
	return strncmp(path, NODE, strlen(NODE)) == 0 ? key_connect(path + strlen(NODE)) : next(path, flags, mode);
}

int close(int file)
{
	int (*next)(int) = dlsym(RTLD_NEXT, "close");

	if (file >= 0 && file < DESCRIPTORS)
		is_key[file] = 0;
	return next(file);
}

int fstat(int file, struct stat *status)
{
	int (*next)(int, struct stat *) = dlsym(RTLD_NEXT, "fstat");
	int failed = next(file, status);

	if (!failed && file >= 0 && file < DESCRIPTORS && is_key[file])
		status->st_mode = S_IFCHR | 0600;
	return failed;
}

int ioctl(int file, unsigned long request, ...)
{
	int (*next)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
	va_list list;

	va_start(list, request);
	void *argument = va_arg(list, void *);
	va_end(list);
	if (file < 0 || file >= DESCRIPTORS || !is_key[file])
		return next(file, request, argument);
	if (request == HIDIOCGRDESCSIZE) {
		*(int *)argument = sizeof descriptor;
	} else if (request == HIDIOCGRDESC) {
		struct hidraw_report_descriptor *to = argument;
		memcpy(to->value, descriptor, sizeof descriptor);
	} else {
		return -1;
	}
	return 0;
}
