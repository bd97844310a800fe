#!/bin/sh
# Run by dpkg and rpm as root after the files are in place.
set -e

ln -sf /opt/Strongroom/bin/strongroom /usr/bin/strongroom

# Chromium confines its pages by user namespaces. Only where the kernel gives none, a helper with the set-user-ID bit does it.
if [ -e /opt/Strongroom/chrome-sandbox ]; then
  if unshare --user true 2>/dev/null; then
    chmod 0755 /opt/Strongroom/chrome-sandbox
  else
    chmod 4755 /opt/Strongroom/chrome-sandbox
  fi
fi

# Since Ubuntu 24.04 a program needs a profile to be given user namespaces.
profile=/opt/Strongroom/resources/apparmor-profile
if [ -e "$profile" ] && apparmor_status --enabled 2>/dev/null &&
  apparmor_parser --skip-kernel-load --debug "$profile" >/dev/null 2>&1; then
  cp -f "$profile" /etc/apparmor.d/strongroom
  apparmor_parser --replace --write-cache --skip-read-cache /etc/apparmor.d/strongroom || true
fi

# The desktop learns of the program, and that a double click on a sealed backup opens it.
if command -v update-mime-database >/dev/null; then update-mime-database /usr/share/mime || true; fi
if command -v update-desktop-database >/dev/null; then update-desktop-database -q /usr/share/applications || true; fi
if command -v gtk-update-icon-cache >/dev/null; then gtk-update-icon-cache -q -t -f /usr/share/icons/hicolor || true; fi
