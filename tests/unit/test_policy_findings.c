/* test_policy_findings.c - goal: each thing that can be wrong with a workflow is told in the
 * author's words, with its line, and alone. Method: one row a finding changes a word or two of a
 * file that is good, and says everything that must be told then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/policy_fixture.h"

struct row {
    const char *name;
    const char *from; /* this word of the file … */
    const char *to;   /* … becomes this */
    const char *from_too;
    const char *to_too;
    const char *told; /* all of it; warnings let the workflow pass */
};

static const struct row rows[] = {
    {"quote_missing", "title = \"Enquiry\";", "title = \"Enquiry;", NULL, NULL,
     "2: the text that begins on this line has no closing quote\n"},
    {"brace_missing", "    on = ( { event = \"enquiry.received\"; to = \"received\";",
     "    on = ( event = \"enquiry.received\"; to = \"received\";", NULL, NULL,
     "54: syntax error at or before line 54: the \"}\" on line 54 meets the \"(\" that was opened on line 54\n"},
    {"group_not_closed", "  archived = { title = \"Archived\"; final = true; };",
     "  archived = { title = \"Archived\"; final = true; ", NULL, NULL,
     "129: syntax error at or before line 129: the \"{\" of line 57 is probably not closed: the \"}\" on line 59 stands elsewhere\n"},
    {"comma_missing", "\"Every open point must be answered.\"; },",
     "\"Every open point must be answered.\"; }", NULL, NULL,
     "47: syntax error at or before line 47: a comma is missing before line 47's \"{\"\n"},
    {"comma_too_many", "{ is = 1; } );", "{ is = 1; }, );", NULL, NULL,
     "8: syntax error at or before line 8: the comma on line 8 must go: nothing follows it before the closing \")\"\n"},
    {"texts_glued", "[ \"phone\", \"email\" ]", "[ \"phone\" \"email\" ]", NULL, NULL,
     "17: a comma is missing before \"email\"\n"},
    {"number_wraps", "version = 3;", "version = 4294967299;", NULL, NULL,
     "2: the number 4294967299 is too large\n"},
    {"include", "version = 3;", "version = 3;\n@include \"/etc/passwd\"", NULL, NULL,
     "3: @include is not allowed; write it all in this file\n"},
    {"setting_twice", "version = 3;", "version = 3; version = 4;", NULL, NULL,
     "2: this setting stands in its group twice\n"},
    {"unknown_setting", "settle = \"20 minutes\";", "setle = \"20 minutes\";", NULL, NULL,
     "6: unknown setting \"setle\"; did you mean \"settle\"?\n"},
    {"unknown_clock_setting", "warn_before = [", "warn_befor = [", NULL, NULL,
     "93: clock \"respond\": unknown setting \"warn_befor\"; did you mean \"warn_before\"?\n95: clock \"respond\": on_warn never happens: there is no warn_before\n"},
    {"missing_name", "name = \"enquiry\"; ", "", NULL, NULL,
     "0: \"name\" is missing: what cases of it are called\n"},
    {"missing_team", "team = \"front\";\n", "\n", NULL, NULL,
     "0: team is missing: who works on it\n"},
    {"version_negative", "version = 3;", "version = -3;", NULL, NULL,
     "2: version must be from 1 to 1000000, not -3\n"},
    {"version_text", "version = 3;", "version = \"3\";", NULL, NULL,
     "2: version must be a whole number, not text in quotes\n"},
    {"number_with_point", "version = 3;", "version = 3.5;", NULL, NULL,
     "2: version must be a whole number, not a number with a point\n"},
    {"no_duration", "settle = \"20 minutes\";", "settle = \"20 fortnights\";", NULL, NULL,
     "6: \"20 fortnights\" is no duration; write it as \"5 working days\", \"3 days\", \"24 hours\" or \"30 minutes\"\n"},
    {"settle_in_days", "settle = \"20 minutes\";", "settle = \"2 days\";", NULL, NULL,
     "6: settle must be in hours or minutes\n"},
    {"cover_unknown", "cover = \"respond\";", "cover = \"respnd\";", NULL, NULL,
     "4: unknown clock \"respnd\"; did you mean \"respond\"?\n"},
    {"about_unknown", "about = [ \"about\" ];", "about = [ \"abuot\" ];", NULL, NULL,
     "7: about: unknown attribute \"abuot\"\n"},
    {"team_unknown", "team = \"front\";\ncover", "team = \"frnot\";\ncover", NULL, NULL,
     "3: unknown team \"frnot\"\n"},
    {"calendar_unknown", "calendar = \"service\";", "calendar = \"servise\";", NULL, NULL,
     "104: clock \"keep-in-touch\": unknown calendar \"servise\"; did you mean \"service\"?\n"},
    {"weight_without_number", "is = 2; }", "}", NULL, NULL,
     "8: weight: \"is\" is missing: how much the case weighs\n"},
    {"opens_missing", "opens = (", "openings = (", NULL, NULL,
     "0: opens is missing: ( { event = \"…\"; state = \"…\"; } )\n10: unknown setting \"openings\"\n"},
    {"opens_state_unknown", "state = \"received\";", "state = \"recieved\";", NULL, NULL,
     "11: opens: unknown state \"recieved\"; did you mean \"received\"?\n"},
    {"opens_twice", "event = \"enquiry.received\"; state",
     "event = [ \"enquiry.received\", \"enquiry.received\" ]; state", NULL, NULL,
     "10: opens: enquiry.received opens a case twice\n"},
    {"event_unknown", "{ event = \"enquiry.received\"; state",
     "{ event = \"enquiry.recieved\"; state", NULL, NULL,
     "11: opens: unknown event type \"enquiry.recieved\"; did you mean \"enquiry.received\"?\n"},
    {"event_missing", "{ event = \"enquiry.refused\"; to = \"closed\";", "{ to = \"closed\";", NULL,
     NULL,
     "39: state \"received\": event is missing: the type of event, such as \"complaint.received\"\n"},
    {"attribute_type", "{ type = \"boolean\"; default", "{ type = \"bolean\"; default", NULL, NULL,
     "18: attribute \"urgent\": type must be string, integer, boolean, date, enum, list or object, not \"bolean\"; did you mean \"boolean\"?\n"},
    {"attribute_without_type", "promised = { type = \"date\"; };", "promised = { };", NULL, NULL,
     "24: attribute \"promised\": \"type\" is missing: string, integer, boolean, date, enum, list or object\n"},
    {"attribute_default_wrong", "default = 5;", "default = \"five\";", NULL, NULL,
     "22: attribute \"interval\": \"interval\" is a whole number; it can never be text\n"},
    {"attribute_default_enum", "values = [ \"answered\", \"refused\" ];",
     "values = [ \"answered\", \"refused\" ]; default = \"refusd\";", NULL, NULL,
     "23: attribute \"outcome\": \"outcome\" can never be \"refusd\"; did you mean \"refused\"?\n"},
    {"attribute_from_unknown", "from = \"customer.ref\";", "from = \"customer.rev\";", NULL, NULL,
     "20: attribute \"customer\": enquiry.received has no field \"customer.rev\"; did you mean \"customer.ref\"?\n"},
    {"attribute_from_wrong_type", "from = \"customer.ref\";", "from = \"points\";", NULL, NULL,
     "20: attribute \"customer\": the attribute is text, but \"points\" of the event is a list\n"},
    {"attribute_required_unheard", "promised = { type = \"date\"; };",
     "promised = { type = \"date\"; required = true; };", NULL, NULL,
     "24: attribute \"promised\": enquiry.received has no field \"promised\"\n"},
    {"attribute_name_taken", "promised = { type = \"date\"; };",
     "promised = { type = \"date\"; }; state = { type = \"string\"; };", NULL, NULL,
     "24: no attribute may be called \"state\": the word means something else in conditions\n"},
    {"enum_without_values", "{ type = \"enum\"; values = [ \"answered\", \"refused\" ]; }",
     "{ type = \"enum\"; }", NULL, NULL,
     "23: attribute \"outcome\": values is missing: what an enum may be\n"},
    {"values_without_enum", "interval = { type = \"integer\";",
     "interval = { type = \"integer\"; values = [ \"1\" ];", NULL, NULL,
     "22: attribute \"interval\": values goes with type = \"enum\" only\n"},
    {"state_unreached", "  voided   = {",
     "  limbo    = { title = \"Limbo\"; waits_for = \"ever\"; on = ( { event = \"contact.made\"; to = \"working\"; } ); };\n  voided   = {",
     NULL, NULL, "58: state \"limbo\": nothing leads here\n"},
    {"to_unknown", "to = \"working\"; }", "to = \"workign\"; }", NULL, NULL,
     "38: state \"received\": unknown state \"workign\"; did you mean \"working\"?\n"},
    {"final_with_transitions", "{ title = \"Archived\"; final = true; }",
     "{ title = \"Archived\"; final = true; on = ( { event = \"contact.made\"; } ); }", NULL, NULL,
     "57: state \"archived\": a final state takes no event any more: its transitions are never taken\n"},
    {"shadowed", "{ event = \"enquiry.refused\"; to = \"closed\"; do",
     "{ event = \"enquiry.refused\"; to = \"closed\"; }, { event = \"enquiry.refused\"; do", NULL,
     NULL,
     "39: state \"received\": never taken: the transition on line 39 takes every enquiry.refused first\n"},
    {"anywhere_shadowed", "anywhere = (", "anywhere = ( { event = \"case.merged\"; }, ", NULL, NULL,
     "62: anywhere: never taken: the transition on line 61 takes every case.merged first\n"},
    {"require_without_text", " text = \"A refusal needs a manager.\";", "", NULL, NULL,
     "47: state \"working\": text is missing: the sentence that says what would be needed\n"},
    {"require_without_rule", " rule = \"CLO-2\";", "", NULL, NULL,
     "47: state \"working\": rule is missing: the id of the rule, such as \"CLO-1\"\n"},
    {"touchpoint_unknown", "touchpoint = \"after\"; closed", "touchpoint = \"aftr\"; closed", NULL,
     NULL, "53: state \"closed\": unknown touch point \"aftr\"; did you mean \"after\"?\n"},
    {"touchpoint_unserved", "  after   = {", "  spare   = { title = \"Spare\"; };\n  after   = {",
     NULL, NULL, "30: touch point \"spare\": no state and no clock serves it\n"},
    {"field_unknown", "{ field = \"urgent\"; is = true; }; is = 2;",
     "{ field = \"urgnt\"; is = true; }; is = 2;", NULL, NULL,
     "8: weight: unknown field \"urgnt\"; did you mean \"urgent\"?\n"},
    {"data_field_unknown", "field = \"data.two_way\"; is", "field = \"data.twoway\"; is", NULL,
     NULL,
     "38: state \"received\": contact.made has no field \"data.twoway\"; did you mean \"data.two_way\"?\n"},
    {"data_not_at_hand", "when = { field = \"urgent\"; is = true; }; is = 2;",
     "when = { field = \"data.urgent\"; is = true; }; is = 2;", NULL, NULL,
     "8: weight: \"data.urgent\" has no meaning here: no event's data is at hand\n"},
    {"item_not_at_hand", "field = \"data.two_way\"; is = true",
     "field = \"item.status\"; is = \"open\"", NULL, NULL,
     "38: state \"received\": \"item.status\" has no meaning here: no item is at hand\n"},
    {"item_field_unknown", "{item.title}", "{item.titel}", NULL, NULL,
     "77: item \"action\": item \"action\" has no field \"titel\"\n"},
    {"guard_wrong_type", "field = \"data.two_way\"; is = true",
     "field = \"data.two_way\"; is = \"yes\"", NULL, NULL,
     "38: state \"received\": \"data.two_way\" is true or false; it can never be text\n"},
    {"guard_impossible_word", "{ field = \"outcome\"; not = \"refused\"; }",
     "{ field = \"outcome\"; not = \"refusd\"; }", NULL, NULL,
     "47: state \"working\": \"outcome\" can never be \"refusd\"; did you mean \"refused\"?\n"},
    {"one_of_no_list", "one_of = [ \"phone\", \"visit\" ]", "one_of = \"phone\"", NULL, NULL,
     "38: state \"received\": one_of needs a list of values, such as [ \"phone\", \"visit\" ]\n"},
    {"one_of_wrong_type", "one_of = [ \"phone\", \"visit\" ]", "one_of = [ 1, 2 ]", NULL, NULL,
     "38: state \"received\": \"data.method\" is text; it can never be a whole number\n38: state \"received\": \"data.method\" is text; it can never be a whole number\n"},
    {"at_least_of_text", "distinct = \"day\"; at_least = 2;",
     "distinct = \"day\"; at_least = \"two\";", NULL, NULL,
     "63: anywhere: \"events.contact.attempted\" is a whole number; it can never be text\n"},
    {"order_of_boolean", "{ field = \"data.two_way\"; is = true; }",
     "{ field = \"data.two_way\"; at_least = 1; }", NULL, NULL,
     "38: state \"received\": at_least and at_most compare numbers and dates; \"data.two_way\" is true or false\n"},
    {"exists_of_text", "exists = true; }; } );", "exists = \"yes\"; }; } );", NULL, NULL,
     "43: state \"working\": exists must be true or false\n"},
    {"covers_unknown_item", "covers = \"point\"", "covers = \"pint\"", NULL, NULL,
     "46: state \"working\": unknown kind of item \"pint\"; did you mean \"point\"?\n"},
    {"covers_without_by", " by = \"point\";", "", NULL, NULL,
     "46: state \"working\": covers needs by = FIELD: where in the list the items are named\n"},
    {"covers_by_unknown", "by = \"point\";", "by = \"pint\";", NULL, NULL,
     "46: state \"working\": enquiry.closed has no field \"pint\"; did you mean \"point\"?\n"},
    {"in_no_list", "in = \"about\"", "in = \"channel\"", NULL, NULL,
     "48: state \"working\": in needs a list; \"channel\" is one of a few words\n"},
    {"has_no_list", "{ field = \"data.two_way\"; is = true; }",
     "{ field = \"data.method\"; has = \"phone\"; }", NULL, NULL,
     "38: state \"received\": has needs a list; \"data.method\" is text\n"},
    {"same_as_other_type", "{ field = \"data.two_way\"; is = true; }",
     "{ field = \"data.two_way\"; same_as = \"channel\"; }", NULL, NULL,
     "38: state \"received\": \"data.two_way\" is true or false; \"channel\" is one of a few words and can never be the same\n"},
    {"two_tests", "{ field = \"data.two_way\"; is = true; }",
     "{ field = \"data.two_way\"; is = true; not = false; }", NULL, NULL,
     "38: state \"received\": is and not: a condition has one test; write two in a list\n"},
    {"no_test", "{ field = \"data.two_way\"; is = true; }", "{ field = \"data.two_way\"; }", NULL,
     NULL,
     "38: state \"received\": the condition has no test: is, not, one_of, at_least, at_most, exists, has, covers, same_as or in\n"},
    {"no_field", "{ field = \"data.two_way\"; is = true; }", "{ is = true; }", NULL, NULL,
     "38: state \"received\": a condition needs either field with a test, or all = ( … ), or any = ( … )\n"},
    {"where_without_events", "{ field = \"data.two_way\"; is = true; }",
     "{ field = \"data.two_way\"; is = true; within = \"2 days\"; }", NULL, NULL,
     "38: state \"received\": within goes with a field events.TYPE only\n"},
    {"personal_compared", "{ field = \"urgent\"; is = true; }; is = 2;",
     "{ field = \"phone\"; is = \"0\"; }; is = 2;", NULL, NULL,
     "8: weight: a personal attribute may only be asked whether it exists\n"},
    {"personal_same_as", "{ field = \"data.two_way\"; is = true; }",
     "{ field = \"data.method\"; same_as = \"phone\"; }", NULL, NULL,
     "38: state \"received\": a personal attribute may only be asked whether it exists\n"},
    {"events_unknown", "field = \"events.contact.attempted\"",
     "field = \"events.contact.atempted\"", NULL, NULL,
     "63: anywhere: unknown event type \"contact.atempted\"; did you mean \"contact.attempted\"?\n"},
    {"since_unknown", "since = \"contact.made\"", "since = \"contact.mde\"", NULL, NULL,
     "63: anywhere: unknown event type \"contact.mde\"; did you mean \"contact.made\"?\n"},
    {"distinct_unknown", "distinct = \"day\"", "distinct = \"data.dya\"", NULL, NULL,
     "63: anywhere: contact.attempted has no field \"data.dya\"\n"},
    {"clock_field_unknown", "{clock.respond.due_day}", "{clock.respond.dueday}", NULL, NULL,
     "95: clock \"respond\": \"clock.respond.dueday\" is no field; write clock.NAME.status, .due, .due_day, .late or .run\n"},
    {"clock_unknown_in_text", "{clock.respond.late}", "{clock.repond.late}", NULL, NULL,
     "96: clock \"respond\": unknown clock \"repond\"; did you mean \"respond\"?\n"},
    {"items_unknown", "{items.point.list}", "{items.pont.list}", NULL, NULL,
     "14: opens: unknown kind of item \"pont\"; did you mean \"point\"?\n"},
    {"items_status_unknown", "{items.point.list}", "{items.point.opn}", NULL, NULL,
     "14: opens: unknown status \"opn\" of item \"point\"; did you mean \"open\"?\n"},
    {"each_not_at_hand", "{ref}-ack", "{each.id}-ack", NULL, NULL,
     "14: opens: \"each.id\" is no field; write it only beside each = \"data.LIST\"\n"},
    {"each_field_unknown", "text = \"{each.text}\"", "text = \"{each.txt}\"", NULL, NULL,
     "13: opens: enquiry.received has no field \"each.txt\"; did you mean \"each.text\"?\n"},
    {"each_no_list", "each = \"data.points\"", "each = \"data.channel\"", NULL, NULL,
     "13: opens: each needs a list; \"data.channel\" is text\n"},
    {"brace_not_closed", "{ref}-ack", "{ref-ack", NULL, NULL,
     "14: opens: the { in \"{ref-ack\" has no }\n"},
    {"person_unknown_part", "field = \"data.approved_by.is_manager\"",
     "field = \"data.approved_by.is_boss\"", NULL, NULL,
     "47: state \"working\": enquiry.closed has no field \"data.approved_by.is_boss\"\n"},
    {"action_unknown", "{ cancel = \"respond\"; }", "{ cancle = \"respond\"; }", NULL, NULL,
     "49: state \"working\": this is no action; did you mean \"cancel\"? (set, assign, reassign, open, move, retarget, extend, pause, resume, cancel, send)\n"},
    {"action_two", "{ cancel = \"respond\"; }", "{ cancel = \"respond\"; pause = \"respond\"; }",
     NULL, NULL,
     "49: state \"working\": pause and cancel are two actions: write each in a group of its own\n"},
    {"action_clock_unknown", "{ cancel = \"respond\"; }", "{ cancel = \"respnd\"; }", NULL, NULL,
     "49: state \"working\": unknown clock \"respnd\"; did you mean \"respond\"?\n"},
    {"set_unknown", "{ set = \"outcome\"; to = \"refused\"; }",
     "{ set = \"outcom\"; to = \"refused\"; }", NULL, NULL,
     "39: state \"received\": unknown attribute \"outcom\"; did you mean \"outcome\"?\n"},
    {"set_impossible", "{ set = \"outcome\"; to = \"refused\"; }",
     "{ set = \"outcome\"; to = \"refusd\"; }", NULL, NULL,
     "39: state \"received\": \"outcome\" can never be \"refusd\"; did you mean \"refused\"?\n"},
    {"set_wrong_type", "{ set = \"urgent\"; to = \"{data.urgent}\"; }",
     "{ set = \"urgent\"; to = \"{ref}\"; }", NULL, NULL,
     "36: state \"received\": attribute \"urgent\" is true or false; it can never be text\n"},
    {"set_without_to", "{ set = \"outcome\"; to = \"refused\"; }", "{ set = \"outcome\"; }", NULL,
     NULL, "39: state \"received\": \"to\" is missing: the value to set\n"},
    {"skill_unknown", "skills = [ \"repairs\" ]", "skills = [ \"repair\" ]", NULL, NULL,
     "12: opens: unknown skill \"repair\": no officer has it\n"},
    {"assign_team_unknown", "assign = true; team = \"front\"", "assign = true; team = \"back\"",
     NULL, NULL, "12: opens: unknown team \"back\"\n"},
    {"assign_without_why", " why = \"A new enquiry.\";", "", NULL, NULL,
     "12: opens: why is missing: the sentence for the history\n"},
    {"open_unknown_item", "{ open = \"point\";", "{ open = \"pint\";", NULL, NULL,
     "13: opens: unknown kind of item \"pint\"; did you mean \"point\"?\n"},
    {"open_unknown_status", "status = \"open\"; fields", "status = \"opne\"; fields", NULL, NULL,
     "13: opens: unknown status \"opne\"\n"},
    {"open_unknown_field", "fields = { text = \"{each.text}\"; }",
     "fields = { txt = \"{each.text}\"; }", NULL, NULL,
     "13: opens: item \"point\" has no field \"txt\"; did you mean \"text\"?\n"},
    {"open_without_key", " key = \"{each.id}\";", "", NULL, NULL,
     "13: opens: key is missing: which item, such as \"{data.action}\"\n"},
    {"extend_without_limit",
     "    limit = \"10 working days\"; void_unless = { event = \"letter.sent\"; when = { field = \"data.letter\"; is = \"extension\"; }; };\n",
     "", NULL, NULL,
     "50: state \"working\": clock \"respond\" has no limit = \"N working days\": it cannot be extended\n"},
    {"extend_wrong_days", "days = \"{data.working_days}\"", "days = \"{ref}\"", NULL, NULL,
     "50: state \"working\": days must be a number of working days, not text\n"},
    {"key_on_case_clock", "{ cancel = \"respond\"; }", "{ cancel = \"respond\"; key = \"1\"; }",
     NULL, NULL, "49: state \"working\": clock \"respond\" is no item's clock: it takes no key\n"},
    {"topic_unserved", "send = \"actions\"", "send = \"aktions\"", NULL, NULL,
     "77: item \"action\": nobody serves the topic \"aktions\"; did you mean \"actions\"?\n"},
    {"message_type_unknown", "type = \"waymark.action.push\"", "type = \"waymark.action.psh\"",
     NULL, NULL,
     "77: item \"action\": unknown event type \"waymark.action.psh\"; did you mean \"waymark.action.push\"?\n"},
    {"message_lacks_field", " description = \"{item.title}\";", "", NULL, NULL,
     "77: item \"action\": waymark.action.push must have the field \"description\"\n"},
    {"message_unknown_field", "due = \"{item.due}\"; };\n",
     "deu = \"{item.due}\"; due = \"x\"; };\n", NULL, NULL,
     "77: item \"action\": waymark.action.push has no field \"deu\"\n"},
    {"message_wrong_type", "text = \"{ref} is late.\"",
     "late = \"{ref}\"; text = \"{ref} is late.\"", NULL, NULL,
     "97: clock \"respond\": late of waymark.alert must be true or false, not text\n"},
    {"message_without_type", " type = \"waymark.action.push\";", "", NULL, NULL,
     "77: item \"action\": \"type\" is missing: what the message is, such as \"waymark.letter.requested\"\n"},
    {"recipient_unknown", "to = \"p.one\"", "to = \"p.won\"", NULL, NULL,
     "96: clock \"respond\": to must be officer, manager, head or an officer's id; nobody is called \"p.won\"\n"},
    {"alert_to_nobody", " to = \"p.one\";", "", NULL, NULL,
     "96: warning: clock \"respond\": nobody hears this alert; say whom it is for: to = \"officer\"\n"},
    {"until_unknown", "until = \"action.completed\"", "until = \"action.complete\"", NULL, NULL,
     "78: item \"action\": unknown event type \"action.complete\"; did you mean \"action.completed\"?\n"},
    {"while_with_data", "while = { field = \"item.status\"; is = \"agreed\"; }",
     "while = { field = \"data.action\"; is = \"x\"; }", NULL, NULL,
     "78: item \"action\": \"data.action\" has no meaning here: no event's data is at hand\n"},
    {"status_twice", "{ name = \"done\"; open = false; }", "{ name = \"agreed\"; open = false; }",
     NULL, NULL,
     "73: item \"action\": the status \"agreed\" stands here twice\n76: item \"action\": unknown status \"done\"\n"},
    {"statuses_missing",
     "    statuses = ( { name = \"agreed\"; }, { name = \"done\"; open = false; } );\n",
     "    statuses = ();\n", NULL, NULL,
     "72: item \"action\": statuses must hold at least one, such as ( { name = \"open\"; } )\n"},
    {"rule_unknown_status", "to = \"done\"; }", "to = \"don\"; }", NULL, NULL,
     "76: item \"action\": unknown status \"don\"; did you mean \"done\"?\n"},
    {"rule_without_key", "key = \"{data.action}\"; to = \"done\";", "to = \"done\";", NULL, NULL,
     "76: item \"action\": \"key\" is missing: which item, such as \"{data.action}\"\n"},
    {"rule_does_nothing", " key = \"{data.action}\"; to = \"done\"; }",
     " key = \"{data.action}\"; }", NULL, NULL,
     "76: item \"action\": the rule does nothing: give opens = true, to = \"STATUS\" or fields\n"},
    {"clock_nothing_starts", "    starts = ( { event = \"item.opened\"; } );\n", "", NULL, NULL,
     "110: clock \"action\": nothing starts it: starts = ( … ) is missing\n"},
    {"clock_nothing_ends",
     "    met_by = ( { event = \"item.closed\"; }, { event = \"action.completed\"; key = \"{data.action}\"; } );\n",
     "", NULL, NULL,
     "110: clock \"action\": nothing ends it: neither met_by nor cancelled_by, no action cancels it, and at_due is not \"met\"\n"},
    {"clock_outlives",
     "    cancelled_by = ( { event = [ \"case.voided\", \"case.merged\" ]; } );\n",
     "    cancelled_by = ( { event = \"case.voided\"; } );\n", NULL, NULL,
     "119: clock \"keep\": it may still run when case.merged leads to the final state \"voided\"; cancel it then, or let it end with the case (ends_with_case = true)\n"},
    {"clock_without_target", "    target = { until = \"item.due\"; };\n", "", NULL, NULL,
     "110: clock \"action\": \"target\" is missing: how long it may take\n"},
    {"target_unknown_field", "until = \"item.due\"", "until = \"item.deu\"", NULL, NULL,
     "114: clock \"action\": item \"action\" has no field \"deu\"\n"},
    {"target_days_text", "days = \"interval\"", "days = \"channel\"", NULL, NULL,
     "105: clock \"keep-in-touch\": days must name a field that is a whole number; \"channel\" is one of a few words\n"},
    {"target_unit", "unit = \"working days\"", "unit = \"weeks\"", NULL, NULL,
     "105: clock \"keep-in-touch\": unit must be \"working days\", \"days\", \"hours\" or \"minutes\", not \"weeks\"\n"},
    {"target_shadowed",
     "target = ( { when = { field = \"urgent\"; is = true; }; is = \"24 hours\"; }",
     "target = ( { is = \"24 hours\"; }", NULL, NULL,
     "87: clock \"respond\": this target is never chosen: the one before it holds always\n"},
    {"roll_without_days", "is = \"365 days\"; roll", "is = \"365 working days\"; roll", NULL, NULL,
     "122: clock \"keep\": roll goes with a target in days only\n"},
    {"trigger_event_unknown", "met_by = ( { event = \"letter.sent\"",
     "met_by = ( { event = \"letter.snt\"", NULL, NULL,
     "89: clock \"respond\": unknown event type \"letter.snt\"; did you mean \"letter.sent\"?\n"},
    {"trigger_without_clock", "{ event = \"waymark.clock.due\"; clock = \"respond\"; }",
     "{ event = \"waymark.clock.due\"; }", NULL, NULL,
     "106: clock \"keep-in-touch\": clock is missing: which clock's\n"},
    {"trigger_clock_unknown", "{ event = \"waymark.clock.due\"; clock = \"respond\"; }",
     "{ event = \"waymark.clock.due\"; clock = \"repond\"; }", NULL, NULL,
     "106: clock \"keep-in-touch\": unknown clock \"repond\"; did you mean \"respond\"?\n"},
    {"trigger_clock_out_of_place", "{ event = \"case.waiting\"; }",
     "{ event = \"case.waiting\"; clock = \"respond\"; }", NULL, NULL,
     "91: clock \"respond\": clock goes with waymark.clock.met, waymark.clock.due and waymark.clock.cancelled only\n"},
    {"trigger_item_out_of_place", "starts = ( { event = \"contact.made\"; }, ",
     "starts = ( { event = \"item.opened\"; }, ", NULL, NULL,
     "106: clock \"keep-in-touch\": item.opened and item.closed belong to an item's clock (item = \"KIND\")\n"},
    {"trigger_key_out_of_place", "{ event = \"case.waiting\"; }",
     "{ event = \"case.waiting\"; key = \"1\"; }", NULL, NULL,
     "91: clock \"respond\": key says which item is meant: with ordinary events of an item's clock only\n"},
    {"trigger_at_no_date", "at = \"data.occurred_on\"", "at = \"data.points\"", NULL, NULL,
     "88: clock \"respond\": at needs a date; \"data.points\" is a list\n"},
    {"limit_in_hours", "limit = \"10 working days\"", "limit = \"10 hours\"", NULL, NULL,
     "100: clock \"respond\": limit must be in working days: extensions are\n"},
    {"void_without_limit", "limit = \"10 working days\"; void_unless", "void_unless", NULL, NULL,
     "50: state \"working\": clock \"respond\" has no limit = \"N working days\": it cannot be extended\n100: clock \"respond\": void_unless says nothing without a limit\n"},
    {"escalations_differ", "escalate_after = [ \"2 working days\", \"5 working days\" ]",
     "escalate_after = [ \"2 working days\" ]", NULL, NULL,
     "97: clock \"respond\": on_escalate must hold one list of actions for each of escalate_after: 1, not 2\n"},
    {"warn_without_before", "    warn_before = [ \"1 working day\", \"3 working days\" ];\n", "",
     NULL, NULL, "94: clock \"respond\": on_warn never happens: there is no warn_before\n"},
    {"at_due_unknown", "at_due = \"met\"", "at_due = \"fine\"", NULL, NULL,
     "125: clock \"keep\": at_due must be \"breach\" or \"met\", not \"fine\"\n"},
    {"breach_of_met", "at_due = \"met\";", "at_due = \"met\"; on_breach = ();", NULL, NULL,
     "125: clock \"keep\": on_breach never happens: at_due is \"met\"\n"},
    {"repeat_once", "repeat = true;", "repeat = true; once = true;", NULL, NULL,
     "102: clock \"keep-in-touch\": repeat and once contradict each other\n"},
    {"clock_item_unknown", "    item = \"action\";", "    item = \"aktion\";", NULL, NULL,
     "111: clock \"action\": unknown kind of item \"aktion\"; did you mean \"action\"?\n"},
    {"flag_text", "repeat = true;", "repeat = \"yes\";", NULL, NULL,
     "108: clock \"keep-in-touch\": repeat must be true or false, not text in quotes\n"},
    {"state_unwatched", "waits_for = \"what the customer says afterwards\";", "",
     "ends_with_case = false;", "ends_with_case = true;",
     "52: state \"closed\": no clock runs here: a case could lie here unseen; start a clock, or say what it waits_for\n"},
    {"state_perhaps_unwatched", "waits_for = \"what the customer says afterwards\";", "",
     "[ \"enquiry.closed\", \"enquiry.refused\" ]; } );\n    cancelled_by = ( {",
     "[ \"enquiry.refused\" ]; } );\n    cancelled_by = ( { event = \"enquiry.received\"; }, {",
     "52: warning: state \"closed\": after enquiry.closed perhaps no clock of the case runs here; say what it waits_for\n"},
    {"state_never_left", "to = \"closed\"; do = ( { set = \"outcome\"; to = \"{data.outcome}\"; }",
     "do = ( { set = \"outcome\"; to = \"{data.outcome}\"; }",
     "  { event = [ \"case.voided\", \"case.merged\" ]; to = \"voided\"; },\n", "",
     "41: state \"working\": nothing leaves it, and it is not final: a case would lie here for ever\n58: state \"voided\": nothing leads here\n"},
    {"data_of_two_events", "{ event = \"enquiry.refused\"; to = \"closed\";",
     "{ event = [ \"enquiry.refused\", \"case.merged\" ]; when = { field = \"data.method\"; is = \"x\"; }; to = \"closed\";",
     NULL, NULL, "39: state \"received\": none of these events has a field \"data.method\"\n"},
    {"data_of_a_moment", "{ event = \"waymark.clock.due\"; clock = \"respond\"; }",
     "{ event = \"waymark.clock.due\"; clock = \"respond\"; when = { field = \"data.method\"; is = \"x\"; }; }",
     NULL, NULL,
     "106: clock \"keep-in-touch\": \"data.method\" has no meaning here: no event's data is at hand\n"},
    {"data_of_no_event", "{ set = \"promised\"; to = \"{data.day}\"; when",
     "{ set = \"promised\"; to = \"{data.dya}\"; when", NULL, NULL,
     "43: state \"working\": no event of this workflow has a field \"data.dya\"\n"},
    {"not_utf8", "title = \"Enquiry\";", "title = \"Enqu\377iry\";", NULL, NULL,
     "2: title is not UTF-8 text\n"},
    {"condition_no_group", "when = { field = \"urgent\"; is = true; }; is = 2;",
     "when = \"urgent\"; is = 2;", NULL, NULL,
     "8: weight: a condition must be a group { field; … } or a list of them, not text in quotes\n"},
    {"value_a_group", "fields = { finding = \"{each.finding}\"; }",
     "fields = { finding = { a = 1; }; }", NULL, NULL,
     "70: item \"point\": a value must be text, a whole number, true, false or a list of these, not a group { }\n"},
    {"fields_no_group", "fields = { finding = \"{each.finding}\"; }", "fields = ( \"finding\" )",
     NULL, NULL, "70: item \"point\": fields must be a group { name = VALUE; }, not a list\n"},
    {"members_no_group", "touchpoints = {",
     "touchpoints = ( ); spare = {", NULL, NULL, "27: unknown setting \"spare\"\n27: touchpoints must be a group of groups, { name = { … }; }, not a list\n35: state \"received\": unknown touch point \"contact\"\n42: state \"working\": unknown touch point \"answer\"\n53: state \"closed\": unknown touch point \"after\"\n86: clock \"respond\": unknown touch point \"answer\"\n104: clock \"keep-in-touch\": unknown touch point \"contact\"\n113: clock \"action\": unknown touch point \"answer\"\n121: clock \"keep\": unknown touch point \"after\"\n"},
    {"states_missing", "states = {\n  received", "stats = {\n  received", NULL, NULL,
     "0: states = { NAME = { … }; … } must hold at least one\n11: opens: unknown state \"received\"\n33: unknown setting \"stats\"; did you mean \"states\"?\n62: anywhere: unknown state \"voided\"\n"},
    {"too_many_rungs", "warn_before = [ \"1 working day\", \"3 working days\" ]",
     "warn_before = [ \"1 minutes\", \"2 minutes\", \"3 minutes\", \"4 minutes\", \"5 minutes\", \"6 minutes\", \"7 minutes\", \"8 minutes\", \"9 minutes\", \"10 minutes\", \"11 minutes\", \"12 minutes\", \"13 minutes\", \"14 minutes\" ]",
     NULL, NULL, "94: clock \"respond\": a clock may have 15 warnings and escalations in all\n"},
    {"two_rules_of_void", "void_unless = { event = \"letter.sent\";",
     "void_unless = { event = [ \"letter.sent\", \"contact.made\" ];", NULL, NULL,
     "100: clock \"respond\": void_unless names one event, not 2\n"},
    {"target_two_ways", "target = { until = \"item.due\"; }",
     "target = { until = \"item.due\"; is = \"2 days\"; }", NULL, NULL,
     "114: clock \"action\": a target is either is = \"5 working days\", or days = \"FIELD\", or until = \"FIELD\"\n"},
    {"unknown_key_in_transition", "on = (\n      { event = \"contact.made\"; when",
     "on = (\n      { event = \"contact.made\"; wen = 1; when", NULL, NULL,
     "38: state \"received\": unknown setting \"wen\"; did you mean \"when\"?\n"},
    {"until_without_while", "while = { field = \"item.status\"; is = \"agreed\"; }; until", "until",
     NULL, NULL, "78: item \"action\": until says nothing without while = CONDITION\n"},
};

static void
test_row(void **state)
{
    const struct row *row = *state;
    struct wm_arena *arena = wm_arena_new(16 << 20);
    struct wm_findings findings = {.arena = arena};
    const struct wm_surroundings around = policy_surroundings();
    struct wm_span text = policy_file(arena, "enquiry.cfg");
    text = policy_change(arena, text, row->from, row->to);
    if (row->from_too != NULL) {
        text = policy_change(arena, text, row->from_too, row->to_too);
    }
    const struct wm_workflow *workflow =
        wm_workflow_load(arena, wm_span("enquiry.cfg"), text, &around, &findings);
    assert_string_equal(policy_told(arena, &findings).data, row->told);
    assert_int_equal(workflow == NULL, wm_findings_errors(&findings) > 0);
    wm_arena_free(&arena);
}

/* Everything at once, in the order of the lines: what is wrong in one place hides nothing
 * elsewhere.
 */
static void
test_all_at_once(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(16 << 20);
    struct wm_findings findings = {.arena = arena};
    const struct wm_surroundings around = policy_surroundings();
    struct wm_span text = policy_file(arena, "enquiry.cfg");
    text = policy_change(arena, text, "settle = ", "setle = ");
    text = policy_change(arena, text, "{each.text}", "{each.txt}");
    text = policy_change(arena, text, "default = 5;", "default = \"5\";");
    text = policy_change(arena, text, "calendar = \"service\"", "calendar = \"servise\"");
    text = policy_change(arena, text, "  after   = {", "  spare = { };\n  after   = {");
    assert_null(wm_workflow_load(arena, wm_span("enquiry.cfg"), text, &around, &findings));
    assert_string_equal(
        policy_told(arena, &findings).data,
        "6: unknown setting \"setle\"; did you mean \"settle\"?\n"
        "13: opens: enquiry.received has no field \"each.txt\"; did you mean \"each.text\"?\n"
        "22: attribute \"interval\": \"interval\" is a whole number; it can never be text\n"
        "30: touch point \"spare\": no state and no clock serves it\n"
        "105: clock \"keep-in-touch\": unknown calendar \"servise\"; did you mean \"service\"?\n");
    assert_string_equal(wm_finding_text(arena, &findings.items[0]).data,
                        "enquiry.cfg:6: unknown setting \"setle\"; did you mean \"settle\"?");
    wm_arena_free(&arena);
}

static void
test_anywhere_in_every_shadow(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(16 << 20);
    struct wm_findings findings = {.arena = arena};
    const struct wm_surroundings around = policy_surroundings();
    struct wm_span text = policy_file(arena, "enquiry.cfg");
    text = policy_change(arena, text, "anywhere = (",
                         "anywhere = ( { event = \"enquiry.refused\"; },");
    text = policy_change(arena, text, "{ event = \"extension.agreed\";",
                         "{ event = \"enquiry.refused\"; }, { event = \"extension.agreed\";");
    text = policy_change(arena, text, "{ event = \"waymark.clock.met\";",
                         "{ event = \"enquiry.refused\"; }, { event = \"waymark.clock.met\";");
    assert_null(wm_workflow_load(arena, wm_span("enquiry.cfg"), text, &around, &findings));
    assert_string_equal(policy_told(arena, &findings).data,
                        "61: anywhere: never taken: every state takes enquiry.refused by itself\n");
    wm_arena_free(&arena);
}

/* Where nothing is known of people, calendars and events, nothing is found about them. */
static void
test_nothing_around(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(16 << 20);
    struct wm_findings findings = {.arena = arena};
    const struct wm_surroundings around = {0};
    struct wm_span text = policy_file(arena, "enquiry.cfg");
    text = policy_change(arena, text, "team = \"front\";\ncover", "team = \"frnt\";\ncover");
    text = policy_change(arena, text, "contact.made", "contact.maid");
    assert_non_null(wm_workflow_load(arena, wm_span("enquiry.cfg"), text, &around, &findings));
    assert_int_equal(findings.count, 0);
    wm_arena_free(&arena);
}

static void
test_warning_words(void **state)
{
    (void)state;
    struct wm_arena *arena = wm_arena_new(1 << 20);
    struct wm_findings findings = {.arena = arena};
    wm_finding_warn(&findings, wm_span("a.cfg"), 0, "as a %s", "whole");
    wm_finding_add(&findings, wm_span("a.cfg"), 7, "here");
    assert_int_equal(wm_findings_errors(&findings), 1);
    assert_string_equal(wm_finding_text(arena, &findings.items[0]).data,
                        "a.cfg: warning: as a whole");
    assert_string_equal(wm_finding_text(arena, &findings.items[1]).data, "a.cfg:7: here");
    wm_arena_free(&arena);
}

int
main(void)
{
    static struct CMUnitTest tests[WM_COUNT(rows)];
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_all_at_once), cmocka_unit_test(test_anywhere_in_every_shadow),
        cmocka_unit_test(test_nothing_around), cmocka_unit_test(test_warning_words)};
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        struct row *row = malloc(sizeof *row);
        if (row == NULL) {
            return EXIT_FAILURE;
        }
        *row = rows[i];
        tests[i] = (struct CMUnitTest){row->name, test_row, NULL, NULL, row};
    }
    int failed = cmocka_run_group_tests_name("policy findings", tests, NULL, NULL);
    failed += cmocka_run_group_tests_name("policy findings together", others, NULL, NULL);
    for (size_t i = 0; i < WM_COUNT(rows); i++) {
        free(tests[i].initial_state);
    }
    return failed;
}
