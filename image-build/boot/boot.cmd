# U-Boot reads this, compiled, from the first partition: it starts one of the card's two systems.
#
# One sector of the card, before the first partition, says in which order they are tried and how
# often each may still be: BOOT_ORDER, BOOT_A_LEFT, BOOT_B_LEFT, as RAUC writes them. A new system
# has three tries, one that came up well gets nine; one that never does runs out of them, and the
# other starts. A sector that cannot be read, as on a fresh card, means A.
setenv BOOT_ORDER "A B"
setenv BOOT_A_LEFT 3
setenv BOOT_B_LEFT 3
setenv at ${ramdisk_addr_r}
if ${devtype} read ${at} 0x800 1; then
    env import -c ${at} 0x200 BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT
fi

setenv part
for slot in ${BOOT_ORDER}; do
    if test -z "${part}" -a "${slot}" = A -a ${BOOT_A_LEFT} -gt 0; then
        if test -e ${devtype} ${devnum}:2 /boot/vmlinuz; then
            setenv part 2
            setexpr BOOT_A_LEFT ${BOOT_A_LEFT} - 1
        fi
    fi
    if test -z "${part}" -a "${slot}" = B -a ${BOOT_B_LEFT} -gt 0; then
        if test -e ${devtype} ${devnum}:3 /boot/vmlinuz; then
            setenv part 3
            setexpr BOOT_B_LEFT ${BOOT_B_LEFT} - 1
        fi
    fi
done
if test -z "${part}"; then
    echo "zgoda: no system has a try left; both get three."
    setenv part 2
    setenv BOOT_A_LEFT 2
    setenv BOOT_B_LEFT 3
fi
env export -c -s 0x200 ${at} BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT
${devtype} write ${at} 0x800 1

setenv slot A
if test ${part} = 3; then setenv slot B; fi
setenv console console=tty1
if test ${devtype} = virtio; then setenv console console=ttyAMA0; fi
# USB is held until the system has said what may be used; not where the card itself hangs on it.
setenv held usbcore.authorized_default=0
if test ${devtype} = usb; then setenv held; fi
setenv bootargs root=PARTUUID=7a676f64-0${part} ro rootwait ${console} ${held} quiet loglevel=4 panic=10 zgoda.slot=${slot} rauc.slot=${slot} systemd.gpt_auto=0
echo "zgoda: system ${slot}"
load ${devtype} ${devnum}:${part} ${kernel_addr_r} /boot/vmlinuz
load ${devtype} ${devnum}:${part} ${ramdisk_addr_r} /boot/initrd.img
setenv initrd ${ramdisk_addr_r}:${filesize}
if test -n "${fdt_addr}"; then
    booti ${kernel_addr_r} ${initrd} ${fdt_addr}
else
    booti ${kernel_addr_r} ${initrd} ${fdtcontroladdr}
fi
echo "zgoda: system ${slot} does not start; the next try follows."
sleep 5
reset
