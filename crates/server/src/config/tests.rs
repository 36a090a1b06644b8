//! The sample explains what the program reads, and nothing else is read.

use super::*;

const SAMPLE: &str = include_str!("../../../../config.sample.toml");

fn read(text: &str) -> Result<Config, String> {
    Raw::read(text, std::iter::empty()).and_then(Config::checked).map_err(|stop| stop.to_string())
}

fn refused(text: &str) -> String {
    match read(text) {
        Ok(_) => panic!("it was taken"),
        Err(why) => why,
    }
}

/// The sample with its commented settings switched on.
fn whole_sample() -> String {
    let on = |line: &str| match line.strip_prefix("# ") {
        Some(rest) if rest.split_once(" = ").is_some_and(|(k, _)| !k.contains(' ')) => rest.to_owned(),
        _ => line.to_owned(),
    };
    SAMPLE.lines().map(on).collect::<Vec<_>>().join("\n")
}

/// Only what has no default.
const LEAST: &str = r#"
    organisation = "The Example Party"
    base_url = "https://register.example.org"
    keys = "/etc/evenhand/keys"
    [mail]
    server = "mail.example.org"
    from = "Membership office <office@example.org>"
"#;

#[test]
fn the_sample_shows_the_defaults() {
    let sample = Raw::read(SAMPLE, std::iter::empty()).unwrap();
    let least = Raw::read(LEAST, std::iter::empty()).unwrap();
    assert_eq!(sample, least);
    assert!(read(SAMPLE).is_ok());
}

#[test]
fn the_sample_names_every_setting() {
    let whole = Raw::read(&whole_sample(), std::iter::empty()).unwrap();
    let written: toml::Table = whole_sample().parse().unwrap();
    let known = toml::Table::try_from(&whole).unwrap();
    let names = |table: &toml::Table| {
        let mut names = Vec::new();
        for (key, value) in table {
            names.push(key.clone());
            names.extend(value.as_table().into_iter().flatten().map(|(k, _)| format!("{key}.{k}")));
        }
        names.sort();
        names
    };
    assert_eq!(names(&written), names(&known));
    let optional =
        [&whole.log_host.is_some(), &whole.database.password_file.is_some(), &whole.mail.user.is_some()];
    assert_eq!(optional, [&true; 3], "an optional setting is missing from the sample");
}

#[test]
fn an_unknown_setting_is_refused_by_name_wherever_it_stands() {
    for wrong in [format!("colour = 1\n{LEAST}"), format!("{LEAST}\n colour = 1")] {
        let why = refused(&wrong);
        assert!(why.contains("colour") && why.contains("config.sample.toml"), "{why}");
    }
    let variable = [("EVENHAND_COLOUR".to_owned(), "red".to_owned())];
    let why = Raw::read(LEAST, variable.into_iter()).unwrap_err().to_string();
    assert!(why.contains("colour"), "{why}");
}

#[test]
fn the_environment_overrides_the_file() {
    let variables = [
        ("EVENHAND_LISTEN", "127.0.0.1:9000"),
        ("EVENHAND_MAIL__PORT", "2525"),
        ("EVENHAND_TRUSTED_PROXIES", "[\"192.0.2.1\"]"),
        ("HOME", "/home/nobody"),
    ];
    let variables = variables.map(|(k, v)| (k.to_owned(), v.to_owned()));
    let config = Config::checked(Raw::read(LEAST, variables.into_iter()).unwrap()).unwrap();
    assert_eq!((config.listen.port(), config.mail.port, config.trusted_proxies.len()), (9000, 2525, 1));
}

#[test]
fn what_would_be_unsafe_is_refused_with_what_to_do() {
    let with = |from: &str, to: &str| refused(&LEAST.replace(from, to));
    assert!(with("https://register", "http://register").contains("without TLS"));
    assert!(
        with("[mail]", "[database]\nurl = \"postgres://me:secret@db/x\"\n[mail]").contains("password_file")
    );
    assert!(with("[mail]", "[mail]\nsecurity = \"none\"").contains("in the clear"));
    assert!(with("[mail]", "[mail]\nuser = \"me\"").contains("go together"));
    assert!(with("[mail]", "[mail]\npassword = \"secret\"").contains("password"));
    assert!(!with("[mail]", "[mail]\npassword = \"secret\"").contains("secret"));
}

#[test]
fn a_proxy_on_this_machine_must_be_named_before_anybody_is_served() {
    let serve = |text: &str, listen: &str| {
        read(text).unwrap().check_proxy(listen.parse().unwrap()).map_err(|stop| stop.to_string())
    };
    let why = serve(LEAST, "127.0.0.1:8440").unwrap_err();
    assert!(why.contains("trusted_proxies = [\"127.0.0.1\"]"), "{why}");
    serve(LEAST, "192.0.2.1:8440").unwrap();
    serve(&LEAST.replace("https://register.example.org", "http://localhost"), "127.0.0.1:8440").unwrap();
    serve(&format!("trusted_proxies = [\"127.0.0.1\"]\n{LEAST}"), "127.0.0.1:8440").unwrap();
}

#[test]
fn a_password_is_read_from_a_private_file_only() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    fs::write(&file, "p@ss word\n").unwrap();
    let url = "[database]\nurl = \"postgres://me@db.example.org/register\"\npassword_file = \"FILE\"\n[mail]";
    let text = LEAST.replace("[mail]", &url.replace("FILE", file.to_str().unwrap()));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(refused(&text).contains("chmod 0400"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).unwrap();
    let Database::Postgres { url, .. } = read(&text).unwrap().database else { panic!("it is PostgreSQL") };
    assert_eq!(url, "postgres://me:p%40ss%20word@db.example.org/register");
}
