-- People who sign in and are no members, or not only: names and address sealed in one group.
CREATE TABLE account (
    person {int} PRIMARY KEY,
    names {bytes} NOT NULL            -- group 0: name, e-mail
) {strict};
-- Blind index of addresses that may sign in.
CREATE TABLE sign_in (
    tag {int} PRIMARY KEY,
    person {int} NOT NULL
) {strict};
CREATE INDEX sign_in_person ON sign_in (person);
-- Tries per network address and per account, by quarter of an hour.
CREATE TABLE attempt (
    bucket {bytes} NOT NULL,
    quarter {int} NOT NULL,
    count {int} NOT NULL,
    PRIMARY KEY (bucket, quarter)
) {strict};
