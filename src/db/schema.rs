//! Every table, as both databases hold it. Hand-kept beside `migrations/`; a row struct's fields stand in the order
//! of its table here.

#![expect(missing_docs, reason = "the columns are named and described in the migrations")]

// People

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    units (id) {
        id -> sql::Id,
        code -> Text,
        name -> Text,
        name_en -> Nullable<Text>,
        kind -> Text,
        parent_id -> Nullable<sql::Id>,
        path -> Text,
        calendar -> Text,
        email -> Nullable<Text>,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
        version -> Integer,
        journal_seq -> Integer,
        journal_head -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    persons (id) {
        id -> sql::Id,
        username -> Nullable<Text>,
        phone -> Nullable<Text>,
        name -> Text,
        email -> Nullable<Text>,
        password_hash -> Text,
        language -> Text,
        state -> Text,
        created_at -> sql::Instant,
        password_changed_at -> sql::Instant,
        password_one_time -> Bool,
        version -> Integer,
        journal_seq -> Integer,
        journal_head -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    companies (id) {
        id -> sql::Id,
        uscc -> Nullable<Text>,
        name -> Text,
        standing -> Text,
        state -> Text,
        size -> Nullable<Text>,
        industry -> Nullable<Text>,
        street -> Nullable<Text>,
        contact_name -> Nullable<Text>,
        contact_phone -> Nullable<Text>,
        created_at -> sql::Instant,
        version -> Integer,
        journal_seq -> Integer,
        journal_head -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    memberships (id) {
        id -> sql::Id,
        person_id -> sql::Id,
        unit_id -> Nullable<sql::Id>,
        company_id -> Nullable<sql::Id>,
        role -> Text,
        valid_from -> sql::Instant,
        valid_until -> Nullable<sql::Instant>,
        created_at -> sql::Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    sessions (id) {
        id -> sql::Id,
        person_id -> sql::Id,
        token_hash -> Text,
        created_at -> sql::Instant,
        last_used_at -> sql::Instant,
        expires_at -> sql::Instant,
    }
}

diesel::table! {
    server_keys (name) {
        name -> Text,
        key -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    throttles (key) {
        key -> Text,
        name -> Nullable<Text>,
        tries -> Integer,
        locked_until -> Nullable<sql::Instant>,
        forget_at -> sql::Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    known_peers (person_id, peer) {
        person_id -> sql::Id,
        peer -> Text,
        last_at -> sql::Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    past_passwords (id) {
        id -> sql::Id,
        person_id -> sql::Id,
        password_hash -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    password_resets (id) {
        id -> sql::Id,
        person_id -> sql::Id,
        token_hash -> Text,
        expires_at -> sql::Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    totp_enrolments (person_id) {
        person_id -> sql::Id,
        id -> sql::Id,
        confirmed_at -> Nullable<sql::Instant>,
        last_step -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    recovery_codes (id) {
        id -> sql::Id,
        person_id -> sql::Id,
        code_hash -> Text,
    }
}

// Promises

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    calendars (id) {
        id -> sql::Id,
        name -> Text,
        version -> Integer,
        document -> sql::Document,
        digest -> Text,
        created_at -> sql::Instant,
        created_by -> Nullable<sql::Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    books (id) {
        id -> sql::Id,
        version -> Integer,
        document -> sql::Document,
        digest -> Text,
        created_at -> sql::Instant,
        created_by -> Nullable<sql::Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    registers (id) {
        id -> sql::Id,
        name -> Text,
        journal_seq -> Integer,
        journal_head -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    categories (id) {
        id -> sql::Id,
        code -> Text,
        parent_id -> Nullable<sql::Id>,
        name -> Text,
        name_en -> Nullable<Text>,
        position -> Integer,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    duties (id) {
        id -> sql::Id,
        category_id -> sql::Id,
        lead_unit_id -> sql::Id,
        pace -> Text,
        owner -> Text,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
        created_at -> sql::Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    duty_assists (id) {
        id -> sql::Id,
        duty_id -> sql::Id,
        unit_id -> sql::Id,
    }
}

// Requests

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    number_blocks (day) {
        day -> Date,
        next -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    requests (id) {
        id -> sql::Id,
        number -> Text,
        state -> Text,
        cycle -> Integer,
        channel -> Text,
        kind -> Text,
        urgency -> Text,
        confidence -> Text,
        pace -> Nullable<Text>,
        category_id -> Nullable<sql::Id>,
        company_id -> sql::Id,
        filed_by -> sql::Id,
        conduct_unit_id -> Nullable<sql::Id>,
        master_id -> Nullable<sql::Id>,
        title -> Text,
        body -> Text,
        place -> Nullable<Text>,
        contact_name -> Nullable<Text>,
        contact_phone -> Nullable<Text>,
        filed_at -> sql::Instant,
        dispatched_at -> Nullable<sql::Instant>,
        answered_at -> Nullable<sql::Instant>,
        ended_at -> Nullable<sql::Instant>,
        ground -> Nullable<Text>,
        ground_text -> Nullable<Text>,
        company_warn_at -> Nullable<sql::Instant>,
        company_due_at -> Nullable<sql::Instant>,
        staff_warn_at -> Nullable<sql::Instant>,
        staff_due_at -> Nullable<sql::Instant>,
        version -> Integer,
        journal_seq -> Integer,
        journal_head -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    outside_numbers (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        system -> Text,
        number -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    search_entries (key) {
        key -> BigInt,
        request_id -> sql::Id,
        digest -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    assignments (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        unit_id -> sql::Id,
        part -> Text,
        cycle -> Integer,
        state -> Text,
        returning_from -> Nullable<Text>,
        told_to_contact -> Bool,
        handler_id -> Nullable<sql::Id>,
        section_id -> Nullable<sql::Id>,
        note -> Nullable<Text>,
        dispatched_by -> sql::Id,
        dispatched_at -> sql::Instant,
        signed_at -> Nullable<sql::Instant>,
        answered_at -> Nullable<sql::Instant>,
        accepted_at -> Nullable<sql::Instant>,
        closed_at -> Nullable<sql::Instant>,
        warn_at -> Nullable<sql::Instant>,
        due_at -> Nullable<sql::Instant>,
        version -> Integer,
        handed_on_at -> Nullable<sql::Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    contacts (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        assignment_id -> Nullable<sql::Id>,
        unit_id -> sql::Id,
        made_by -> sql::Id,
        at -> sql::Instant,
        claimed_at -> Nullable<sql::Instant>,
        whom -> Text,
        means -> Text,
        number -> Nullable<Text>,
        reached -> Bool,
        message_left -> Bool,
        joint -> Bool,
        outcome -> Text,
        standing -> Text,
        joint_with -> Nullable<sql::Document>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    contests (id) {
        id -> sql::Id,
        contact_id -> sql::Id,
        request_id -> sql::Id,
        by_person_id -> sql::Id,
        at -> sql::Instant,
        reason -> Text,
        ruled_at -> Nullable<sql::Instant>,
        ruled_by -> Nullable<sql::Id>,
        ruling -> Nullable<Text>,
        ruling_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    answers (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        assignment_id -> Nullable<sql::Id>,
        cycle -> Integer,
        revision -> Integer,
        state -> Text,
        outcome -> Text,
        content -> sql::Document,
        drafted_by -> sql::Id,
        drafted_at -> sql::Instant,
        approved_by -> Nullable<sql::Id>,
        approved_at -> Nullable<sql::Instant>,
        released_by -> Nullable<sql::Id>,
        released_at -> Nullable<sql::Instant>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    commitments (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        answer_id -> sql::Id,
        assignment_id -> Nullable<sql::Id>,
        position -> Integer,
        title -> Text,
        due_at -> sql::Instant,
        state -> Text,
        ended_at -> Nullable<sql::Instant>,
        ended_by -> Nullable<sql::Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    clocks (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        assignment_id -> Nullable<sql::Id>,
        commitment_id -> Nullable<sql::Id>,
        kind -> Text,
        holder -> Text,
        holder_unit_id -> Nullable<sql::Id>,
        cycle -> Integer,
        started_at -> sql::Instant,
        rule -> sql::Document,
        calendar -> Text,
        calendar_version -> Integer,
        facts -> sql::Document,
        first_due_at -> Nullable<sql::Instant>,
        warn_at -> Nullable<sql::Instant>,
        ask_by -> Nullable<sql::Instant>,
        due_at -> Nullable<sql::Instant>,
        due_version -> Integer,
        provisional -> Bool,
        paused_at -> Nullable<sql::Instant>,
        disputed -> Bool,
        stopped_at -> Nullable<sql::Instant>,
        outcome -> Nullable<Text>,
        next_at -> Nullable<sql::Instant>,
        lapse_at -> Nullable<sql::Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    light_history (id) {
        id -> sql::Id,
        clock_id -> sql::Id,
        request_id -> sql::Id,
        light -> Text,
        at -> sql::Instant,
        recorded_at -> sql::Instant,
        red_days -> Nullable<Integer>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    ladders (id) {
        id -> sql::Id,
        version -> Integer,
        document -> sql::Document,
        since -> sql::Document,
        digest -> Text,
        created_at -> sql::Instant,
        created_by -> Nullable<sql::Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    alarms (id) {
        id -> sql::Id,
        clock_id -> sql::Id,
        request_id -> sql::Id,
        step -> Text,
        due_version -> Integer,
        recipient_id -> sql::Id,
        due_at -> sql::Instant,
        raised_at -> sql::Instant,
        tell_at -> sql::Instant,
        digest_id -> Nullable<sql::Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    alarm_digests (id) {
        id -> sql::Id,
        recipient_id -> sql::Id,
        at_any_hour -> Bool,
        created_at -> sql::Instant,
        due_at -> sql::Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    returns (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        assignment_id -> sql::Id,
        cause -> Text,
        reason -> Text,
        ground -> Nullable<Text>,
        asked_by -> sql::Id,
        asked_at -> sql::Instant,
        ruled_by -> Nullable<sql::Id>,
        ruled_at -> Nullable<sql::Instant>,
        ruling -> Nullable<Text>,
        ruling_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    extensions (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        assignment_id -> sql::Id,
        clock_id -> sql::Id,
        until -> sql::Instant,
        reason -> Text,
        ground -> Text,
        level -> Text,
        asked_by -> sql::Id,
        asked_at -> sql::Instant,
        ruled_by -> Nullable<sql::Id>,
        ruled_at -> Nullable<sql::Instant>,
        ruling -> Nullable<Text>,
        ruling_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    plans (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        assignment_id -> sql::Id,
        ends_at -> sql::Instant,
        public_text -> Text,
        asked_by -> sql::Id,
        asked_at -> sql::Instant,
        ruled_by -> Nullable<sql::Id>,
        ruled_at -> Nullable<sql::Instant>,
        ruling -> Nullable<Text>,
        ruling_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    milestones (id) {
        id -> sql::Id,
        plan_id -> sql::Id,
        position -> Integer,
        title -> Text,
        due_on -> Date,
        done_at -> Nullable<sql::Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    progress_reports (id) {
        id -> sql::Id,
        plan_id -> sql::Id,
        request_id -> sql::Id,
        clock_id -> sql::Id,
        period -> Integer,
        public_text -> Text,
        moved -> Bool,
        why_not -> Nullable<Text>,
        waiting_until -> Nullable<Date>,
        waiting_ground -> Nullable<Text>,
        reported_by -> sql::Id,
        reported_at -> sql::Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    supplements (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        asked_by -> sql::Id,
        asked_at -> sql::Instant,
        list -> Text,
        answered_by -> Nullable<sql::Id>,
        answered_at -> Nullable<sql::Instant>,
        answer -> Nullable<Text>,
        closed_at -> Nullable<sql::Instant>,
        ground -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    messages (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        from_person_id -> sql::Id,
        from_company -> Bool,
        at -> sql::Instant,
        text -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    urges (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        by_person_id -> sql::Id,
        at -> sql::Instant,
        words -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    attachments (id) {
        id -> sql::Id,
        uploaded_by -> sql::Id,
        uploaded_at -> sql::Instant,
        name -> Text,
        file_type -> Text,
        size -> BigInt,
        sha256 -> Text,
        request_id -> Nullable<sql::Id>,
        place -> Nullable<Text>,
        subject_id -> Nullable<sql::Id>,
        attached_at -> Nullable<sql::Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    joint_meetings (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        convened_by -> sql::Id,
        convened_at -> sql::Instant,
        held_at -> Nullable<sql::Instant>,
        present -> sql::Document,
        minutes -> Nullable<Text>,
        lead_unit_id -> Nullable<sql::Id>,
        ruling -> Nullable<Text>,
        planned_at -> Nullable<sql::Instant>,
        agenda -> Nullable<Text>,
        dates -> Nullable<sql::Document>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    precedents (id) {
        id -> sql::Id,
        category_id -> sql::Id,
        request_id -> sql::Id,
        unit_id -> sql::Id,
        text -> Text,
        ruled_at -> sql::Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    direct_reports (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        to_person_id -> sql::Id,
        by_person_id -> Nullable<sql::Id>,
        at -> sql::Instant,
        words -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    transfers (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        letter_number -> Text,
        reason -> Text,
        first_signer_id -> sql::Id,
        first_signed_at -> sql::Instant,
        second_signer_id -> Nullable<sql::Id>,
        second_signed_at -> Nullable<sql::Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    origins (request_id) {
        request_id -> sql::Id,
        confirmed_by -> Nullable<sql::Id>,
        confirmed_at -> Nullable<sql::Instant>,
        limit_at -> Nullable<sql::Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    redispatches (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        return_id -> Nullable<sql::Id>,
        reason -> Text,
        by_person_id -> sql::Id,
        at -> sql::Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    extension_rulings (id) {
        id -> sql::Id,
        extension_id -> sql::Id,
        request_id -> sql::Id,
        role -> Text,
        granted -> Bool,
        reason -> Text,
        ruled_by -> sql::Id,
        ruled_at -> sql::Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    withdrawals (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        asked_by -> sql::Id,
        asked_at -> sql::Instant,
        reason -> Text,
        ruled_by -> Nullable<sql::Id>,
        ruled_at -> Nullable<sql::Instant>,
        confirmed -> Nullable<Bool>,
        words -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    preliminary_reports (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        assignment_id -> sql::Id,
        public_text -> Text,
        reported_by -> sql::Id,
        reported_at -> sql::Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    charges (id) {
        id -> sql::Id,
        clock_id -> sql::Id,
        request_id -> sql::Id,
        party -> Text,
        unit_id -> Nullable<sql::Id>,
        working_seconds -> BigInt,
        stopped_at -> sql::Instant,
    }
}

// Ratings

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    ratings (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        cycle -> Integer,
        level -> Text,
        reached -> Bool,
        solved -> Bool,
        reasons -> sql::Document,
        words -> Nullable<Text>,
        rated_by -> sql::Id,
        rated_at -> sql::Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    follow_ups (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        cycle -> Integer,
        called_by -> sql::Id,
        called_at -> sql::Instant,
        valid -> Bool,
        contacted -> Nullable<Bool>,
        solved -> Nullable<Bool>,
        satisfied -> Nullable<Text>,
        words -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    callbacks (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        cycle -> Integer,
        called_by -> Nullable<sql::Id>,
        called_at -> Nullable<sql::Instant>,
        findings -> Nullable<Text>,
        ruling -> Nullable<Text>,
        ruled_by -> Nullable<sql::Id>,
        ruled_at -> Nullable<sql::Instant>,
        public_text -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    appeals (id) {
        id -> sql::Id,
        rating_id -> sql::Id,
        request_id -> sql::Id,
        assignment_id -> sql::Id,
        reason -> Text,
        asked_by -> sql::Id,
        asked_at -> sql::Instant,
        ruling -> Nullable<Text>,
        ruling_reason -> Nullable<Text>,
        ruled_by -> Nullable<sql::Id>,
        ruled_at -> Nullable<sql::Instant>,
    }
}

// Oversight

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    supervision_orders (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        assignment_id -> Nullable<sql::Id>,
        unit_id -> sql::Id,
        ground -> Text,
        cause -> Text,
        late_clock -> Nullable<Text>,
        late_since -> Nullable<sql::Instant>,
        state -> Text,
        level -> Text,
        matter -> Text,
        demand -> Text,
        reply_by -> Nullable<sql::Instant>,
        drafted_at -> sql::Instant,
        drafted_by -> Nullable<sql::Id>,
        prefix -> Nullable<Text>,
        year -> Nullable<Integer>,
        sequence -> Nullable<Integer>,
        days_late -> Nullable<Integer>,
        issuing_unit_id -> Nullable<sql::Id>,
        issued_as -> Nullable<Text>,
        issued_by -> Nullable<sql::Id>,
        issued_at -> Nullable<sql::Instant>,
        clock_id -> Nullable<sql::Id>,
        ended_at -> Nullable<sql::Instant>,
        ended_by -> Nullable<sql::Id>,
        end_reason -> Nullable<Text>,
        version -> Integer,
        journal_seq -> Integer,
        journal_head -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    supervision_numbers (prefix, year) {
        prefix -> Text,
        year -> Integer,
        last -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    supervision_copies (order_id, unit_id) {
        order_id -> sql::Id,
        unit_id -> sql::Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    supervision_replies (id) {
        id -> sql::Id,
        order_id -> sql::Id,
        text -> Text,
        replied_by -> sql::Id,
        replied_at -> sql::Instant,
        accepted -> Nullable<Bool>,
        reason -> Nullable<Text>,
        ruled_by -> Nullable<sql::Id>,
        ruled_at -> Nullable<sql::Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    supervision_steps (id) {
        id -> sql::Id,
        request_id -> sql::Id,
        assignment_id -> Nullable<sql::Id>,
        unit_id -> sql::Id,
        cycle -> Integer,
        step -> Text,
        order_id -> Nullable<sql::Id>,
        words -> Nullable<Text>,
        taken_by -> sql::Id,
        taken_at -> sql::Instant,
        planned_at -> Nullable<sql::Instant>,
        place -> Nullable<Text>,
        held_at -> Nullable<sql::Instant>,
        outcome -> Nullable<Text>,
        recorded_by -> Nullable<sql::Id>,
        recorded_at -> Nullable<sql::Instant>,
    }
}

// Kit

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    outbox (id) {
        id -> sql::Id,
        kind -> Text,
        channel -> Text,
        recipient_id -> Nullable<sql::Id>,
        recipient_unit_id -> Nullable<sql::Id>,
        request_id -> Nullable<sql::Id>,
        dedup -> Text,
        payload -> sql::Document,
        state -> Text,
        created_at -> sql::Instant,
        due_at -> sql::Instant,
        attempts -> Integer,
        reason -> Nullable<Text>,
        next_at -> Nullable<sql::Instant>,
        fence -> Integer,
        doubts -> Integer,
        answer -> Nullable<Text>,
        ended_at -> Nullable<sql::Instant>,
        journal_seq -> Integer,
        journal_head -> Text,
        hand_out_at -> Nullable<sql::Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    inbox (id) {
        id -> sql::Id,
        person_id -> sql::Id,
        notice_id -> sql::Id,
        created_at -> sql::Instant,
        read_at -> Nullable<sql::Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    journal (id) {
        id -> sql::Id,
        subject_kind -> Text,
        subject_id -> sql::Id,
        seq -> Integer,
        at -> sql::Instant,
        actor_id -> Nullable<sql::Id>,
        capacity -> Text,
        act -> Text,
        detail -> Text,
        previous_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    journal_heads (number) {
        number -> Integer,
        day -> Date,
        taken_at -> sql::Instant,
        closes -> Bool,
        chains -> Integer,
        previous_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    journal_head_ends (subject_id, seq) {
        subject_id -> sql::Id,
        seq -> Integer,
        head_number -> Integer,
        hash -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    personal_data (digest) {
        digest -> Text,
        subject_id -> sql::Id,
        salt -> Text,
        value -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    security_log (id) {
        id -> sql::Id,
        at -> sql::Instant,
        person_id -> Nullable<sql::Id>,
        kind -> Text,
        detail -> sql::Document,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql;

    idempotency_keys (person_id, method, route, key) {
        person_id -> sql::Id,
        method -> Text,
        route -> Text,
        key -> Text,
        digest -> Text,
        standing -> Text,
        taken_at -> sql::Instant,
        subject_id -> Nullable<sql::Id>,
        status -> Integer,
        version -> Nullable<Integer>,
        location -> Nullable<Text>,
        body -> Binary,
    }
}

// The joins that are made along one foreign key.

diesel::joinable!(memberships -> persons (person_id));
diesel::joinable!(memberships -> units (unit_id));
diesel::joinable!(memberships -> companies (company_id));
diesel::joinable!(sessions -> persons (person_id));
diesel::joinable!(duties -> categories (category_id));
diesel::joinable!(duties -> units (lead_unit_id));
diesel::joinable!(duty_assists -> duties (duty_id));
diesel::joinable!(requests -> categories (category_id));
diesel::joinable!(requests -> companies (company_id));
diesel::joinable!(assignments -> requests (request_id));
diesel::joinable!(contacts -> requests (request_id));
diesel::joinable!(answers -> requests (request_id));
diesel::joinable!(search_entries -> requests (request_id));
diesel::joinable!(clocks -> requests (request_id));
diesel::joinable!(clocks -> assignments (assignment_id));
diesel::joinable!(ratings -> requests (request_id));
diesel::joinable!(inbox -> outbox (notice_id));

diesel::allow_tables_to_appear_in_same_query!(
    units,
    persons,
    companies,
    memberships,
    sessions,
    server_keys,
    throttles,
    known_peers,
    past_passwords,
    password_resets,
    totp_enrolments,
    recovery_codes,
    calendars,
    books,
    registers,
    categories,
    duties,
    duty_assists,
    number_blocks,
    requests,
    search_entries,
    outside_numbers,
    assignments,
    contacts,
    contests,
    answers,
    commitments,
    clocks,
    light_history,
    ladders,
    alarms,
    alarm_digests,
    returns,
    extensions,
    plans,
    milestones,
    progress_reports,
    supplements,
    messages,
    urges,
    attachments,
    joint_meetings,
    precedents,
    direct_reports,
    transfers,
    origins,
    redispatches,
    extension_rulings,
    withdrawals,
    preliminary_reports,
    charges,
    ratings,
    follow_ups,
    callbacks,
    appeals,
    supervision_orders,
    supervision_numbers,
    supervision_copies,
    supervision_replies,
    supervision_steps,
    outbox,
    inbox,
    journal,
    journal_heads,
    journal_head_ends,
    personal_data,
    security_log,
    idempotency_keys,
);
