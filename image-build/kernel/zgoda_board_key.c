// SPDX-License-Identifier: GPL-2.0-only
/*
 * Show the one-time programmable private key of a Raspberry Pi as a file that root alone may read:
 * /sys/firmware/zgoda/board-key, 32 bytes. All of them are zero on a board where nobody has
 * written one. Nothing can be written this way.
 *
 * Debian's kernel talks to the board's firmware, but gives nobody a way to ask for the key.
 */
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <soc/bcm2835/raspberrypi-firmware.h>

#define GET_PRIVATE_KEY 0x00030081 /* rpi-otp-private-key of Raspberry Pi's utilities asks so */
#define WORDS 8

struct question {
	__le32 first;
	__le32 count;
	__le32 words[WORDS];
};

static struct rpi_firmware *firmware;
static struct kobject *folder;

static ssize_t board_key_read(struct file *file, struct kobject *kobj,
			      struct bin_attribute *attribute, char *to, loff_t at, size_t size)
{
	struct question asked = { .count = cpu_to_le32(WORDS) };
	ssize_t got;
	int wrong;

	wrong = rpi_firmware_property(firmware, GET_PRIVATE_KEY, &asked, sizeof(asked));
	got = wrong ? wrong : memory_read_from_buffer(to, size, &at, asked.words,
						      sizeof(asked.words));
	memzero_explicit(&asked, sizeof(asked));
	return got;
}

static struct bin_attribute board_key = {
	.attr = { .name = "board-key", .mode = 0400 },
	.size = WORDS * sizeof(__le32),
	.read = board_key_read,
};

static int __init begin(void)
{
	struct device_node *node = rpi_firmware_find_node();
	int wrong;

	if (!node)
		return -ENODEV;
	firmware = rpi_firmware_get(node);
	of_node_put(node);
	if (!firmware)
		return -EPROBE_DEFER;
	folder = kobject_create_and_add("zgoda", firmware_kobj);
	wrong = folder ? sysfs_create_bin_file(folder, &board_key) : -ENOMEM;
	if (wrong) {
		kobject_put(folder);
		rpi_firmware_put(firmware);
	}
	return wrong;
}

static void __exit end(void)
{
	sysfs_remove_bin_file(folder, &board_key);
	kobject_put(folder);
	rpi_firmware_put(firmware);
}

module_init(begin);
module_exit(end);
MODULE_DESCRIPTION("The one-time programmable key of a Raspberry Pi, for root to read");
MODULE_LICENSE("GPL");
