-- People who sign in and are no members, or not only: names and address sealed in one group.
CREATE TABLE account (
    person {int} PRIMARY KEY,
    names {bytes} NOT NULL            -- group 0: name, e-mail
) {strict};
-- Tries per network address and per account, by quarter of an hour.
CREATE TABLE attempt (
    bucket {bytes} NOT NULL,
    quarter {int} NOT NULL,
    count {int} NOT NULL,
    PRIMARY KEY (bucket, quarter)
) {strict};
CREATE INDEX attempt_quarter ON attempt (quarter);
