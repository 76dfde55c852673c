/* sqlite_statements.c - every statement that runs in a batch, as SQL. ?1 is the organisation.
 *
 * `indexed by` makes it a failure, not a slow day, when a statement and the index that it was
 * written for part ways. */
#include "daemon/store/sqlite_statements.h"

#define CASE_COLUMNS                                                                \
    "ref, workflow, version, state, officer, customer, seq, opened_us, closed_us, " \
    "wake_us, last_us, next_due_us, next_clock, weight, is_open, breached"

#define MESSAGE_COLUMNS                                                                           \
    "number, id, topic, ref, type, cause, coalesce(turn, done), due_us, made_us, not_before_us, " \
    "available_us, lease, attempts, reason"

/* Of a filter: null or 0 asks nothing. ?7 is now. */
#define CASE_FILTER                                                                      \
    "(?2 is null or workflow = ?2) and (?3 is null or state = ?3)"                       \
    " and (?4 is null or officer = ?4) and (?5 is null or customer = ?5)"                \
    " and (?6 = 0 or officer is null) and (?8 = 0 or breached = 1 or next_due_us <= ?7)" \
    " and (?9 is null or next_due_us < ?9) and (?10 = 0 or last_us < ?10)"               \
    " and (?11 = 0 or is_open = 1) and ref > ?12 order by ref limit ?13"

/* The queue of a case on a topic: whose time has come, and not done. */
#define QUEUE "org = ?1 and topic = ?2 and ref = ?3 and turn <> 3 and turn <> 6"

/* The queue that the message with this number is or was in. */
#define QUEUE_OF                                                                     \
    "org = ?1 and topic = (select topic from outbox where org = ?1 and number = ?2)" \
    " and ref = (select ref from outbox where org = ?1 and number = ?2)"             \
    " and turn <> 3 and turn <> 6"

const char *const wm_sqlite_statements[WM_SQL_COUNT] = {
    [WM_SQL_BEGIN] = "begin immediate",
    [WM_SQL_BEGIN_READ] = "begin",
    [WM_SQL_COMMIT] = "commit",
    [WM_SQL_ROLLBACK] = "rollback",
    [WM_SQL_TOUCH] = "insert into touches (org, count) values (?1, 1)"
                     " on conflict (org) do update set count = count + 1",

    /* ---- cases */
    [WM_SQL_CASE_LOAD] = "select " CASE_COLUMNS ", snapshot from cases where org = ?1 and ref = ?2",
    [WM_SQL_CASE_SAVE] =
        "insert into cases (org, " CASE_COLUMNS ", snapshot) values"
        " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"
        " on conflict (org, ref) do update set"
        " workflow = excluded.workflow, version = excluded.version, state = excluded.state,"
        " officer = excluded.officer, customer = excluded.customer, seq = excluded.seq,"
        " opened_us = excluded.opened_us, closed_us = excluded.closed_us,"
        " wake_us = excluded.wake_us, last_us = excluded.last_us,"
        " next_due_us = excluded.next_due_us, next_clock = excluded.next_clock,"
        " weight = excluded.weight, is_open = excluded.is_open, breached = excluded.breached,"
        " snapshot = excluded.snapshot",
    /* The ordinary change: what the indexes of open cases and of customers hold stays as it is, and
     * SQLite need not write them anew. */
    [WM_SQL_CASE_UPDATE] =
        "update cases set state = ?5, seq = ?8, opened_us = ?9, closed_us = ?10, wake_us = ?11,"
        " last_us = ?12, next_due_us = ?13, next_clock = ?14, breached = ?17, snapshot = ?18"
        " where org = ?1 and ref = ?2 and workflow = ?3 and version = ?4 and officer is ?6"
        " and customer is ?7 and weight = ?15 and is_open = ?16",
    [WM_SQL_CASES_DUE] = "select ref from cases indexed by cases_wake"
                         " where org = ?1 and wake_us is not null and wake_us <= ?2"
                         " order by wake_us limit ?3",
    [WM_SQL_NEXT_WAKE] = "select wake_us from cases indexed by cases_wake"
                         " where org = ?1 and wake_us is not null order by wake_us limit 1",
    [WM_SQL_CASES_OF] = "select ref from cases indexed by cases_open"
                        " where org = ?1 and is_open = 1 and officer is ?2 and ref > ?3"
                        " order by ref limit ?4",
    /* A case that is overdue already keeps its place among the due. */
    [WM_SQL_CASE_WAKE] = "update cases set wake_us = min(coalesce(wake_us, ?3), ?3)"
                         " where org = ?1 and ref = ?2",
    [WM_SQL_CASES_LIST] = "select " CASE_COLUMNS ", iif(?14, snapshot, null) from cases"
                          " where org = ?1 and " CASE_FILTER,
    [WM_SQL_CASES_LIST_CUSTOMER] = "select " CASE_COLUMNS ", iif(?14, snapshot, null) from cases"
                                   " indexed by cases_customer where org = ?1 and customer = ?5"
                                   " and " CASE_FILTER,
    [WM_SQL_CASES_LIST_OFFICER] = "select " CASE_COLUMNS ", iif(?14, snapshot, null) from cases"
                                  " indexed by cases_open where org = ?1 and is_open = 1"
                                  " and officer is ?4 and " CASE_FILTER,

    /* ---- history */
    [WM_SQL_EVENT_ADD] =
        "insert into events (org, kind, ref, seq, step, is_primary, source, id, type,"
        " occurred_us, recorded_us, actor, from_state, to_state, officer, outcome, transition,"
        " violations, effects, inputs, body) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
        " ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
    [WM_SQL_EVENTS_LOAD] =
        "select kind, ref, seq, step, is_primary, source, id, type, occurred_us, recorded_us,"
        " actor, from_state, to_state, officer, outcome, transition, violations, effects, inputs,"
        " body from events where org = ?1 and kind = ?2 and ref = ?3 and seq > ?4"
        " order by seq limit ?5",
    [WM_SQL_SEEN_LOAD] = "select source, id, digest, kind, ref, seq, state, recorded_us from seen"
                         " where org = ?1 and source = ?2 and id = ?3",
    [WM_SQL_SEEN_ADD] =
        "insert into seen (org, source, id, digest, kind, ref, seq, state, recorded_us)"
        " values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [WM_SQL_REFUSAL_ADD] =
        "insert into refusals (org, ref, number, source, id, type, actor, code, field, message,"
        " recorded_us) values (?1, ?2, (select coalesce(max(number), 0) + 1 from refusals"
        " where org = ?1 and ref = ?2), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [WM_SQL_REFUSAL_TRIM] = "delete from refusals where org = ?1 and ref = ?2 and number <="
                            " (select max(number) from refusals where org = ?1 and ref = ?2) - ?3",
    [WM_SQL_REFUSALS_LOAD] =
        "select ref, source, id, type, actor, code, field, message, recorded_us from refusals"
        " where org = ?1 and ref = ?2 order by number",

    /* ---- keys */
    [WM_SQL_KEY_ADD] =
        "insert into keys (org, kind, value, ref, since_us)"
        " values (?1, ?2, ?3, ?4, ?5) on conflict (org, kind, value, ref) do nothing",
    [WM_SQL_KEY_DROP] = "delete from keys where org = ?1 and kind = ?2 and value = ?3 and ref = ?4",
    [WM_SQL_KEYS_FIND] = "select kind, value, ref, since_us from keys"
                         " where org = ?1 and kind = ?2 and value = ?3"
                         " order by since_us desc, ref desc limit ?4",

    /* ---- outbox: enum wm_turn says what the numbers of `turn` mean */
    [WM_SQL_MESSAGE_ADD] =
        "insert into outbox (org, topic, ref, id, type, cause, made_us, not_before_us, due_us,"
        " body, turn, available_us, lease, attempts)"
        " values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, case when ?8 > 0 then 3"
        " when exists (select 1 from outbox indexed by outbox_queue where " QUEUE ") then 4"
        " else 1 end, 0, 0, 0)",
    [WM_SQL_REST_ENDS] =
        "update outbox not indexed set turn = 1, due_us = 0 where org = ?1 and number in"
        " (select number from outbox indexed by outbox_turn where org = ?1"
        " and turn = 2 and topic = ?2 and due_us <= ?3 order by due_us limit ?4)",
    [WM_SQL_FUTURE_ENDS] =
        "update outbox not indexed set turn = 4, due_us = 0 where org = ?1 and number in"
        " (select number from outbox indexed by outbox_turn where org = ?1"
        " and turn = 3 and topic = ?2 and due_us <= ?3 order by due_us limit ?4)"
        " returning number",
    [WM_SQL_TURN_OF] = "select number, turn from outbox indexed by outbox_queue where " QUEUE_OF
                       " and turn <> 4 order by number limit 1",
    [WM_SQL_BLOCK] = "update outbox set turn = 4, due_us = 0 where org = ?1 and number = ?2",
    [WM_SQL_NEXT_TURN] = "update outbox set turn = iif(available_us > 0, 2, 1),"
                         " due_us = available_us where org = ?1 and number ="
                         " (select number from outbox indexed by outbox_queue where " QUEUE_OF
                         " order by number limit 1)",
    /* Not while an earlier one of its case has come due and is not in the queue yet. */
    [WM_SQL_CLAIM] =
        "select " MESSAGE_COLUMNS ", body from outbox as m indexed by outbox_turn"
        " where org = ?1 and turn = 1 and topic = ?2 and due_us = 0 and not exists"
        " (select 1 from outbox as e indexed by outbox_queue where e.org = ?1 and e.topic = ?2"
        " and e.ref = m.ref and e.number < m.number and e.turn = 3"
        " and e.due_us <= ?3) order by number limit ?4",
    [WM_SQL_LEASE] = "update outbox set turn = 5, due_us = ?3, lease = lease + 1,"
                     " attempts = attempts + 1 where org = ?1 and number = ?2",
    [WM_SQL_OUTBOX_NEXT] =
        "select (select due_us from outbox indexed by outbox_turn where org = ?1 and turn = 2"
        " and topic = ?2 and due_us > ?3 order by due_us limit 1),"
        " (select due_us from outbox indexed by outbox_turn where org = ?1 and turn = 3"
        " and topic = ?2 and due_us > ?4 order by due_us limit 1)",
    [WM_SQL_ANSWER_ACK] =
        "update outbox set turn = null, done = 7, due_us = 0, body = null, reason = null"
        " where org = ?1 and id = ?2 and lease = ?3 and turn = 5"
        " returning number",
    [WM_SQL_ANSWER_LATER] = "update outbox set turn = 4, due_us = 0, available_us = ?4,"
                            " attempts = attempts - ?5, reason = ?6"
                            " where org = ?1 and id = ?2 and lease = ?3 and turn = 5"
                            " returning number",
    [WM_SQL_ANSWER_EXTEND] = "update outbox set due_us = ?4"
                             " where org = ?1 and id = ?2 and lease = ?3 and turn = 5"
                             " returning number",
    [WM_SQL_ANSWER_DEAD] = "update outbox set turn = 6, due_us = 0, reason = ?4"
                           " where org = ?1 and id = ?2 and lease = ?3 and turn = 5"
                           " returning number",
    [WM_SQL_FIND_BY_ID] = "select " MESSAGE_COLUMNS ", body, turn <= 2 from outbox"
                          " where org = ?1 and id = ?2",
    [WM_SQL_FIND_BY_CAUSE] = "select " MESSAGE_COLUMNS ", body, turn <= 2 from outbox"
                             " indexed by outbox_cause where org = ?1 and cause = ?2"
                             " order by number",
    [WM_SQL_WITHDRAW] =
        "update outbox set turn = null, done = 8, due_us = 0, body = null, reason = ?3"
        " where org = ?1 and number = ?2",
    /* Topic by topic, for the index leads with it. */
    [WM_SQL_LAPSED] =
        "with recursive topics (name) as (select min(topic) from outbox indexed by outbox_turn"
        " where org = ?1 and turn = 5 union all select (select min(topic) from outbox"
        " indexed by outbox_turn where org = ?1 and turn = 5 and topic > name) from topics"
        " where name is not null)"
        " select " MESSAGE_COLUMNS ", body from topics cross join outbox indexed by outbox_turn"
        " where org = ?1 and turn = 5 and topic = name and due_us < ?2 limit ?3",
    [WM_SQL_ONE_LEASED] = "select number from outbox indexed by outbox_turn"
                          " where org = ?1 and turn = 5 limit 1",
    [WM_SQL_RELEASE] = "update outbox set turn = 4, due_us = 0, attempts = attempts - 1,"
                       " available_us = 0 where org = ?1 and number = ?2",
    [WM_SQL_ONE_DEAD] = "select number from outbox indexed by outbox_turn"
                        " where org = ?1 and turn = 6 and (?2 is null or topic = ?2)"
                        " and (?3 is null or id = ?3) limit 1",
    [WM_SQL_REVIVE] = "update outbox set turn = 4, due_us = 0, attempts = 0, available_us = 0"
                      " where org = ?1 and number = ?2",
    [WM_SQL_OUTBOX_LIST] =
        "select " MESSAGE_COLUMNS ", iif(?7, body, null) from outbox indexed by outbox_turn"
        " where org = ?1 and turn between ?5 and ?6 and (?2 is null or topic = ?2)"
        " and (?3 is null or id = ?3) and (?4 is null or ref = ?4) and made_us >= ?8"
        " and number > ?9 order by number limit ?10",
    [WM_SQL_TOPICS] = "select topic, turn, count(*), min(number) from outbox indexed by outbox_turn"
                      " where org = ?1 and turn is not null group by topic, turn order by topic",
    [WM_SQL_MESSAGE_MADE] = "select made_us from outbox where org = ?1 and number = ?2",

    /* ---- people, texts, meta */
    [WM_SQL_OFFICERS_LOAD] =
        "select id, body, seq, last_assigned_us, coalesce(open_cases, 0), coalesce(open_weight, 0)"
        " from officers left join (select officer, count(*) as open_cases,"
        " sum(weight) as open_weight from cases indexed by cases_open"
        " where org = ?1 and is_open = 1 and officer is not null group by officer)"
        " on officer = id where org = ?1 order by id",
    [WM_SQL_OFFICER_SAVE] = "insert into officers (org, id, body, seq, last_assigned_us)"
                            " values (?1, ?2, ?3, ?4, ?5) on conflict (org, id) do update set"
                            " body = excluded.body, seq = excluded.seq,"
                            " last_assigned_us = excluded.last_assigned_us",
    [WM_SQL_TEXT_ADD] = "insert into texts (org, kind, name, version, digest, text)"
                        " values (?1, ?2, ?3, ?4, ?5, ?6)"
                        " on conflict (org, kind, name, version) do update set text = text"
                        " where text = excluded.text",
    [WM_SQL_TEXT_LOAD] = "select digest, text from texts"
                         " where org = ?1 and kind = ?2 and name = ?3 and version = ?4",
    [WM_SQL_TEXTS_LIST] =
        "select name, texts.version, coalesce(users, 0) from texts left join"
        " (select workflow, version, count(*) as users from cases indexed by cases_open"
        " where org = ?1 and is_open = 1 group by workflow, version) as used"
        " on ?2 = 1 and used.workflow = name and used.version = cast(texts.version as integer)"
        " where org = ?1 and kind = ?2 order by name, cast(texts.version as integer),"
        " texts.version",
    [WM_SQL_META_SET] = "insert into meta (org, name, value) values (?1, ?2, ?3)"
                        " on conflict (org, name) do update set value = excluded.value",
    [WM_SQL_META_DROP] = "delete from meta where org = ?1 and name = ?2",
    [WM_SQL_META_GET] = "select value from meta where org = ?1 and name = ?2",
    [WM_SQL_META_LIST] = "select name from meta where org = ?1 and name >= ?2"
                         " and substr(name, 1, length(?2)) = ?2 order by name",
    [WM_SQL_TOTALS] =
        "select (select count(*) from cases indexed by cases_open where org = ?1 and is_open = 1),"
        " (select count(*) from cases indexed by cases_open where org = ?1 and is_open = 1"
        " and officer is null),"
        " (select count(*) from cases indexed by cases_wake where org = ?1"
        " and wake_us is not null and wake_us < ?2),"
        " (select count(*) from outbox indexed by outbox_turn where org = ?1 and turn = 6)",
};
