-- One row a log: the house's, and one for each contest, so that a closed contest's log can be pruned whole.
CREATE TABLE log (
    id {int} PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    origin TEXT NOT NULL UNIQUE,
    size {int} NOT NULL,
    last_at {int} NOT NULL,          -- minute of the last entry; never falls
    note TEXT NOT NULL,              -- signed checkpoint of `size`
    scopes_upto {int} NOT NULL,      -- entries below are in `scope` and `scope_entry`
    scopes_mark {bytes} NOT NULL,    -- keyed mark over `scopes_upto` and all rows of `scope`
    epoch {int} NOT NULL             -- fences a sequencer that lost its lease
) {strict};
-- Entries as hashed, with their sealed openings.
CREATE TABLE entry (
    place {int} PRIMARY KEY,         -- log << 40 | idx
    id {bytes} NOT NULL,
    leaf {bytes} NOT NULL,
    scopes {bytes} NOT NULL,         -- 17 bytes each: kind, label
    actor {bytes},                   -- opening under the actor's key
    subject {bytes},                 -- opening under the member's key
    detail {bytes}                   -- opening under the contest's key
) {strict};
CREATE UNIQUE INDEX entry_id ON entry (id);
-- Full hash tiles (tlog-tiles); partial ones are cut from memory.
CREATE TABLE tile (
    log {int} NOT NULL REFERENCES log,
    level {int} NOT NULL,
    n {int} NOT NULL,
    hashes {bytes} NOT NULL,
    PRIMARY KEY (log, level, n)
) {strict};
-- Mini-logs, written behind; what is missing after `scopes_upto` is replayed at start.
CREATE TABLE scope (
    log {int} NOT NULL REFERENCES log,
    label {bytes} NOT NULL,          -- kind, label
    last {int} NOT NULL,             -- entry that was counted last
    state {bytes} NOT NULL,
    PRIMARY KEY (log, label)
) {clustered};
CREATE TABLE scope_entry (
    log {int} NOT NULL REFERENCES log,
    label {bytes} NOT NULL,
    idx {int} NOT NULL,
    PRIMARY KEY (log, label, idx)
) {clustered};
-- PostgreSQL: entries of committed acts that the sequencer has not numbered yet.
CREATE TABLE intake (
    ticket {ticket},
    log {int} NOT NULL REFERENCES log,
    id {bytes} NOT NULL UNIQUE,
    at {int} NOT NULL,
    leaf {bytes} NOT NULL,
    scopes {bytes} NOT NULL,
    actor {bytes},
    subject {bytes},
    detail {bytes},
    mac {bytes} NOT NULL             -- only a node can put an entry here
) {strict};
CREATE INDEX intake_order ON intake (log, ticket);
-- Rows that grant. Never overwritten but for `latest`.
CREATE TABLE warrant (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    version {int} NOT NULL,
    latest {int} NOT NULL,
    at {int} NOT NULL,
    holder TEXT NOT NULL,
    about TEXT NOT NULL,
    body TEXT NOT NULL,
    log TEXT NOT NULL,
    entry {bytes} NOT NULL,
    salt {bytes} NOT NULL,
    PRIMARY KEY (kind, key, version)
) {strict};
CREATE INDEX warrant_holder ON warrant (kind, holder, latest);
CREATE INDEX warrant_about ON warrant (kind, about, latest);
CREATE UNIQUE INDEX warrant_latest ON warrant (kind, key) WHERE latest = 1;
-- Two wrapped keys a person; deleting the row is the first half of erasure.
CREATE TABLE person_key (
    person {int} PRIMARY KEY,
    epoch {int} NOT NULL,
    log_key {bytes} NOT NULL,
    data_key {bytes} NOT NULL
) {strict};
CREATE INDEX person_key_epoch ON person_key (epoch, person);
CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    next {int} NOT NULL
) {strict};
