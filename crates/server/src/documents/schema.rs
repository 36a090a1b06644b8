//! The tables, by subject, as the migrations make them.

use std::fmt::Write;

const HEAD: &str = "\
# The tables

By subject, as the dated migrations make them. One text serves SQLite and PostgreSQL: words in braces are substituted
once at start. Personal data lies in `{bytes}` columns only, sealed. The record book's own tables are the kernel's
(crates/kernel/src/book).
";

/// The page.
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    for subject in domain::subjects() {
        let migration = &subject.migration;
        let tables: Vec<&str> = migration.text.lines().filter_map(table).collect();
        let _infallible = write!(
            page,
            "\n## {}\n\nTables: {}. From `{}.sql`.\n\n```sql\n{}\n```\n",
            subject.part.subject,
            tables.join(", "),
            migration.name,
            migration.text.trim_end()
        );
    }
    page
}

fn table(line: &str) -> Option<&str> {
    line.strip_prefix("CREATE TABLE ")?.split([' ', '(']).next()
}
