# Installation: which file goes where. Files that only the Debian package contains have the component
# debian.

# Compresses the file as Debian requires, without a time stamp; `out` is set to the result's path.
find_program(GZIP gzip REQUIRED)
function(compressed file name out)
  set(result ${PROJECT_BINARY_DIR}/packaging/${name}.gz)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/packaging)
  execute_process(COMMAND ${GZIP} -9nc ${file} OUTPUT_FILE ${result} COMMAND_ERROR_IS_FATAL ANY)
  set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  set(${out} ${result} PARENT_SCOPE)
endfunction()

set(data ${CMAKE_INSTALL_DATADIR}/wgaudit)
install(TARGETS wgaudit RUNTIME DESTINATION ${CMAKE_INSTALL_SBINDIR})
install(FILES patterns/wireguard.patterns DESTINATION ${data}/patterns)
install(FILES rsyslog/10-wgaudit.conf rsyslog/10-wgaudit-simple.conf rsyslog/10-wgaudit-unix.conf
        DESTINATION ${data}/rsyslog)
install(FILES packaging/wgaudit.toml packaging/names.toml packaging/wgaudit.nft
              packaging/modprobe.conf packaging/sysctl.conf packaging/logrotate.conf
              packaging/record.schema.json packaging/undoable_steps.sh packaging/wg_monitor.py
        DESTINATION ${data})
install(DIRECTORY packaging/prometheus DESTINATION ${data})
install(PROGRAMS packaging/hand_over packaging/take_over_wg_monitor DESTINATION ${data})
install(DIRECTORY doc/ DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES rsyslog/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME rsyslog.md)

# systemd also reads units below /usr/local.
install(DIRECTORY packaging/systemd/ DESTINATION lib/systemd/system)
install(FILES packaging/sysusers.conf DESTINATION lib/sysusers.d RENAME wgaudit.conf)

install(FILES packaging/completion.bash
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME wgaudit)
foreach(page wgaudit.8 wgaudit.toml.5 wgaudit-patterns.5)
  string(REGEX MATCH "[0-9]$" section ${page})
  compressed(${PROJECT_SOURCE_DIR}/packaging/man/${page} ${page} compressed_page)
  install(FILES ${compressed_page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
