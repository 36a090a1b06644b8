-- Members and supporters. In plain only what release and freeze count by; everything else in six sealed groups.
CREATE TABLE member (
    person {int} PRIMARY KEY,
    run {int} NOT NULL,               -- the import that wrote the row last
    class TEXT NOT NULL CHECK (class IN ('member', 'affiliated', 'registered')),
    branch TEXT NOT NULL,
    offerable {int} NOT NULL CHECK (offerable IN (0, 1)),
    fingerprint {bytes} NOT NULL,     -- keyed; tells "unchanged" without opening; then that of an earlier record, if any
    tags {bytes} NOT NULL,            -- 9 bytes each: first tag of each value, then the tag that outlives erasure
    names {bytes} NOT NULL,
    birth {bytes} NOT NULL,
    address {bytes} NOT NULL,
    email {bytes} NOT NULL,
    phones {bytes} NOT NULL,
    standing {bytes} NOT NULL
) {strict};
-- Blind index. Every tag at rest is unique; the tags of one value are a row without gaps.
CREATE TABLE member_tag (
    tag {int} PRIMARY KEY,
    person {int} NOT NULL
) {strict};
-- What a row was before an import changed it: the same sealed bytes.
CREATE TABLE member_history (
    person {int} NOT NULL,
    run {int} NOT NULL,               -- the import that changed it
    run_before {int} NOT NULL,        -- the import that had written it
    class TEXT NOT NULL,
    branch TEXT NOT NULL,
    offerable {int} NOT NULL,
    fingerprint {bytes} NOT NULL,
    tags {bytes} NOT NULL,
    names {bytes} NOT NULL,
    birth {bytes} NOT NULL,
    address {bytes} NOT NULL,
    email {bytes} NOT NULL,
    phones {bytes} NOT NULL,
    standing {bytes} NOT NULL,
    PRIMARY KEY (person, run)
) {strict};
CREATE INDEX member_history_run ON member_history (run);
-- Imports. One that was not closed is undone at the next start.
CREATE TABLE import_run (
    run {int} PRIMARY KEY,
    begun {int} NOT NULL,
    closed {int},
    first_person {int} NOT NULL,      -- people of this number and above are new in this run
    into_empty {int} NOT NULL         -- 1: nobody stood in the register before
) {strict};
-- Whoever begins an import or erases somebody holds this row meanwhile.
CREATE TABLE register_turn (
    one {int} PRIMARY KEY CHECK (one = 1)
) {strict};
INSERT INTO register_turn (one) VALUES (1);
-- Numbers of erased members: an import never brings them back.
CREATE TABLE erased (
    tag {int} PRIMARY KEY
) {strict};
