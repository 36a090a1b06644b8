//! What holds for every template of this crate.

use super::{Chart, Clock, Page, Series};
use askama::Template;
use std::{fs, path::Path};

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "page.html" %}{% import "parts.html" as parts %}{% block title %}Bare{% endblock %}
    {% block content %}{{ parts::bars(chart) }}{{ parts::lines(chart) }}{% endblock %}"#
)]
struct Bare {
    page: Page,
    chart: Chart,
}

fn bare(demo: bool, name: &str) -> String {
    let now = Clock::new("Europe/London", jiff::Timestamp::UNIX_EPOCH).unwrap().now();
    let page = Page {
        lang: "en-GB",
        organisation: name.into(),
        demo,
        reader: None,
        nav: Vec::new(),
        flash: None,
        csrf: String::new(),
        request: String::new(),
        now,
        seal: None,
    };
    let series = vec![Series { name: name.into(), values: vec![1, 2] }];
    let chart =
        Chart { title: name.into(), along: name.into(), labels: vec![name.into(), name.into()], series };
    Bare { page, chart }.render().unwrap()
}

/// Every template below `src`, with its path.
fn templates(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            templates(&path, found);
        } else if path.extension().is_some_and(|e| e == "html") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn a_demo_says_so_on_the_page_in_its_title_and_on_paper() {
    let page = bare(true, "n");
    for sign in ["<title>DEMO", "<strong>DEMO</strong>", "class=\"demo\""] {
        assert!(page.contains(sign), "{sign} is missing");
    }
    assert!(!bare(false, "n").to_lowercase().contains("demo"));
}

#[test]
fn words_in_pages_and_charts_are_escaped() {
    let page = bare(true, r#"<img src=x>" onload="y"#);
    assert!(!page.contains("<img") && !page.contains("\" onload"), "{page}");
}

#[test]
fn no_template_needs_what_the_content_security_policy_forbids() {
    let mut found = Vec::new();
    templates(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() >= 2);
    for (path, text) in found {
        for forbidden in [
            " style=",
            "<style",
            "<script>",
            " onclick=",
            " onload=",
            "javascript:",
            "|safe",
            "|escape",
            "//",
        ] {
            assert!(!text.contains(forbidden), "{path} has {forbidden}");
        }
        for form in text.split("<form ").skip(1) {
            let form = form.split("</form>").next().unwrap();
            assert!(form.starts_with("method=\"post\""), "{path} has a form that is not posted");
            assert!(form.contains("hidden(page, "), "{path} has a form without its token");
        }
    }
}
