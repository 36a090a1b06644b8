//! The acts are the API: `POST /api/<act>` with JSON, by a personal credential.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use kernel::{Act, Actor, Answer, Field, Floor, No, RequestId};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::door::{App, Oops};

/// One act, as the API and the generated documents know it.
#[derive(Clone, Copy)]
pub struct ActSpec {
    /// The act's one name.
    pub name: &'static str,
    /// The JSON Schema of its input.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
    /// The fields of personal data that its answer shows.
    pub shows: fn() -> Vec<Field>,
    /// Does it with a JSON input.
    pub call: fn(&Floor, &Actor, RequestId, Value) -> Result<Value, No>,
}

impl ActSpec {
    /// The act `A`.
    pub const fn of<A>() -> Self
    where
        A: Act + DeserializeOwned + JsonSchema,
        <A::Out as Answer>::Shown: Serialize,
    {
        Self {
            name: A::NAME,
            schema: |generator| A::json_schema(generator),
            shows: A::Out::fields,
            call: call::<A>,
        }
    }
}

fn call<A>(floor: &Floor, actor: &Actor, request: RequestId, input: Value) -> Result<Value, No>
where
    A: Act + DeserializeOwned,
    <A::Out as Answer>::Shown: Serialize,
{
    let act: A = serde_json::from_value(input).map_err(|e| {
        No::Invalid(format!(
            "The input of {} cannot be read: {e}. Its schema is in docs/openapi.json.",
            A::NAME
        ))
    })?;
    let shown = floor.run(actor, request, act)?;
    let line = shown.receipt.first_line();
    Ok(json!({ "answer": shown.value, "log": shown.receipt.log(), "line": line }))
}

/// Routes of the API.
pub fn router() -> Router<App> {
    Router::new().route("/api/{act}", post(run))
}

async fn run(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(input): Json<Value>,
) -> Response {
    let spec = crate::subjects().iter().flat_map(|s| s.acts).copied().find(|a| a.name == name);
    let bearer =
        headers.get("authorization").and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
    let (Some(spec), Some(token)) = (spec, bearer.map(str::to_owned)) else {
        return (StatusCode::NOT_FOUND, Json(json!({ "error": No::Absent.to_string() }))).into_response();
    };
    let request = request_id(&headers).unwrap_or_else(|| app.floor.new_request());
    let done = crate::door::blocking(move || {
        let actor = app.floor.actor(&token);
        if actor.person().is_none() {
            return Err(No::SignedOut);
        }
        (spec.call)(&app.floor, &actor, request, input)
    });
    match done.await {
        Ok(answer) => Json(answer).into_response(),
        Err(no) => (Oops::status(&no), Json(json!({ "error": no.to_string() }))).into_response(),
    }
}

/// The client's own id for this request: 32 hexadecimal digits in `Idempotency-Key`.
fn request_id(headers: &HeaderMap) -> Option<RequestId> {
    let text = headers.get("idempotency-key")?.to_str().ok().filter(|t| t.len() == 32)?;
    u128::from_str_radix(text, 16).ok().map(|n| RequestId(n.to_be_bytes()))
}
