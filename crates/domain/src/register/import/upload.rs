//! A register file sent by the form: read while it arrives, imported in the background.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension,
    extract::{Multipart, multipart::Field},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use jiff::Timestamp;
use kernel::No;

use super::{
    ImportError, Order, import,
    job::{Ends, Job, Jobs},
};
use crate::{
    door::{App, Arriving, Oops, Passing, Visit, arriving, check},
    register::reading::LayoutChoice,
};

/// How long the form's answer waits for a short import to end.
const WAIT: Duration = Duration::from_secs(2);
/// Most bytes of a field that is no file.
const SHORT: usize = 256;

/// The fields that stand before the file.
#[derive(Default)]
struct Before {
    csrf: String,
    request_id: String,
    layout: String,
    dry_run: bool,
}

pub(super) async fn send(
    visit: Visit,
    Extension(jobs): Extension<Arc<Jobs>>,
    headers: HeaderMap,
    mut form: Multipart,
) -> Result<Response, Oops> {
    visit.actor.person().ok_or(No::SignedOut)?;
    let mut before = Before::default();
    while let Some(field) = form.next_field().await.map_err(|_| broken())? {
        let name = field.name().unwrap_or_default().to_owned();
        if name != "file" {
            let value = short(field).await?;
            match name.as_str() {
                "csrf" => before.csrf = value,
                "request_id" => before.request_id = value,
                "layout" => before.layout = value,
                "dry_run" => before.dry_run = true,
                _ => {}
            }
            continue;
        }
        let (job, order) = match begin(&visit, &jobs, &headers, &before) {
            Ok(Some(begun)) => begun,
            Ok(None) => return finish(field, Redirect::to("/register/import")).await,
            Err(refused) => return finish(field, *refused).await,
        };
        return take(&visit, &jobs, job, order, field).await;
    }
    Err(visit.oops(No::Invalid("No file was sent. Go back, choose one, and send it.".to_owned())))
}

/// Begins the job; none if this very form began the last one.
fn begin(
    visit: &Visit,
    jobs: &Jobs,
    headers: &HeaderMap,
    before: &Before,
) -> Result<Option<(Arc<Job>, Order)>, Box<Response>> {
    let oops = |no: No| Box::new(visit.oops(no).into_response());
    let officer = visit.actor.person().ok_or_else(|| oops(No::SignedOut))?;
    let request = check(visit.csrf(), &before.csrf, &before.request_id)
        .map_err(|stale| Box::new(stale.into_response()))?;
    let order = order(&visit.app, before).map_err(oops)?;
    let length = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse().ok());
    let now = visit.app.floor.now();
    let job = Job::new(officer, request, order.dry_run, now, length.unwrap_or_default());
    Ok(jobs.begin(job).map_err(oops)?.map(|job| (job, order)))
}

/// Answers when the file has arrived: a browser that is still sending would not see the answer.
async fn finish(mut file: Field<'_>, answer: impl IntoResponse) -> Result<Response, Oops> {
    while let Ok(Some(_)) = file.chunk().await {}
    Ok(answer.into_response())
}

/// Passes the file on to the import, and answers when it has arrived.
async fn take(
    visit: &Visit,
    jobs: &Jobs,
    job: Arc<Job>,
    order: Order,
    file: Field<'_>,
) -> Result<Response, Oops> {
    let (passing, arriving) = arriving();
    let (app, actor, running) = (visit.app.clone(), visit.actor.clone(), job.clone());
    let work = tokio::task::spawn_blocking(move || carry_out(&app, &actor, arriving, order, &running));
    pass_on(file, passing).await;
    match tokio::time::timeout(WAIT, work).await {
        Ok(Ok(Some(no))) => {
            jobs.forget(&job);
            Err(visit.oops(no))
        }
        _ => Ok(Redirect::to("/register/import").into_response()),
    }
}

/// Imports, and keeps what came of it; answers what the rules refused.
fn carry_out(app: &App, actor: &kernel::Actor, file: Arriving, order: Order, job: &Job) -> Option<No> {
    let _ends = Ends(job);
    match import(&app.floor, actor, file, order, &|bytes, records| job.at(bytes, records)) {
        Ok(report) => {
            job.end(Ok(report));
            None
        }
        Err(ImportError::File(why)) => {
            job.end(Err(format!("{why}.")));
            None
        }
        Err(ImportError::No(no)) => {
            if let No::Fault(why) = &no {
                tracing::error!(%why, "an import failed");
            }
            job.end(Err(no.to_string()));
            Some(no)
        }
    }
}

async fn pass_on(mut file: Field<'_>, passing: Passing) {
    loop {
        match file.chunk().await {
            Ok(Some(piece)) => {
                // When nobody reads any more, the rest still arrives: see `finish`.
                let _read = passing.on(piece).await;
            }
            Ok(None) => return passing.end().await,
            Err(_) => return, // broken off: whoever reads learns it, because the end was not passed on
        }
    }
}

fn order(app: &App, before: &Before) -> Result<Order, No> {
    let layout = match before.layout.as_str() {
        "" => LayoutChoice::Auto,
        word => word.parse().map_err(|why| No::Invalid(format!("The layout is not known: {why}.")))?,
    };
    let zone = jiff::tz::TimeZone::get(&app.settings.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let now = Timestamp::from_millisecond(app.floor.now()).map_err(No::fault)?;
    Ok(Order { layout, today: zone.to_datetime(now).date(), dry_run: before.dry_run })
}

/// A field of a few letters.
async fn short(mut field: Field<'_>) -> Result<String, Oops> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|_| broken())? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > SHORT {
            return Err(No::Invalid("A field of this form is not as expected.".to_owned()).into());
        }
    }
    String::from_utf8(bytes).map_err(|_| broken().into())
}

fn broken() -> No {
    No::Invalid("The form broke off on its way. Nothing was done; send it again.".to_owned())
}
