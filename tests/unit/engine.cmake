# The tests of daemon/engine: on a real SQLite store in a folder of their own, with a held clock.
add_library(wm_engine_fixture STATIC ${CMAKE_CURRENT_LIST_DIR}/engine_fixture.c)
target_link_libraries(wm_engine_fixture PUBLIC wm_engine wm_policy PkgConfig::CMOCKA)
target_compile_definitions(wm_engine_fixture PRIVATE
  WM_SCHEMAS="${PROJECT_SOURCE_DIR}/proto/schemas"
  WM_CONFIG="${PROJECT_SOURCE_DIR}/config"
  WM_ENGINE_DATA="${CMAKE_CURRENT_LIST_DIR}/data/engine")
foreach(name engine engine_clock engine_delivery engine_reader engine_faults engine_samples
    engine_versions)
  add_executable(test_${name} ${CMAKE_CURRENT_LIST_DIR}/test_${name}.c)
  target_link_libraries(test_${name} PRIVATE wm_engine_fixture)
  add_test(NAME unit.${name} COMMAND test_${name})
endforeach()
target_compile_definitions(test_engine_samples PRIVATE
  WM_SAMPLES="${PROJECT_SOURCE_DIR}/config/samples")

# A store whose n-th call fails stands between the engine and the real one.
add_executable(sim_engine ${CMAKE_CURRENT_LIST_DIR}/../sim/sim_engine.c)
target_link_libraries(sim_engine PRIVATE wm_engine_fixture)
foreach(name test_engine_faults sim_engine)
  target_sources(${name} PRIVATE ${CMAKE_CURRENT_LIST_DIR}/faulty_store.c)
endforeach()
add_test(NAME sim.engine COMMAND sim_engine 1 24)
foreach(call
    begin cases_load cases_save cases_due next_wake cases_touch cases_list events_add events_load
    seen_load seen_add touch refusals_add keys_add keys_find outbox_add outbox_claim outbox_next
    outbox_answer outbox_withdraw outbox_list outbox_release topics officers_load officers_save
    text_add meta_set totals commit)
  target_link_options(test_engine_faults PRIVATE LINKER:--wrap=wm_store_${call})
  target_link_options(sim_engine PRIVATE LINKER:--wrap=wm_store_${call})
endforeach()
