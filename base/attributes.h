/* attributes.h - compiler attributes under names of our own. */
#ifndef WM_BASE_ATTRIBUTES_H
#define WM_BASE_ATTRIBUTES_H

#define WM_MUSTCHECK        __attribute__((warn_unused_result))
#define WM_FORMAT(fmt, va)  __attribute__((format(printf, fmt, va)))
#define WM_UNUSED           __attribute__((unused))
#define WM_CLEANUP(free_fn) __attribute__((cleanup(free_fn)))

/* How many elements an array (not a pointer) has. */
#define WM_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
