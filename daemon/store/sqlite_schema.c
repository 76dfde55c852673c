/* sqlite_schema.c - the tables, as numbered steps from one version to the next.
 *
 * A step that was released is never changed. Every key leads with `org`. Tables with long rows keep
 * a rowid: without one, rows above a quarter of a page would spill into pages of their own. */
#include "daemon/store/sqlite.h"

const char *const wm_sqlite_migrations[WM_SCHEMA_VERSION] = {
    /* 1 */
    "create table cases ("
    " org text not null, ref text not null, workflow text not null, version integer not null,"
    " state text not null, officer text, customer text, seq integer not null,"
    " opened_us integer not null, closed_us integer, wake_us integer, last_us integer not null,"
    " next_due_us integer, next_clock text, weight integer not null, is_open integer not null,"
    " breached integer not null, snapshot text not null,"
    " primary key (org, ref)) strict;"
    "create index cases_wake on cases (org, wake_us) where wake_us is not null;"
    "create index cases_customer on cases (org, customer, ref) where customer is not null;"
    /* Carries what the counters ask, so that they never read the cases themselves. */
    "create index cases_open on cases (org, officer, ref, weight, workflow, version,"
    " is_open) where is_open = 1;"

    "create table events ("
    " org text not null, kind integer not null, ref text not null, seq integer not null,"
    " step integer not null, is_primary integer not null, source text, id text,"
    " type text not null, occurred_us integer not null, recorded_us integer not null, actor text,"
    " from_state text, to_state text, officer text, outcome text, transition integer not null,"
    " violations text, effects text, inputs text, body text,"
    " primary key (org, kind, ref, seq)) strict;"

    "create table seen ("
    " org text not null, source text not null, id text not null, digest blob not null,"
    " kind integer not null, ref text not null, seq integer not null, state text,"
    " recorded_us integer not null,"
    " primary key (org, source, id)) strict, without rowid;"

    "create table refusals ("
    " org text not null, ref text not null, number integer not null, source text, id text,"
    " type text, actor text, code text not null, field text, message text not null,"
    " recorded_us integer not null,"
    " primary key (org, ref, number)) strict;"

    "create table keys ("
    " org text not null, kind text not null, value text not null, ref text not null,"
    " since_us integer not null,"
    " primary key (org, kind, value, ref)) strict, without rowid;"

    "create table outbox ("
    " number integer primary key, org text not null, id text not null, topic text not null,"
    " ref text not null, type text not null, cause text, turn integer, done integer,"
    " due_us integer not null, made_us integer not null, not_before_us integer not null,"
    " available_us integer not null, lease integer not null, attempts integer not null,"
    " reason text, body text,"
    " unique (org, id)) strict;"
    /* What is not done, by where it stands; what may go comes first, in order of making. */
    "create index outbox_turn on outbox (org, turn, topic, due_us, number)"
    " where turn is not null;"
    /* The queue of a case, and its dead letters. */
    "create index outbox_queue on outbox (org, topic, ref, number) where turn is not null;"
    "create index outbox_cause on outbox (org, cause) where cause is not null;"

    "create table officers ("
    " org text not null, id text not null, body text not null, seq integer not null,"
    " last_assigned_us integer not null,"
    " primary key (org, id)) strict;"

    "create table texts ("
    " org text not null, kind integer not null, name text not null, version text not null,"
    " digest text not null, text text not null,"
    " primary key (org, kind, name, version)) strict;"

    "create table meta ("
    " org text not null, name text not null, value text not null,"
    " primary key (org, name)) strict, without rowid;"

    "create table touches ("
    " org text not null primary key, count integer not null) strict, without rowid;"};
