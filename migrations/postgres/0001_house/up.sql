-- People

-- The tree of the district: offices, bureaux, sections, streets, towns.
CREATE TABLE units (
    id uuid PRIMARY KEY NOT NULL,
    code text COLLATE "C" NOT NULL UNIQUE,
    name text COLLATE "C" NOT NULL,
    name_en text COLLATE "C",
    kind text COLLATE "C" NOT NULL,
    parent_id uuid REFERENCES units (id),
    path text COLLATE "C" NOT NULL,
    calendar text COLLATE "C" NOT NULL,
    email text COLLATE "C",
    valid_from date NOT NULL,
    valid_until date,
    version integer NOT NULL,
    journal_seq integer NOT NULL,
    journal_head text COLLATE "C" NOT NULL
);
CREATE INDEX units_by_path ON units (path);
CREATE INDEX units_by_parent_id ON units (parent_id);

-- Who logs in.
CREATE TABLE persons (
    id uuid PRIMARY KEY NOT NULL,
    username text COLLATE "C" UNIQUE,
    phone text COLLATE "C" UNIQUE,
    name text COLLATE "C" NOT NULL,
    email text COLLATE "C",
    password_hash text COLLATE "C" NOT NULL,
    language text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    password_changed_at timestamptz NOT NULL,
    password_one_time boolean NOT NULL,
    version integer NOT NULL,
    journal_seq integer NOT NULL,
    journal_head text COLLATE "C" NOT NULL
);

-- Registered ones with a USCC, and those that have none.
CREATE TABLE companies (
    id uuid PRIMARY KEY NOT NULL,
    uscc text COLLATE "C" UNIQUE,
    name text COLLATE "C" NOT NULL,
    standing text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    size text COLLATE "C",
    industry text COLLATE "C",
    street text COLLATE "C",
    contact_name text COLLATE "C",
    contact_phone text COLLATE "C",
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    journal_seq integer NOT NULL,
    journal_head text COLLATE "C" NOT NULL
);
CREATE INDEX companies_by_state_id ON companies (state, id);

-- A person's role in a unit or a company, from-to.
CREATE TABLE memberships (
    id uuid PRIMARY KEY NOT NULL,
    person_id uuid NOT NULL REFERENCES persons (id),
    unit_id uuid REFERENCES units (id),
    company_id uuid REFERENCES companies (id),
    role text COLLATE "C" NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_until timestamptz,
    created_at timestamptz NOT NULL
);
CREATE INDEX memberships_by_person_id ON memberships (person_id);
CREATE INDEX memberships_by_unit_id ON memberships (unit_id);
CREATE INDEX memberships_by_company_id ON memberships (company_id);

-- Opaque tokens, hashed.
CREATE TABLE sessions (
    id uuid PRIMARY KEY NOT NULL,
    person_id uuid NOT NULL REFERENCES persons (id),
    token_hash text COLLATE "C" NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_by_person_id ON sessions (person_id);
CREATE INDEX sessions_by_expires_at ON sessions (expires_at);

-- Promises

-- Working time, versioned; the newest version of a name holds.
CREATE TABLE calendars (
    id uuid PRIMARY KEY NOT NULL,
    name text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    document jsonb NOT NULL,
    digest text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid REFERENCES persons (id)
);
CREATE UNIQUE INDEX calendars_by_name_version ON calendars (name, version);

-- The promise book, versioned.
CREATE TABLE books (
    id uuid PRIMARY KEY NOT NULL,
    version integer NOT NULL UNIQUE,
    document jsonb NOT NULL,
    digest text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid REFERENCES persons (id)
);

-- The book, the categories and the duty table, each locked by a change to it and holding its journal.
CREATE TABLE registers (
    id uuid PRIMARY KEY NOT NULL,
    name text COLLATE "C" NOT NULL UNIQUE,
    journal_seq integer NOT NULL,
    journal_head text COLLATE "C" NOT NULL
);

-- Classes and sub-classes of matters.
CREATE TABLE categories (
    id uuid PRIMARY KEY NOT NULL,
    code text COLLATE "C" NOT NULL UNIQUE,
    parent_id uuid REFERENCES categories (id),
    name text COLLATE "C" NOT NULL,
    name_en text COLLATE "C",
    position integer NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    version integer NOT NULL
);

-- The duty table, who answers for a category.
CREATE TABLE duties (
    id uuid PRIMARY KEY NOT NULL,
    category_id uuid NOT NULL REFERENCES categories (id),
    lead_unit_id uuid NOT NULL REFERENCES units (id),
    pace text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    created_at timestamptz NOT NULL
);
CREATE INDEX duties_by_category_id_valid_from ON duties (category_id, valid_from);

-- The assisting units of a duty.
CREATE TABLE duty_assists (
    id uuid PRIMARY KEY NOT NULL,
    duty_id uuid NOT NULL REFERENCES duties (id),
    unit_id uuid NOT NULL REFERENCES units (id)
);
CREATE UNIQUE INDEX duty_assists_by_duty_id_unit_id ON duty_assists (duty_id, unit_id);

-- Requests

-- The next free sequence of a day.
CREATE TABLE number_blocks (
    day date PRIMARY KEY NOT NULL,
    next integer NOT NULL
);

CREATE TABLE requests (
    id uuid PRIMARY KEY NOT NULL,
    number text COLLATE "C" NOT NULL UNIQUE,
    state text COLLATE "C" NOT NULL,
    cycle integer NOT NULL,
    channel text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    urgency text COLLATE "C" NOT NULL,
    confidence text COLLATE "C" NOT NULL,
    pace text COLLATE "C",
    category_id uuid REFERENCES categories (id),
    company_id uuid NOT NULL REFERENCES companies (id),
    filed_by uuid NOT NULL REFERENCES persons (id),
    conduct_unit_id uuid REFERENCES units (id),
    master_id uuid REFERENCES requests (id),
    title text COLLATE "C" NOT NULL,
    body text COLLATE "C" NOT NULL,
    place text COLLATE "C",
    contact_name text COLLATE "C",
    contact_phone text COLLATE "C",
    filed_at timestamptz NOT NULL,
    dispatched_at timestamptz,
    answered_at timestamptz,
    ended_at timestamptz,
    ground text COLLATE "C",
    ground_text text COLLATE "C",
    company_warn_at timestamptz,
    company_due_at timestamptz,
    staff_warn_at timestamptz,
    staff_due_at timestamptz,
    version integer NOT NULL,
    journal_seq integer NOT NULL,
    journal_head text COLLATE "C" NOT NULL
);
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
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    system text COLLATE "C" NOT NULL,
    number text COLLATE "C" NOT NULL
);
CREATE INDEX outside_numbers_by_request_id ON outside_numbers (request_id);
CREATE UNIQUE INDEX outside_numbers_by_system_number ON outside_numbers (system, number);

-- One unit's share of a request.
CREATE TABLE assignments (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    unit_id uuid NOT NULL REFERENCES units (id),
    part text COLLATE "C" NOT NULL,
    cycle integer NOT NULL,
    state text COLLATE "C" NOT NULL,
    returning_from text COLLATE "C",
    told_to_contact boolean NOT NULL,
    handler_id uuid REFERENCES persons (id),
    section_id uuid REFERENCES units (id),
    note text COLLATE "C",
    dispatched_by uuid NOT NULL REFERENCES persons (id),
    dispatched_at timestamptz NOT NULL,
    signed_at timestamptz,
    answered_at timestamptz,
    accepted_at timestamptz,
    closed_at timestamptz,
    warn_at timestamptz,
    due_at timestamptz,
    version integer NOT NULL
);
CREATE INDEX assignments_by_request_id ON assignments (request_id);
CREATE INDEX assignments_by_unit_id_request_id ON assignments (unit_id, request_id);
CREATE INDEX assignments_by_unit_id_due_at ON assignments (unit_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX assignments_by_unit_id_warn_at ON assignments (unit_id, warn_at) WHERE warn_at IS NOT NULL;
CREATE UNIQUE INDEX assignments_live_request_id_cycle ON assignments (request_id, cycle) WHERE part = 'lead' AND state NOT IN ('returned', 'closed');
CREATE UNIQUE INDEX assignments_live_request_id_cycle_unit_id ON assignments (request_id, cycle, unit_id) WHERE state NOT IN ('returned', 'closed');

CREATE TABLE contacts (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    assignment_id uuid REFERENCES assignments (id),
    unit_id uuid NOT NULL REFERENCES units (id),
    made_by uuid NOT NULL REFERENCES persons (id),
    at timestamptz NOT NULL,
    claimed_at timestamptz,
    whom text COLLATE "C" NOT NULL,
    means text COLLATE "C" NOT NULL,
    number text COLLATE "C",
    reached boolean NOT NULL,
    message_left boolean NOT NULL,
    joint boolean NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    standing text COLLATE "C" NOT NULL
);
CREATE INDEX contacts_by_request_id ON contacts (request_id);
CREATE INDEX contacts_by_assignment_id ON contacts (assignment_id);

-- The company says a contact was none.
CREATE TABLE contests (
    id uuid PRIMARY KEY NOT NULL,
    contact_id uuid NOT NULL UNIQUE REFERENCES contacts (id),
    request_id uuid NOT NULL REFERENCES requests (id),
    by_person_id uuid NOT NULL REFERENCES persons (id),
    at timestamptz NOT NULL,
    reason text COLLATE "C" NOT NULL,
    ruled_at timestamptz,
    ruled_by uuid REFERENCES persons (id),
    ruling text COLLATE "C",
    ruling_reason text COLLATE "C"
);
CREATE INDEX contests_by_request_id ON contests (request_id);

CREATE TABLE answers (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    assignment_id uuid REFERENCES assignments (id),
    cycle integer NOT NULL,
    revision integer NOT NULL,
    state text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    content jsonb NOT NULL,
    drafted_by uuid NOT NULL REFERENCES persons (id),
    drafted_at timestamptz NOT NULL,
    approved_by uuid REFERENCES persons (id),
    approved_at timestamptz,
    released_by uuid REFERENCES persons (id),
    released_at timestamptz,
    reason text COLLATE "C"
);
CREATE INDEX answers_by_request_id ON answers (request_id);
CREATE UNIQUE INDEX answers_by_assignment_id_cycle_revision ON answers (assignment_id, cycle, revision);

-- Dated promises of a released answer.
CREATE TABLE commitments (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    answer_id uuid NOT NULL REFERENCES answers (id),
    assignment_id uuid REFERENCES assignments (id),
    position integer NOT NULL,
    title text COLLATE "C" NOT NULL,
    due_at timestamptz NOT NULL,
    state text COLLATE "C" NOT NULL,
    ended_at timestamptz,
    ended_by uuid REFERENCES persons (id)
);
CREATE INDEX commitments_by_request_id ON commitments (request_id);

CREATE TABLE clocks (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    assignment_id uuid REFERENCES assignments (id),
    commitment_id uuid REFERENCES commitments (id),
    kind text COLLATE "C" NOT NULL,
    holder text COLLATE "C" NOT NULL,
    holder_unit_id uuid REFERENCES units (id),
    cycle integer NOT NULL,
    started_at timestamptz NOT NULL,
    rule jsonb NOT NULL,
    calendar text COLLATE "C" NOT NULL,
    calendar_version integer NOT NULL,
    facts jsonb NOT NULL,
    first_due_at timestamptz,
    warn_at timestamptz,
    ask_by timestamptz,
    due_at timestamptz,
    due_version integer NOT NULL,
    provisional boolean NOT NULL,
    paused_at timestamptz,
    disputed boolean NOT NULL,
    stopped_at timestamptz,
    outcome text COLLATE "C",
    next_at timestamptz
);
CREATE INDEX clocks_by_request_id ON clocks (request_id);
CREATE INDEX clocks_by_holder_unit_id_kind_due_at ON clocks (holder_unit_id, kind, due_at) WHERE stopped_at IS NULL;
CREATE INDEX clocks_by_kind_due_at ON clocks (kind, due_at) WHERE stopped_at IS NULL;
CREATE INDEX clocks_by_due_at ON clocks (due_at) WHERE stopped_at IS NULL;
CREATE INDEX clocks_by_next_at ON clocks (next_at) WHERE next_at IS NOT NULL;

-- When a clock went yellow and red; append-only.
CREATE TABLE light_history (
    id uuid PRIMARY KEY NOT NULL,
    clock_id uuid NOT NULL REFERENCES clocks (id),
    request_id uuid NOT NULL REFERENCES requests (id),
    light text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX light_history_by_clock_id_light_at ON light_history (clock_id, light, at);
CREATE INDEX light_history_by_request_id ON light_history (request_id);

-- A unit asks to give its share back.
CREATE TABLE returns (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    assignment_id uuid NOT NULL REFERENCES assignments (id),
    cause text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    ground text COLLATE "C",
    asked_by uuid NOT NULL REFERENCES persons (id),
    asked_at timestamptz NOT NULL,
    ruled_by uuid REFERENCES persons (id),
    ruled_at timestamptz,
    ruling text COLLATE "C",
    ruling_reason text COLLATE "C"
);
CREATE INDEX returns_by_request_id ON returns (request_id);
CREATE INDEX returns_by_assignment_id ON returns (assignment_id);

CREATE TABLE extensions (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    assignment_id uuid NOT NULL REFERENCES assignments (id),
    clock_id uuid NOT NULL REFERENCES clocks (id),
    until timestamptz NOT NULL,
    reason text COLLATE "C" NOT NULL,
    ground text COLLATE "C" NOT NULL,
    level text COLLATE "C" NOT NULL,
    asked_by uuid NOT NULL REFERENCES persons (id),
    asked_at timestamptz NOT NULL,
    ruled_by uuid REFERENCES persons (id),
    ruled_at timestamptz,
    ruling text COLLATE "C",
    ruling_reason text COLLATE "C"
);
CREATE INDEX extensions_by_request_id ON extensions (request_id);
CREATE INDEX extensions_by_clock_id ON extensions (clock_id);

-- A long-running matter's plan.
CREATE TABLE plans (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    assignment_id uuid NOT NULL REFERENCES assignments (id),
    ends_at timestamptz NOT NULL,
    public_text text COLLATE "C" NOT NULL,
    asked_by uuid NOT NULL REFERENCES persons (id),
    asked_at timestamptz NOT NULL,
    ruled_by uuid REFERENCES persons (id),
    ruled_at timestamptz,
    ruling text COLLATE "C",
    ruling_reason text COLLATE "C"
);
CREATE INDEX plans_by_request_id ON plans (request_id);

CREATE TABLE milestones (
    id uuid PRIMARY KEY NOT NULL,
    plan_id uuid NOT NULL REFERENCES plans (id),
    position integer NOT NULL,
    title text COLLATE "C" NOT NULL,
    due_on date NOT NULL,
    done_at timestamptz
);
CREATE UNIQUE INDEX milestones_by_plan_id_position ON milestones (plan_id, position);

CREATE TABLE progress_reports (
    id uuid PRIMARY KEY NOT NULL,
    plan_id uuid NOT NULL REFERENCES plans (id),
    request_id uuid NOT NULL REFERENCES requests (id),
    clock_id uuid NOT NULL REFERENCES clocks (id),
    period integer NOT NULL,
    public_text text COLLATE "C" NOT NULL,
    moved boolean NOT NULL,
    why_not text COLLATE "C",
    waiting_until date,
    waiting_ground text COLLATE "C",
    reported_by uuid NOT NULL REFERENCES persons (id),
    reported_at timestamptz NOT NULL
);
CREATE INDEX progress_reports_by_request_id ON progress_reports (request_id);
CREATE UNIQUE INDEX progress_reports_by_plan_id_period ON progress_reports (plan_id, period);

-- Papers asked of the company.
CREATE TABLE supplements (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    asked_by uuid NOT NULL REFERENCES persons (id),
    asked_at timestamptz NOT NULL,
    list text COLLATE "C" NOT NULL,
    answered_by uuid REFERENCES persons (id),
    answered_at timestamptz,
    answer text COLLATE "C",
    closed_at timestamptz,
    ground text COLLATE "C"
);
CREATE INDEX supplements_by_request_id ON supplements (request_id);

CREATE TABLE messages (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    from_person_id uuid NOT NULL REFERENCES persons (id),
    from_company boolean NOT NULL,
    at timestamptz NOT NULL,
    text text COLLATE "C" NOT NULL
);
CREATE INDEX messages_by_request_id ON messages (request_id);

-- The company asks for haste.
CREATE TABLE urges (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    by_person_id uuid NOT NULL REFERENCES persons (id),
    at timestamptz NOT NULL,
    words text COLLATE "C"
);
CREATE INDEX urges_by_request_id ON urges (request_id);

CREATE TABLE attachments (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid REFERENCES requests (id),
    uploaded_by uuid NOT NULL REFERENCES persons (id),
    uploaded_at timestamptz NOT NULL,
    name text COLLATE "C" NOT NULL,
    media_type text COLLATE "C" NOT NULL,
    size bigint NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    audience text COLLATE "C" NOT NULL
);
CREATE INDEX attachments_by_request_id ON attachments (request_id);

-- Convened on a hard matter or a disputed duty.
CREATE TABLE joint_meetings (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    convened_by uuid NOT NULL REFERENCES persons (id),
    convened_at timestamptz NOT NULL,
    held_at timestamptz,
    present jsonb NOT NULL,
    minutes text COLLATE "C",
    lead_unit_id uuid REFERENCES units (id),
    ruling text COLLATE "C"
);
CREATE INDEX joint_meetings_by_request_id ON joint_meetings (request_id);

-- A joint ruling kept for the next dispatch of its category.
CREATE TABLE precedents (
    id uuid PRIMARY KEY NOT NULL,
    category_id uuid NOT NULL REFERENCES categories (id),
    request_id uuid NOT NULL REFERENCES requests (id),
    unit_id uuid NOT NULL REFERENCES units (id),
    text text COLLATE "C" NOT NULL,
    ruled_at timestamptz NOT NULL
);
CREATE INDEX precedents_by_category_id ON precedents (category_id);

-- To the leader, beside the route.
CREATE TABLE direct_reports (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    to_person_id uuid NOT NULL REFERENCES persons (id),
    by_person_id uuid NOT NULL REFERENCES persons (id),
    at timestamptz NOT NULL,
    words text COLLATE "C" NOT NULL
);
CREATE INDEX direct_reports_by_request_id ON direct_reports (request_id);

-- Misconduct handed to discipline inspection, two signatures.
CREATE TABLE transfers (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL UNIQUE REFERENCES requests (id),
    letter_number text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    first_signer_id uuid NOT NULL REFERENCES persons (id),
    first_signed_at timestamptz NOT NULL,
    second_signer_id uuid REFERENCES persons (id),
    second_signed_at timestamptz
);

-- Ratings

CREATE TABLE ratings (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    cycle integer NOT NULL,
    level text COLLATE "C" NOT NULL,
    reached boolean NOT NULL,
    solved boolean NOT NULL,
    reasons jsonb NOT NULL,
    words text COLLATE "C",
    rated_by uuid NOT NULL REFERENCES persons (id),
    rated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX ratings_by_request_id_cycle ON ratings (request_id, cycle);

CREATE TABLE follow_ups (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    cycle integer NOT NULL,
    called_by uuid NOT NULL REFERENCES persons (id),
    called_at timestamptz NOT NULL,
    valid boolean NOT NULL,
    contacted boolean,
    solved boolean,
    satisfied text COLLATE "C",
    words text COLLATE "C"
);
CREATE INDEX follow_ups_by_request_id ON follow_ups (request_id);

-- A bad rating called back and ruled on.
CREATE TABLE callbacks (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    cycle integer NOT NULL,
    called_by uuid REFERENCES persons (id),
    called_at timestamptz,
    findings text COLLATE "C",
    ruling text COLLATE "C",
    ruled_by uuid REFERENCES persons (id),
    ruled_at timestamptz,
    public_text text COLLATE "C"
);
CREATE UNIQUE INDEX callbacks_by_request_id_cycle ON callbacks (request_id, cycle);

-- A unit asks that a rating not count against it.
CREATE TABLE appeals (
    id uuid PRIMARY KEY NOT NULL,
    rating_id uuid NOT NULL REFERENCES ratings (id),
    request_id uuid NOT NULL REFERENCES requests (id),
    assignment_id uuid NOT NULL REFERENCES assignments (id),
    reason text COLLATE "C" NOT NULL,
    asked_by uuid NOT NULL REFERENCES persons (id),
    asked_at timestamptz NOT NULL,
    ruling text COLLATE "C",
    ruling_reason text COLLATE "C",
    ruled_by uuid REFERENCES persons (id),
    ruled_at timestamptz
);
CREATE UNIQUE INDEX appeals_by_rating_id_assignment_id ON appeals (rating_id, assignment_id);

-- Oversight

CREATE TABLE supervision_orders (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES requests (id),
    unit_id uuid NOT NULL REFERENCES units (id),
    prefix text COLLATE "C" NOT NULL,
    year integer NOT NULL,
    sequence integer,
    step text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    matter text COLLATE "C" NOT NULL,
    demand text COLLATE "C" NOT NULL,
    reply_by timestamptz,
    drafted_at timestamptz NOT NULL,
    issued_by uuid REFERENCES persons (id),
    issued_at timestamptz,
    replied_by uuid REFERENCES persons (id),
    replied_at timestamptz,
    reply text COLLATE "C",
    accepted_at timestamptz
);
CREATE UNIQUE INDEX supervision_orders_by_prefix_year_sequence ON supervision_orders (prefix, year, sequence);
CREATE INDEX supervision_orders_by_request_id ON supervision_orders (request_id);
CREATE INDEX supervision_orders_by_unit_id ON supervision_orders (unit_id);

-- Kit

-- Every effect on the world, written with its cause.
CREATE TABLE outbox (
    id uuid PRIMARY KEY NOT NULL,
    kind text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    recipient_id uuid REFERENCES persons (id),
    recipient_unit_id uuid REFERENCES units (id),
    request_id uuid REFERENCES requests (id),
    dedup text COLLATE "C" NOT NULL UNIQUE,
    payload jsonb NOT NULL,
    state text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    locked_until timestamptz,
    attempts integer NOT NULL,
    reason text COLLATE "C"
);
CREATE INDEX outbox_by_state_due_at ON outbox (state, due_at);
CREATE INDEX outbox_by_recipient_id ON outbox (recipient_id);
CREATE INDEX outbox_by_request_id ON outbox (request_id);

-- Append-only, one hash chain per subject.
CREATE TABLE journal (
    id uuid PRIMARY KEY NOT NULL,
    subject_kind text COLLATE "C" NOT NULL,
    subject_id uuid NOT NULL,
    seq integer NOT NULL,
    at timestamptz NOT NULL,
    actor_id uuid,
    capacity text COLLATE "C" NOT NULL,
    act text COLLATE "C" NOT NULL,
    detail text COLLATE "C" NOT NULL,
    previous_hash text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX journal_by_subject_id_seq ON journal (subject_id, seq);
CREATE INDEX journal_by_at ON journal (at);

-- What the journal refers to by salted digest, so that it can be erased.
CREATE TABLE personal_data (
    digest text COLLATE "C" PRIMARY KEY NOT NULL,
    subject_id uuid NOT NULL,
    salt text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL
);
CREATE INDEX personal_data_by_subject_id ON personal_data (subject_id);

-- Denials and log-ins, bounded.
CREATE TABLE security_log (
    id uuid PRIMARY KEY NOT NULL,
    at timestamptz NOT NULL,
    person_id uuid,
    kind text COLLATE "C" NOT NULL,
    detail jsonb NOT NULL
);
CREATE INDEX security_log_by_at ON security_log (at);
