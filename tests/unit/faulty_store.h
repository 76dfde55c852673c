/* faulty_store.h - a store whose n-th call fails; linked with --wrap (engine.cmake). */
#ifndef WM_TESTS_FAULTY_STORE_H
#define WM_TESTS_FAULTY_STORE_H

#include "daemon/store/store.h"

struct faulty_store {
    int64_t fail_at; /* number of the call from now; 0: none */
    enum wm_status with;
    bool commit_is_done; /* commits alone fail, and have been done all the same */
    int64_t calls;       /* so far */
};

void faulty_store_arm(const struct faulty_store *how);
int64_t faulty_store_calls(void);
/* Calls that failed since the program began. */
int64_t faulty_store_landed(void);

#endif
