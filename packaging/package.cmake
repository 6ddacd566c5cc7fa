# The Debian package: `cpack --config build/release/CPackConfig.cmake`.

compressed(${PROJECT_SOURCE_DIR}/packaging/debian/changelog changelog changelog)
install(FILES packaging/wgaudit.toml DESTINATION /etc/wgaudit COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES packaging/rsyslog.conf DESTINATION /etc/rsyslog.d RENAME 10-wgaudit.conf
        COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES packaging/logrotate.conf DESTINATION /etc/logrotate.d RENAME wgaudit
        COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES ${changelog} packaging/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR}
        COMPONENT debian EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_INSTALL_CMAKE_PROJECTS "${PROJECT_BINARY_DIR};wgaudit;ALL;/"
    "${PROJECT_BINARY_DIR};wgaudit;debian;/")
set(CPACK_PACKAGE_CONTACT "The wgaudit authors <authors@wgaudit.invalid>")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "wireguard-tools, rsyslog, init-system-helpers (>= 1.54), systemd | systemd-sysusers")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "logrotate")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "nftables")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "record of who was on a WireGuard VPN, and from where
WireGuard keeps no log. wgaudit joins the kernel's debug messages, which
rsyslog forwards to it, with what wg(8) shows, and records who was connected,
from where, since when, until when and why it ended, who tried and failed, and
what may have been missed.
.
The records are JSON lines in a sealed chain that shows later changes; beside
them is a text log, and a program can be run for each change.
.
Purging the package deletes the records.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${PROJECT_SOURCE_DIR}/packaging/debian/conffiles
    ${PROJECT_SOURCE_DIR}/packaging/debian/postinst
    ${PROJECT_SOURCE_DIR}/packaging/debian/prerm
    ${PROJECT_SOURCE_DIR}/packaging/debian/postrm)
include(CPack)
