# The tests of daemon/policy/: its library alone, with a catalogue, people and calendars of their own.
foreach(name findings workflow settings calendar people graph mutations)
  add_executable(test_policy_${name} ${CMAKE_CURRENT_LIST_DIR}/test_policy_${name}.c
    ${CMAKE_CURRENT_LIST_DIR}/policy_fixture.c)
  target_link_libraries(test_policy_${name} PRIVATE wm_policy PkgConfig::CMOCKA)
  target_compile_definitions(test_policy_${name} PRIVATE
    WM_POLICY_DATA="${CMAKE_CURRENT_LIST_DIR}/data/policy"
    WM_CONFIG_DIR="${PROJECT_SOURCE_DIR}/config")
  add_test(NAME unit.policy_${name} COMMAND test_policy_${name})
endforeach()
