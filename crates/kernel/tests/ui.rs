//! Misuses that must not compile. After a change of compiler, look at what changed and run with `TRYBUILD=overwrite`.

#[test]
fn misuses_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
