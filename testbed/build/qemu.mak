# What QEMU's machine for guests is built with; see qemu.sh
CONFIG_ARM_VIRT=y
CONFIG_VIRTIO_PCI=y
CONFIG_VIRTIO_BLK=y
