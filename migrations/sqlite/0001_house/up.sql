-- People

-- The tree of the district: offices, bureaux, sections, streets, towns.
CREATE TABLE units (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_en TEXT,
    kind TEXT NOT NULL,
    parent_id BLOB REFERENCES units (id),
    path TEXT NOT NULL,
    calendar TEXT NOT NULL,
    email TEXT,
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    version INTEGER NOT NULL,
    journal_seq INTEGER NOT NULL,
    journal_head TEXT NOT NULL
) STRICT;
CREATE INDEX units_by_path ON units (path);
CREATE INDEX units_by_parent_id ON units (parent_id);

-- Who logs in.
CREATE TABLE persons (
    id BLOB PRIMARY KEY NOT NULL,
    username TEXT UNIQUE,
    phone TEXT UNIQUE,
    name TEXT NOT NULL,
    email TEXT,
    password_hash TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    password_changed_at INTEGER NOT NULL,
    password_one_time INTEGER NOT NULL,
    version INTEGER NOT NULL,
    journal_seq INTEGER NOT NULL,
    journal_head TEXT NOT NULL
) STRICT;

-- Registered ones with a USCC, and those that have none.
CREATE TABLE companies (
    id BLOB PRIMARY KEY NOT NULL,
    uscc TEXT UNIQUE,
    name TEXT NOT NULL,
    standing TEXT NOT NULL,
    state TEXT NOT NULL,
    size TEXT,
    industry TEXT,
    street TEXT,
    contact_name TEXT,
    contact_phone TEXT,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    journal_seq INTEGER NOT NULL,
    journal_head TEXT NOT NULL
) STRICT;
CREATE INDEX companies_by_state_id ON companies (state, id);

-- A person's role in a unit or a company, from-to.
CREATE TABLE memberships (
    id BLOB PRIMARY KEY NOT NULL,
    person_id BLOB NOT NULL REFERENCES persons (id),
    unit_id BLOB REFERENCES units (id),
    company_id BLOB REFERENCES companies (id),
    role TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX memberships_by_person_id ON memberships (person_id);
CREATE INDEX memberships_by_unit_id ON memberships (unit_id);
CREATE INDEX memberships_by_company_id ON memberships (company_id);

-- Opaque tokens, hashed.
CREATE TABLE sessions (
    id BLOB PRIMARY KEY NOT NULL,
    person_id BLOB NOT NULL REFERENCES persons (id),
    token_hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_person_id ON sessions (person_id);
CREATE INDEX sessions_by_expires_at ON sessions (expires_at);

-- Promises

-- Working time, versioned; the newest version of a name holds.
CREATE TABLE calendars (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    document TEXT NOT NULL CHECK (json_valid(document)),
    digest TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB REFERENCES persons (id)
) STRICT;
CREATE UNIQUE INDEX calendars_by_name_version ON calendars (name, version);

-- The promise book, versioned.
CREATE TABLE books (
    id BLOB PRIMARY KEY NOT NULL,
    version INTEGER NOT NULL UNIQUE,
    document TEXT NOT NULL CHECK (json_valid(document)),
    digest TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB REFERENCES persons (id)
) STRICT;

-- The book, the categories and the duty table, each locked by a change to it and holding its journal.
CREATE TABLE registers (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    journal_seq INTEGER NOT NULL,
    journal_head TEXT NOT NULL
) STRICT;

-- Classes and sub-classes of matters.
CREATE TABLE categories (
    id BLOB PRIMARY KEY NOT NULL,
    code TEXT NOT NULL UNIQUE,
    parent_id BLOB REFERENCES categories (id),
    name TEXT NOT NULL,
    name_en TEXT,
    position INTEGER NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    version INTEGER NOT NULL
) STRICT;

-- The duty table, who answers for a category.
CREATE TABLE duties (
    id BLOB PRIMARY KEY NOT NULL,
    category_id BLOB NOT NULL REFERENCES categories (id),
    lead_unit_id BLOB NOT NULL REFERENCES units (id),
    pace TEXT NOT NULL,
    owner TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX duties_by_category_id_valid_from ON duties (category_id, valid_from);

-- The assisting units of a duty.
CREATE TABLE duty_assists (
    id BLOB PRIMARY KEY NOT NULL,
    duty_id BLOB NOT NULL REFERENCES duties (id),
    unit_id BLOB NOT NULL REFERENCES units (id)
) STRICT;
CREATE UNIQUE INDEX duty_assists_by_duty_id_unit_id ON duty_assists (duty_id, unit_id);

-- Requests

-- The next free sequence of a day.
CREATE TABLE number_blocks (
    day TEXT PRIMARY KEY NOT NULL,
    next INTEGER NOT NULL
) STRICT;

CREATE TABLE requests (
    id BLOB PRIMARY KEY NOT NULL,
    number TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    cycle INTEGER NOT NULL,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,
    urgency TEXT NOT NULL,
    confidence TEXT NOT NULL,
    pace TEXT,
    category_id BLOB REFERENCES categories (id),
    company_id BLOB NOT NULL REFERENCES companies (id),
    filed_by BLOB NOT NULL REFERENCES persons (id),
    conduct_unit_id BLOB REFERENCES units (id),
    master_id BLOB REFERENCES requests (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    place TEXT,
    contact_name TEXT,
    contact_phone TEXT,
    filed_at INTEGER NOT NULL,
    dispatched_at INTEGER,
    answered_at INTEGER,
    ended_at INTEGER,
    ground TEXT,
    ground_text TEXT,
    company_warn_at INTEGER,
    company_due_at INTEGER,
    staff_warn_at INTEGER,
    staff_due_at INTEGER,
    version INTEGER NOT NULL,
    journal_seq INTEGER NOT NULL,
    journal_head TEXT NOT NULL
) STRICT;
CREATE INDEX requests_by_company_id_filed_at_id ON requests (company_id, filed_at, id);
CREATE INDEX requests_by_state_filed_at_id ON requests (state, filed_at, id);
CREATE INDEX requests_by_category_id_filed_at_id ON requests (category_id, filed_at, id);
CREATE INDEX requests_by_filed_at_id ON requests (filed_at, id);
CREATE INDEX requests_by_staff_due_at_id ON requests (staff_due_at, id) WHERE staff_due_at IS NOT NULL;
CREATE INDEX requests_by_staff_warn_at_id ON requests (staff_warn_at, id) WHERE staff_warn_at IS NOT NULL;
CREATE INDEX requests_by_company_id_company_due_at ON requests (company_id, company_due_at) WHERE company_due_at IS NOT NULL;
CREATE INDEX requests_by_master_id ON requests (master_id) WHERE master_id IS NOT NULL;

-- What other systems call a request.
CREATE TABLE outside_numbers (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    system TEXT NOT NULL,
    number TEXT NOT NULL
) STRICT;
CREATE INDEX outside_numbers_by_request_id ON outside_numbers (request_id);
CREATE UNIQUE INDEX outside_numbers_by_system_number ON outside_numbers (system, number);

-- One unit's share of a request.
CREATE TABLE assignments (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    unit_id BLOB NOT NULL REFERENCES units (id),
    part TEXT NOT NULL,
    cycle INTEGER NOT NULL,
    state TEXT NOT NULL,
    returning_from TEXT,
    told_to_contact INTEGER NOT NULL,
    handler_id BLOB REFERENCES persons (id),
    section_id BLOB REFERENCES units (id),
    note TEXT,
    dispatched_by BLOB NOT NULL REFERENCES persons (id),
    dispatched_at INTEGER NOT NULL,
    signed_at INTEGER,
    answered_at INTEGER,
    accepted_at INTEGER,
    closed_at INTEGER,
    warn_at INTEGER,
    due_at INTEGER,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX assignments_by_request_id ON assignments (request_id);
CREATE INDEX assignments_by_unit_id_request_id ON assignments (unit_id, request_id);
CREATE INDEX assignments_by_unit_id_due_at ON assignments (unit_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX assignments_by_unit_id_warn_at ON assignments (unit_id, warn_at) WHERE warn_at IS NOT NULL;
CREATE UNIQUE INDEX assignments_live_request_id_cycle ON assignments (request_id, cycle) WHERE part = 'lead' AND state NOT IN ('returned', 'closed');
CREATE UNIQUE INDEX assignments_live_request_id_cycle_unit_id ON assignments (request_id, cycle, unit_id) WHERE state NOT IN ('returned', 'closed');

CREATE TABLE contacts (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    assignment_id BLOB REFERENCES assignments (id),
    unit_id BLOB NOT NULL REFERENCES units (id),
    made_by BLOB NOT NULL REFERENCES persons (id),
    at INTEGER NOT NULL,
    claimed_at INTEGER,
    whom TEXT NOT NULL,
    means TEXT NOT NULL,
    number TEXT,
    reached INTEGER NOT NULL,
    message_left INTEGER NOT NULL,
    joint INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    standing TEXT NOT NULL
) STRICT;
CREATE INDEX contacts_by_request_id ON contacts (request_id);
CREATE INDEX contacts_by_assignment_id ON contacts (assignment_id);

-- The company says a contact was none.
CREATE TABLE contests (
    id BLOB PRIMARY KEY NOT NULL,
    contact_id BLOB NOT NULL UNIQUE REFERENCES contacts (id),
    request_id BLOB NOT NULL REFERENCES requests (id),
    by_person_id BLOB NOT NULL REFERENCES persons (id),
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    ruled_at INTEGER,
    ruled_by BLOB REFERENCES persons (id),
    ruling TEXT,
    ruling_reason TEXT
) STRICT;
CREATE INDEX contests_by_request_id ON contests (request_id);

CREATE TABLE answers (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    assignment_id BLOB REFERENCES assignments (id),
    cycle INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content)),
    drafted_by BLOB NOT NULL REFERENCES persons (id),
    drafted_at INTEGER NOT NULL,
    approved_by BLOB REFERENCES persons (id),
    approved_at INTEGER,
    released_by BLOB REFERENCES persons (id),
    released_at INTEGER,
    reason TEXT
) STRICT;
CREATE INDEX answers_by_request_id ON answers (request_id);
CREATE UNIQUE INDEX answers_by_assignment_id_cycle_revision ON answers (assignment_id, cycle, revision);

-- Dated promises of a released answer.
CREATE TABLE commitments (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    answer_id BLOB NOT NULL REFERENCES answers (id),
    assignment_id BLOB REFERENCES assignments (id),
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    ended_at INTEGER,
    ended_by BLOB REFERENCES persons (id)
) STRICT;
CREATE INDEX commitments_by_request_id ON commitments (request_id);

CREATE TABLE clocks (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    assignment_id BLOB REFERENCES assignments (id),
    commitment_id BLOB REFERENCES commitments (id),
    kind TEXT NOT NULL,
    holder TEXT NOT NULL,
    holder_unit_id BLOB REFERENCES units (id),
    cycle INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    rule TEXT NOT NULL CHECK (json_valid(rule)),
    calendar TEXT NOT NULL,
    calendar_version INTEGER NOT NULL,
    facts TEXT NOT NULL CHECK (json_valid(facts)),
    first_due_at INTEGER,
    warn_at INTEGER,
    ask_by INTEGER,
    due_at INTEGER,
    due_version INTEGER NOT NULL,
    provisional INTEGER NOT NULL,
    paused_at INTEGER,
    disputed INTEGER NOT NULL,
    stopped_at INTEGER,
    outcome TEXT,
    next_at INTEGER
) STRICT;
CREATE INDEX clocks_by_request_id ON clocks (request_id);
CREATE INDEX clocks_by_holder_unit_id_kind_due_at ON clocks (holder_unit_id, kind, due_at) WHERE stopped_at IS NULL;
CREATE INDEX clocks_by_kind_due_at ON clocks (kind, due_at) WHERE stopped_at IS NULL;
CREATE INDEX clocks_by_due_at ON clocks (due_at) WHERE stopped_at IS NULL;
CREATE INDEX clocks_by_next_at ON clocks (next_at) WHERE next_at IS NOT NULL;

-- When a clock went yellow and red; append-only.
CREATE TABLE light_history (
    id BLOB PRIMARY KEY NOT NULL,
    clock_id BLOB NOT NULL REFERENCES clocks (id),
    request_id BLOB NOT NULL REFERENCES requests (id),
    light TEXT NOT NULL,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX light_history_by_clock_id_light_at ON light_history (clock_id, light, at);
CREATE INDEX light_history_by_request_id ON light_history (request_id);

-- A unit asks to give its share back.
CREATE TABLE returns (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    assignment_id BLOB NOT NULL REFERENCES assignments (id),
    cause TEXT NOT NULL,
    reason TEXT NOT NULL,
    ground TEXT,
    asked_by BLOB NOT NULL REFERENCES persons (id),
    asked_at INTEGER NOT NULL,
    ruled_by BLOB REFERENCES persons (id),
    ruled_at INTEGER,
    ruling TEXT,
    ruling_reason TEXT
) STRICT;
CREATE INDEX returns_by_request_id ON returns (request_id);
CREATE INDEX returns_by_assignment_id ON returns (assignment_id);

CREATE TABLE extensions (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    assignment_id BLOB NOT NULL REFERENCES assignments (id),
    clock_id BLOB NOT NULL REFERENCES clocks (id),
    until INTEGER NOT NULL,
    reason TEXT NOT NULL,
    ground TEXT NOT NULL,
    level TEXT NOT NULL,
    asked_by BLOB NOT NULL REFERENCES persons (id),
    asked_at INTEGER NOT NULL,
    ruled_by BLOB REFERENCES persons (id),
    ruled_at INTEGER,
    ruling TEXT,
    ruling_reason TEXT
) STRICT;
CREATE INDEX extensions_by_request_id ON extensions (request_id);
CREATE INDEX extensions_by_clock_id ON extensions (clock_id);

-- A long-running matter's plan.
CREATE TABLE plans (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    assignment_id BLOB NOT NULL REFERENCES assignments (id),
    ends_at INTEGER NOT NULL,
    public_text TEXT NOT NULL,
    asked_by BLOB NOT NULL REFERENCES persons (id),
    asked_at INTEGER NOT NULL,
    ruled_by BLOB REFERENCES persons (id),
    ruled_at INTEGER,
    ruling TEXT,
    ruling_reason TEXT
) STRICT;
CREATE INDEX plans_by_request_id ON plans (request_id);

CREATE TABLE milestones (
    id BLOB PRIMARY KEY NOT NULL,
    plan_id BLOB NOT NULL REFERENCES plans (id),
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    due_on TEXT NOT NULL,
    done_at INTEGER
) STRICT;
CREATE UNIQUE INDEX milestones_by_plan_id_position ON milestones (plan_id, position);

CREATE TABLE progress_reports (
    id BLOB PRIMARY KEY NOT NULL,
    plan_id BLOB NOT NULL REFERENCES plans (id),
    request_id BLOB NOT NULL REFERENCES requests (id),
    clock_id BLOB NOT NULL REFERENCES clocks (id),
    period INTEGER NOT NULL,
    public_text TEXT NOT NULL,
    moved INTEGER NOT NULL,
    why_not TEXT,
    waiting_until TEXT,
    waiting_ground TEXT,
    reported_by BLOB NOT NULL REFERENCES persons (id),
    reported_at INTEGER NOT NULL
) STRICT;
CREATE INDEX progress_reports_by_request_id ON progress_reports (request_id);
CREATE UNIQUE INDEX progress_reports_by_plan_id_period ON progress_reports (plan_id, period);

-- Papers asked of the company.
CREATE TABLE supplements (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    asked_by BLOB NOT NULL REFERENCES persons (id),
    asked_at INTEGER NOT NULL,
    list TEXT NOT NULL,
    answered_by BLOB REFERENCES persons (id),
    answered_at INTEGER,
    answer TEXT,
    closed_at INTEGER,
    ground TEXT
) STRICT;
CREATE INDEX supplements_by_request_id ON supplements (request_id);

CREATE TABLE messages (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    from_person_id BLOB NOT NULL REFERENCES persons (id),
    from_company INTEGER NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX messages_by_request_id ON messages (request_id);

-- The company asks for haste.
CREATE TABLE urges (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    by_person_id BLOB NOT NULL REFERENCES persons (id),
    at INTEGER NOT NULL,
    words TEXT
) STRICT;
CREATE INDEX urges_by_request_id ON urges (request_id);

CREATE TABLE attachments (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB REFERENCES requests (id),
    uploaded_by BLOB NOT NULL REFERENCES persons (id),
    uploaded_at INTEGER NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    audience TEXT NOT NULL
) STRICT;
CREATE INDEX attachments_by_request_id ON attachments (request_id);

-- Convened on a hard matter or a disputed duty.
CREATE TABLE joint_meetings (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    convened_by BLOB NOT NULL REFERENCES persons (id),
    convened_at INTEGER NOT NULL,
    held_at INTEGER,
    present TEXT NOT NULL CHECK (json_valid(present)),
    minutes TEXT,
    lead_unit_id BLOB REFERENCES units (id),
    ruling TEXT
) STRICT;
CREATE INDEX joint_meetings_by_request_id ON joint_meetings (request_id);

-- A joint ruling kept for the next dispatch of its category.
CREATE TABLE precedents (
    id BLOB PRIMARY KEY NOT NULL,
    category_id BLOB NOT NULL REFERENCES categories (id),
    request_id BLOB NOT NULL REFERENCES requests (id),
    unit_id BLOB NOT NULL REFERENCES units (id),
    text TEXT NOT NULL,
    ruled_at INTEGER NOT NULL
) STRICT;
CREATE INDEX precedents_by_category_id ON precedents (category_id);

-- To the leader, beside the route.
CREATE TABLE direct_reports (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    to_person_id BLOB NOT NULL REFERENCES persons (id),
    by_person_id BLOB NOT NULL REFERENCES persons (id),
    at INTEGER NOT NULL,
    words TEXT NOT NULL
) STRICT;
CREATE INDEX direct_reports_by_request_id ON direct_reports (request_id);

-- Misconduct handed to discipline inspection, two signatures.
CREATE TABLE transfers (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL UNIQUE REFERENCES requests (id),
    letter_number TEXT NOT NULL,
    reason TEXT NOT NULL,
    first_signer_id BLOB NOT NULL REFERENCES persons (id),
    first_signed_at INTEGER NOT NULL,
    second_signer_id BLOB REFERENCES persons (id),
    second_signed_at INTEGER
) STRICT;

-- Ratings

CREATE TABLE ratings (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    cycle INTEGER NOT NULL,
    level TEXT NOT NULL,
    reached INTEGER NOT NULL,
    solved INTEGER NOT NULL,
    reasons TEXT NOT NULL CHECK (json_valid(reasons)),
    words TEXT,
    rated_by BLOB NOT NULL REFERENCES persons (id),
    rated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX ratings_by_request_id_cycle ON ratings (request_id, cycle);

CREATE TABLE follow_ups (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    cycle INTEGER NOT NULL,
    called_by BLOB NOT NULL REFERENCES persons (id),
    called_at INTEGER NOT NULL,
    valid INTEGER NOT NULL,
    contacted INTEGER,
    solved INTEGER,
    satisfied TEXT,
    words TEXT
) STRICT;
CREATE INDEX follow_ups_by_request_id ON follow_ups (request_id);

-- A bad rating called back and ruled on.
CREATE TABLE callbacks (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    cycle INTEGER NOT NULL,
    called_by BLOB REFERENCES persons (id),
    called_at INTEGER,
    findings TEXT,
    ruling TEXT,
    ruled_by BLOB REFERENCES persons (id),
    ruled_at INTEGER,
    public_text TEXT
) STRICT;
CREATE UNIQUE INDEX callbacks_by_request_id_cycle ON callbacks (request_id, cycle);

-- A unit asks that a rating not count against it.
CREATE TABLE appeals (
    id BLOB PRIMARY KEY NOT NULL,
    rating_id BLOB NOT NULL REFERENCES ratings (id),
    request_id BLOB NOT NULL REFERENCES requests (id),
    assignment_id BLOB NOT NULL REFERENCES assignments (id),
    reason TEXT NOT NULL,
    asked_by BLOB NOT NULL REFERENCES persons (id),
    asked_at INTEGER NOT NULL,
    ruling TEXT,
    ruling_reason TEXT,
    ruled_by BLOB REFERENCES persons (id),
    ruled_at INTEGER
) STRICT;
CREATE UNIQUE INDEX appeals_by_rating_id_assignment_id ON appeals (rating_id, assignment_id);

-- Oversight

CREATE TABLE supervision_orders (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES requests (id),
    unit_id BLOB NOT NULL REFERENCES units (id),
    prefix TEXT NOT NULL,
    year INTEGER NOT NULL,
    sequence INTEGER,
    step TEXT NOT NULL,
    state TEXT NOT NULL,
    matter TEXT NOT NULL,
    demand TEXT NOT NULL,
    reply_by INTEGER,
    drafted_at INTEGER NOT NULL,
    issued_by BLOB REFERENCES persons (id),
    issued_at INTEGER,
    replied_by BLOB REFERENCES persons (id),
    replied_at INTEGER,
    reply TEXT,
    accepted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX supervision_orders_by_prefix_year_sequence ON supervision_orders (prefix, year, sequence);
CREATE INDEX supervision_orders_by_request_id ON supervision_orders (request_id);
CREATE INDEX supervision_orders_by_unit_id ON supervision_orders (unit_id);

-- Kit

-- Every effect on the world, written with its cause.
CREATE TABLE outbox (
    id BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,
    recipient_id BLOB REFERENCES persons (id),
    recipient_unit_id BLOB REFERENCES units (id),
    request_id BLOB REFERENCES requests (id),
    dedup TEXT NOT NULL UNIQUE,
    payload TEXT NOT NULL CHECK (json_valid(payload)),
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    locked_until INTEGER,
    attempts INTEGER NOT NULL,
    reason TEXT
) STRICT;
CREATE INDEX outbox_by_state_due_at ON outbox (state, due_at);
CREATE INDEX outbox_by_recipient_id ON outbox (recipient_id);
CREATE INDEX outbox_by_request_id ON outbox (request_id);

-- Append-only, one hash chain per subject.
CREATE TABLE journal (
    id BLOB PRIMARY KEY NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor_id BLOB,
    capacity TEXT NOT NULL,
    act TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX journal_by_subject_id_seq ON journal (subject_id, seq);
CREATE INDEX journal_by_at ON journal (at);

-- What the journal refers to by salted digest, so that it can be erased.
CREATE TABLE personal_data (
    digest TEXT PRIMARY KEY NOT NULL,
    subject_id BLOB NOT NULL,
    salt TEXT NOT NULL,
    value TEXT NOT NULL
) STRICT;
CREATE INDEX personal_data_by_subject_id ON personal_data (subject_id);

-- Denials and log-ins, bounded.
CREATE TABLE security_log (
    id BLOB PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL,
    person_id BLOB,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL CHECK (json_valid(detail))
) STRICT;
CREATE INDEX security_log_by_at ON security_log (at);
