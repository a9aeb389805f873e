// SPDX-License-Identifier: GPL-2.0-only
/*
 * Show the one-time programmable private key of a Raspberry Pi as a file of root's:
 * /sys/firmware/zgoda/board-key, 32 bytes in eight rows. A row of zeros is blank. Writing four bytes
 * at a row's place burns that row, for ever; only a blank row can be written, once and whole. On a
 * board whose firmware knows of no such key there is no file.
 *
 * Debian's kernel talks to the board's firmware, but gives nobody a way to ask for the key.
 */
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <soc/bcm2835/raspberrypi-firmware.h>

/* rpi-otp-private-key of Raspberry Pi's utilities asks so. */
#define GET_PRIVATE_KEY 0x00030081
#define SET_PRIVATE_KEY 0x00038081
#define ROWS 8
#define ROW_BYTES sizeof(__le32)
#define ANSWERED BIT(31) /* the firmware sets it in the header of each question that it knows */

struct question {
	struct rpi_firmware_property_tag_header header;
	__le32 first;
	__le32 count;
	__le32 rows[ROWS];
};

static struct rpi_firmware *firmware;
static struct kobject *folder;
static DEFINE_MUTEX(one_at_a_time);

/* Ask about the rows from first on; what the firmware does not know it leaves as it was. */
static int ask(u32 tag, struct question *asked, u32 first, u32 count)
{
	size_t size = offsetof(struct question, rows[count]);
	int wrong;

	asked->header.tag = tag;
	asked->header.buf_size = size - sizeof(asked->header);
	asked->header.req_resp_size = 0;
	asked->first = cpu_to_le32(first);
	asked->count = cpu_to_le32(count);
	wrong = rpi_firmware_property_list(firmware, asked, size);
	if (wrong)
		return wrong;
	return asked->header.req_resp_size & ANSWERED ? 0 : -EOPNOTSUPP;
}

static int read_rows(struct question *asked, u32 first, u32 count)
{
	memset(asked, 0, sizeof(*asked));
	return ask(GET_PRIVATE_KEY, asked, first, count);
}

static ssize_t board_key_read(struct file *file, struct kobject *kobj,
			      struct bin_attribute *attribute, char *to, loff_t at, size_t size)
{
	struct question asked;
	ssize_t got;
	int wrong;

	mutex_lock(&one_at_a_time);
	wrong = read_rows(&asked, 0, ROWS);
	mutex_unlock(&one_at_a_time);
	got = wrong ? wrong : memory_read_from_buffer(to, size, &at, asked.rows,
						      sizeof(asked.rows));
	memzero_explicit(&asked, sizeof(asked));
	return got;
}

/* Burn one row that is blank, and read it back: a board that is locked takes nothing and says yes. */
static int burn(u32 row, __le32 value)
{
	struct question asked;
	int wrong;

	wrong = read_rows(&asked, row, 1);
	if (!wrong && asked.rows[0])
		wrong = -EEXIST;
	if (!wrong) {
		memset(&asked, 0, sizeof(asked));
		asked.rows[0] = value;
		wrong = ask(SET_PRIVATE_KEY, &asked, row, 1);
	}
	if (!wrong)
		wrong = read_rows(&asked, row, 1);
	if (!wrong && asked.rows[0] != value)
		wrong = asked.rows[0] ? -EIO : -EROFS;
	memzero_explicit(&asked, sizeof(asked));
	return wrong;
}

static ssize_t board_key_write(struct file *file, struct kobject *kobj,
			       struct bin_attribute *attribute, char *from, loff_t at, size_t size)
{
	__le32 value;
	int wrong;

	if (size != ROW_BYTES || at % ROW_BYTES)
		return -EINVAL;
	memcpy(&value, from, ROW_BYTES);
	if (!value)
		return -EINVAL;
	mutex_lock(&one_at_a_time);
	wrong = burn(at / ROW_BYTES, value);
	mutex_unlock(&one_at_a_time);
	memzero_explicit(&value, sizeof(value));
	return wrong ? wrong : size;
}

static struct bin_attribute board_key = {
	.attr = { .name = "board-key", .mode = 0600 },
	.size = ROWS * ROW_BYTES,
	.read = board_key_read,
	.write = board_key_write,
};

static int show(void)
{
	struct question asked;
	int wrong = read_rows(&asked, 0, ROWS);

	memzero_explicit(&asked, sizeof(asked));
	if (wrong)
		return wrong;
	folder = kobject_create_and_add("zgoda", firmware_kobj);
	if (!folder)
		return -ENOMEM;
	wrong = sysfs_create_bin_file(folder, &board_key);
	if (wrong)
		kobject_put(folder);
	return wrong;
}

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
	wrong = show();
	if (wrong)
		rpi_firmware_put(firmware);
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
MODULE_DESCRIPTION("The one-time programmable key of a Raspberry Pi, for root to read and to burn once");
MODULE_LICENSE("GPL");
