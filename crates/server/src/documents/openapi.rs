//! The API in OpenAPI 3.1: one POST for each act.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value as Json, json};

/// The document.
pub fn document() -> String {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        })
        .into_generator();
    let mut paths = Map::new();
    for subject in domain::subjects() {
        for act in subject.acts {
            let input = (act.schema)(&mut generator).to_value();
            paths.insert(
                format!("/api/{}", act.name),
                json!({ "post": operation(subject.part.subject, act.name, input) }),
            );
        }
    }
    paths.sort_keys();
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Evenhand",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Every act is one POST, by a personal credential: the token of a session.",
        },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": { "session": { "type": "http", "scheme": "bearer" } },
            "responses": responses(),
        },
        "security": [{ "session": [] }],
    });
    format!("{document:#}\n")
}

fn operation(subject: &str, name: &str, input: Json) -> Json {
    let answers =
        [("401", "SignedOut"), ("403", "Refused"), ("404", "Absent"), ("409", "NotNow"), ("422", "Invalid")];
    let mut responses: Map<String, Json> = answers
        .iter()
        .map(|(status, name)| {
            ((*status).to_owned(), json!({ "$ref": format!("#/components/responses/{name}") }))
        })
        .collect();
    responses.insert("200".to_owned(), json!({ "$ref": "#/components/responses/Done" }));
    responses.sort_keys();
    json!({
        "operationId": name,
        "tags": [subject],
        "summary": input["description"],
        "parameters": [{
            "name": "Idempotency-Key",
            "in": "header",
            "description": "The caller's own id for this request. Sent again, it is not done again.",
            "schema": { "type": "string", "pattern": "^[0-9a-f]{32}$" },
        }],
        "requestBody": { "required": true, "content": { "application/json": { "schema": input } } },
        "responses": responses,
    })
}

fn responses() -> Json {
    let no = |words: &str| {
        let schema = json!({
            "type": "object",
            "required": ["error"],
            "properties": { "error": { "type": "string", "description": "What happened, to what, and what to do next." } },
        });
        json!({ "description": words, "content": { "application/json": { "schema": schema } } })
    };
    json!({
        "Done": {
            "description": "Done, and durable.",
            "content": { "application/json": { "schema": {
                "type": "object",
                "required": ["answer", "log", "line"],
                "properties": {
                    "answer": { "description": "What the act answers." },
                    "log": { "type": ["string", "null"], "description": "The record book that its lines are in." },
                    "line": { "type": ["integer", "null"], "description": "The number of the first of them." },
                },
            } } },
        },
        "SignedOut": no("The session has ended, or never was."),
        "Refused": no("The rules refuse it; the reasons name them."),
        "Absent": no("There is no such thing, or none for this caller."),
        "NotNow": no("Not in this state of things, or done already."),
        "Invalid": no("The input cannot be read or breaks a rule of its own."),
    })
}
