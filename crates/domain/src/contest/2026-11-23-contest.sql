-- Who may vote in a contest, by number and class, as frozen.
CREATE TABLE elector (
    contest TEXT NOT NULL,
    person {int} NOT NULL,
    class TEXT NOT NULL,
    PRIMARY KEY (contest, person)
) {clustered};
-- The labels of the same people in the contest's log, apart from their numbers: proofs outlive an erasure.
CREATE TABLE elector_label (
    contest TEXT NOT NULL,
    label {bytes} NOT NULL,
    PRIMARY KEY (contest, label)
) {clustered};
-- How far a freeze has come, so that it goes on after a crash.
CREATE TABLE freeze_job (
    contest TEXT PRIMARY KEY,
    last_person {int} NOT NULL,
    electors {int} NOT NULL,
    by_class TEXT NOT NULL,
    gathered {int} NOT NULL,
    last_label {bytes} NOT NULL,
    frontier {bytes} NOT NULL,
    CHECK (gathered IN (0, 1)),
    CHECK (electors >= 0)
) {strict};
