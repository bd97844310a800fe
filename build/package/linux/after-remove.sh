#!/bin/sh
# Run by dpkg (remove, purge, upgrade) and by rpm (how many versions are left) as root after the files are gone.
set -e

case "$1" in
  remove | purge | 0)
    if [ "$(readlink /usr/bin/strongroom)" = /opt/Strongroom/bin/strongroom ]; then rm -f /usr/bin/strongroom; fi
    if [ -e /etc/apparmor.d/strongroom ]; then
      if apparmor_status --enabled 2>/dev/null; then apparmor_parser --remove /etc/apparmor.d/strongroom || true; fi
      rm -f /etc/apparmor.d/strongroom
    fi
    if command -v update-mime-database >/dev/null; then update-mime-database /usr/share/mime || true; fi
    if command -v update-desktop-database >/dev/null; then update-desktop-database -q /usr/share/applications || true; fi
    ;;
esac

if [ "$1" = purge ]; then
  echo 'Strongroom leaves what belongs to people: homes (~/.local/share/strongroom unless another folder was chosen),'
  echo 'their windows (~/.config/Strongroom), buckets, sealed backups and tokens. Whoever owns one deletes it by hand.'
fi
