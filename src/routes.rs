//! Every route of the API, in one list, and the document that describes them.
//!
//! A handler is registered here by one `.service(…)` line of its room. The OpenAPI document is gathered from the same
//! lines, so a route cannot be served and left out of it.

use crate::attachments::{Pictures, Uploads};
use crate::config::Config;
use crate::contract;
use crate::people::identify;
use crate::requests::{Numbers, Sort};
use crate::web::problem::{FieldProblem, Problem};
use crate::web::{
    Context, KnownPaths, RequestSpan, describe, finish, gate, health, in_time, measure, unknown,
};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::{App, Error, HttpResponse, web};
use tracing_actix_web::TracingLogger;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_actix_web::{AppExt, scope};
use utoipa_swagger_ui::SwaggerUi;

const DOCUMENT: &str = "/api/openapi.json";
const PAGES: &str = "/api/docs/";

/// The routes under `/api/v1`, room by room.
fn rooms(api: &mut ServiceConfig<'_>) {
    people(api);
    promises(api);
    attachments(api);
    requests(api);
    supervision(api);
    ratings(api);
    insight(api);
    oversight(api);
    audit(api);
    letters(api);
    inbox(api);
}

fn people(api: &mut ServiceConfig<'_>) {
    use crate::people::api::{auth, companies, people, resets, totp, units};
    api.service(auth::log_in)
        .service(auth::log_out)
        .service(auth::register)
        .service(auth::change_password)
        .service(resets::ask_reset)
        .service(resets::confirm_reset)
        .service(totp::begin_totp)
        .service(totp::confirm_totp)
        .service(totp::remove_totp)
        .service(auth::me)
        .service(companies::list_companies)
        .service(companies::create_company)
        .service(companies::show_company)
        .service(companies::approve_company)
        .service(companies::disable_company)
        .service(companies::reveal_company_phone)
        .service(companies::list_users)
        .service(companies::add_user)
        .service(units::list_units)
        .service(units::create_unit)
        .service(units::show_unit)
        .service(units::change_unit)
        .service(people::list_people)
        .service(people::create_person)
        .service(people::show_person)
        .service(people::disable_person)
        .service(people::enable_person)
        .service(people::reset_password)
        .service(people::reset_totp)
        .service(people::reveal_person_phone)
        .service(people::grant_membership)
        .service(people::end_membership);
}

fn promises(routes: &mut ServiceConfig<'_>) {
    use crate::promises::api::{book, categories, duties};
    routes
        .service(book::read_book)
        .service(book::list_book_versions)
        .service(book::replace_book)
        .service(book::read_calendar)
        .service(book::list_calendar_days)
        .service(categories::list_categories)
        .service(categories::create_category)
        .service(categories::show_category)
        .service(categories::amend_category)
        .service(duties::list_duties)
        .service(duties::add_duty);
}

fn attachments(api: &mut ServiceConfig<'_>) {
    use crate::attachments::api as uploads;
    use crate::requests::api::attachments;
    api.service(uploads::upload)
        .service(uploads::list_uploads)
        .service(uploads::give_up_upload)
        .service(attachments::attach)
        .service(attachments::show_attachment)
        .service(attachments::attachment_content)
        .service(attachments::attachment_thumbnail);
}

fn requests(api: &mut ServiceConfig<'_>) {
    use crate::requests::api::{
        assignments, behalf, calendars, contests, corrections, direct, drafts, extensions, hand_on, meetings,
        merging, messages, papers, phones, plans, requests, returns, transfers, urges, withdrawals,
    };
    use crate::requests::reading;
    api.service(reading::requests)
        .service(requests::file)
        .service(requests::show)
        .service(requests::categorise)
        .service(papers::ask_info)
        .service(papers::supplement)
        .service(papers::go_on)
        .service(requests::suggestion)
        .service(requests::dispatch)
        .service(returns::redispatch)
        .service(returns::ask_return)
        .service(returns::rule_return)
        .service(meetings::convene_meeting)
        .service(meetings::record_meeting)
        .service(requests::decline)
        .service(requests::answer_directly)
        .service(requests::withdraw)
        .service(behalf::confirm)
        .service(withdrawals::ask_withdrawal)
        .service(withdrawals::confirm_withdrawal)
        .service(corrections::undo_decline)
        .service(corrections::correct)
        .service(transfers::ask_transfer)
        .service(transfers::transfer)
        .service(direct::report_directly)
        .service(direct::list_direct_reports)
        .service(requests::conclude)
        .service(merging::merge)
        .service(merging::echo_answer)
        .service(requests::keep)
        .service(reading::story)
        .service(reading::due_explanation)
        .service(assignments::sign)
        .service(assignments::contact)
        .service(drafts::draft)
        .service(assignments::return_draft)
        .service(assignments::approve)
        .service(assignments::accept)
        .service(assignments::release)
        .service(assignments::send_back)
        .service(calendars::amend_calendar)
        .service(hand_on::hand_on)
        .service(contests::contest)
        .service(contests::rule_contest)
        .service(urges::urge)
        .service(messages::write_message)
        .service(messages::messages)
        .service(phones::reveal_phone)
        .service(extensions::ask_extension)
        .service(extensions::rule_extension)
        .service(plans::ask_plan)
        .service(plans::rule_plan)
        .service(plans::report)
        .service(plans::preliminary);
}

fn supervision(routes: &mut ServiceConfig<'_>) {
    use crate::supervision::api::{acts, orders, steps};
    routes
        .service(orders::list_orders)
        .service(orders::draft_order)
        .service(orders::show_order)
        .service(orders::change_order)
        .service(acts::issue_order)
        .service(acts::drop_order)
        .service(acts::void_order)
        .service(acts::reply_order)
        .service(acts::accept_reply)
        .service(acts::send_back_reply)
        .service(steps::remind)
        .service(steps::list_steps)
        .service(steps::summon_talk)
        .service(steps::record_talk);
}

fn ratings(routes: &mut ServiceConfig<'_>) {
    use crate::ratings::api::{self, appeals, follow_ups};
    routes
        .service(api::rate)
        .service(api::ratings)
        .service(api::rule)
        .service(api::callbacks)
        .service(follow_ups::follow_up)
        .service(follow_ups::list_follow_ups)
        .service(appeals::appeal)
        .service(appeals::rule_on_appeal)
        .service(appeals::list_appeals);
}

fn insight(routes: &mut ServiceConfig<'_>) {
    use crate::insight::api;
    routes.service(api::board);
}

fn oversight(routes: &mut ServiceConfig<'_>) {
    use crate::oversight::api;
    routes.service(api::read_ladder).service(api::replace_ladder);
}

fn audit(routes: &mut ServiceConfig<'_>) {
    use crate::audit::api;
    routes.service(api::list_heads);
}

fn letters(routes: &mut ServiceConfig<'_>) {
    use crate::letters::api;
    routes.service(api::list_outbox).service(api::show_outbox).service(api::retry_outbox);
}

fn inbox(api: &mut ServiceConfig<'_>) {
    use crate::inbox::api;
    api.service(api::list_inbox)
        .service(api::count_unread)
        .service(api::mark_read)
        .service(api::mark_older_read);
}

/// What the document says beside the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "onedoor",
        description = "The backend of an enterprise request service: one door in, one door out, and a clock for every \
                       promise. Errors are RFC 9457 problem details with a stable code; times are RFC 3339 with the \
                       office's offset; lists page by cursor.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(Problem, FieldProblem, Sort)),
    modifiers(&Bearer),
    tags(
        (name = "auth", description = "Logging in and out, registering, one's own account."),
        (name = "companies", description = "Companies and those who file for them."),
        (name = "units", description = "The office and the departments, as a tree."),
        (name = "people", description = "Persons, and what they are where."),
        (name = "promises", description = "The promise book and the calendars."),
        (name = "categories", description = "Categories, and who answers for which: the duty table."),
        (name = "requests", description = "Requests, from filing to conclusion."),
        (name = "attachments", description = "Files: brought first, attached afterwards."),
        (name = "assignments", description = "What a unit does with its share of a request."),
        (name = "supervision", description = "Supervision orders: drafted, signed, replied to."),
        (name = "ratings", description = "What the company says of the answer."),
        (name = "insight", description = "The board of lights."),
        (name = "oversight", description = "Who is told of lights, and when."),
        (name = "journal", description = "What was done, sealed day by day."),
        (name = "outbox", description = "Letters that wait, were sent or were given up."),
        (name = "inbox", description = "What one was told, in the application."),
        (name = "health", description = "How the process is."),
    )
)]
struct Document;

/// The opaque token of a log-in.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The opaque token that a log-in gives."))
            .build();
        let components = document.components.get_or_insert_default();
        components.security_schemes.insert("bearer".to_owned(), SecurityScheme::Http(scheme).into());
    }
}

/// What all workers share beside the context.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Numbers of requests, taken in blocks.
    pub numbers: Numbers,
    /// Room for uploads.
    pub uploads: Uploads,
    /// Whose picture is made small.
    pub pictures: Pictures,
}

impl Shared {
    /// What an application with these settings shares.
    pub fn new(config: &Config) -> Self {
        Self {
            numbers: Numbers::new(config.requests.number_block),
            uploads: Uploads::new(config.attachments.uploads),
            pictures: Pictures::new(),
        }
    }
}

/// The OpenAPI document that every application serves.
pub fn document() -> utoipa::openapi::OpenApi {
    routed().1
}

/// The routes, and the document that describes them.
fn routed() -> (
    App<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse,
            Error = Error,
            InitError = (),
        >,
    >,
    utoipa::openapi::OpenApi,
) {
    let (app, mut document) = App::new()
        .into_utoipa_app()
        .openapi(Document::openapi())
        .service(health::live)
        .service(health::ready)
        .service(scope("/api/v1").configure(rooms))
        .split_for_parts();
    describe(&mut document);
    contract::complete(&mut document);
    (app, document)
}

/// The whole application as actix serves it: one is built for each worker.
pub fn app(
    context: Context,
    shared: Shared,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let (app, document) = routed();
    let known =
        KnownPaths::of(&document.paths).and_page(DOCUMENT).and_page("/api/docs").and_page("/api/docs/{_:.*}");
    let settings = utoipa_swagger_ui::Config::new([DOCUMENT]).validator_url("none");
    let pages = SwaggerUi::new("/api/docs/{_:.*}").config(settings).url(DOCUMENT, document);
    app.app_data(context)
        .app_data(web::Data::new(shared.numbers))
        .app_data(web::Data::new(shared.uploads))
        .app_data(web::Data::new(shared.pictures))
        .app_data(known)
        .service(web::resource("/api/docs").guard(actix_web::guard::Get()).to(to_pages))
        .service(pages)
        .default_service(web::to(unknown))
        .wrap(from_fn(identify))
        .wrap(from_fn(gate))
        .wrap(from_fn(finish))
        .wrap(from_fn(in_time))
        .wrap(from_fn(measure))
        .wrap(TracingLogger::<RequestSpan>::new())
}

async fn to_pages() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, PAGES)).finish()
}
