#!/bin/bash
# Process 1 of the machine: a card's system from this computer's own programs, and one script in it.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
modules=/usr/lib/uml/modules/$(uname -r)/kernel
for module in drivers/block/loop drivers/md/dm-mod drivers/md/dm-bufio drivers/md/dm-verity \
    fs/squashfs/squashfs fs/fat/fat fs/fat/vfat fs/nls/nls_cp437 fs/nls/nls_ascii \
    fs/nls/nls_iso8859-1 fs/nls/nls_utf8 fs/overlayfs/overlay; do
    insmod "$modules/$module.ko"
done
word() { sed -n "s/.* zgoda\.$1=\(\S*\).*/\1/p" /proc/cmdline; }

# What is written stays in memory, as on a card.
root=/run/root
mkdir -p /run/upper /run/work "$root"
mount -t overlay overlay -o lowerdir=/,upperdir=/run/upper,workdir=/run/work "$root"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs tmpfs "$root/run"
mkdir -p "$root/data" "$root/run/dbus" "$root/run/host"
mount -t ext4 /dev/ubda3 "$root/data"
mount -t hostfs none "$root/run/host" -o "hostfs=$(word host)"
cp -r "$root/run/host/files/." "$root/"

# udev's names, for a card and a stick.
mkdir -p /dev/disk/by-partuuid /dev/disk/by-id
ln -s /dev/ubda /dev/zgoda-card
ln -s /dev/ubda1 /dev/disk/by-partuuid/7a676f64-02
ln -s /dev/ubda2 /dev/disk/by-partuuid/7a676f64-03
[[ ! -e /dev/ubdb ]] || ln -s /dev/ubdb /dev/disk/by-id/usb-stick-0:0
ln -sf /proc/self/fd /dev/fd

chroot "$root" dbus-daemon --system --fork --nopidfile
chroot "$root" rauc --mount=/run/rauc/mnt service >"$root/run/host/rauc.log" 2>&1 &
chroot "$root" /bin/bash /run/host/script
echo "machine: the script ended with $?"
umount "$root/data"
sync
echo o >/proc/sysrq-trigger
read -r -t 60 _ <>/dev/zero
