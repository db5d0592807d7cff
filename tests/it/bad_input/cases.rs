//! Every route that changes something, with a right body, and what each field of that body may hold.

use super::between;
use super::world::World;
use crate::support::app::TestApp;
use crate::support::walk::{ASSIST, LEAD};
use reqwest::Method;
use serde_json::{Map, Value, json};

/// What a field may hold; each kind has its own ways to be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Text of up to so many characters, with line breaks.
    Text(usize),
    /// One line of up to so many characters.
    Line(usize),
    /// Text by rules of its own, whose breach has this code.
    Formed(&'static str),
    Password,
    Word,
    /// The id of something, and the problem when there is no such thing.
    Id(&'static str),
    Date,
    /// A time that has passed.
    Past,
    /// A time to come.
    Future,
    Phone,
    Uscc,
    Flag,
    /// A whole number up to so many.
    Number(i64),
    /// So many items.
    List(usize),
}

/// One field: where it is, what it may hold, whether it must be there, and a right value.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) pointer: &'static str,
    pub(crate) holds: Holds,
    pub(crate) must: bool,
    pub(crate) right: Value,
}

/// One route with somebody who may use it and a path that leads to something.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) method: Method,
    pub(crate) template: &'static str,
    pub(crate) by: &'static str,
    pub(crate) id: String,
    /// `None` where the route takes no body.
    pub(crate) fields: Option<Vec<Field>>,
}

impl Case {
    /// The path that leads to the case's own thing, or to `id`, which may be a name.
    pub(crate) fn path(&self, id: &str) -> String {
        self.template.replace("{id}", id).replace("{name}", id)
    }

    /// The right body.
    pub(crate) fn body(&self) -> Value {
        let mut body = Value::Object(Map::new());
        for field in self.fields.iter().flatten() {
            put(&mut body, field.pointer, field.right.clone());
        }
        body
    }
}

/// Sets what is at `pointer`, making what must stand above it.
pub(crate) fn put(body: &mut Value, pointer: &str, value: Value) {
    let mut place = body;
    for step in pointer.split('/').skip(1) {
        place = match step.parse::<usize>() {
            Ok(index) => {
                if !place.is_array() {
                    *place = json!([]);
                }
                let items = place.as_array_mut().expect("it was made a list");
                while items.len() <= index {
                    items.push(Value::Null);
                }
                &mut items[index]
            }
            Err(_) => &mut place[step],
        };
    }
    *place = value;
}

pub(crate) fn must(pointer: &'static str, holds: Holds, right: impl Into<Value>) -> Field {
    Field { pointer, holds, must: true, right: right.into() }
}

pub(crate) fn may(pointer: &'static str, holds: Holds, right: impl Into<Value>) -> Field {
    Field { must: false, ..must(pointer, holds, right) }
}

/// The case of every route that changes something.
pub(crate) fn cases(app: &TestApp, world: &World) -> Vec<Case> {
    let case =
        |by, method, template, id: &str, fields| Case { method, template, by, id: id.to_owned(), fields };
    let post = |by, template, id: &str, fields| case(by, Method::POST, template, id, Some(fields));
    let bare = |by, template, id: &str| case(by, Method::POST, template, id, None);
    let (handler, signer) = ("traffic_police.handler", "traffic_police.signer");
    let (submitted, dispatched) = (&world.submitted, &world.dispatched);
    let papers = vec![must("/answer", Holds::Text(5000), "已送到窗口。")];
    let mut cases = requests(app, submitted, &post, &bare);
    cases.extend([
        bare("chemical", "/api/v1/requests/{id}/conclude", &world.answered[0]),
        post("chemical", "/api/v1/requests/{id}/supplement", &world.waiting[0], papers),
        post("dispatcher", "/api/v1/requests/{id}/go-on", &world.waiting[1], reason()),
        bare("chemical", "/api/v1/commitments/{id}/keep", &world.commitment),
        post("chemical", "/api/v1/requests/{id}/rating", &world.answered[1], rating()),
        post(
            "dispatcher",
            "/api/v1/requests/{id}/callback",
            &world.badly_rated.0,
            ruling(&world.badly_rated.1),
        ),
        post("dispatcher", "/api/v1/requests/{id}/follow-up", &world.unrated, follow_up()),
        post(signer, "/api/v1/assignments/{id}/appeal", &world.blamed, reason()),
        post("dispatcher", "/api/v1/appeals/{id}/ruling", &world.appeal, word_and_reason()),
        bare("admin", "/api/v1/outbox/{id}/retry", &world.letter),
        bare("chemical", "/api/v1/inbox/{id}/read", &world.inbox[0]),
        bare("chemical", "/api/v1/inbox/{id}/read-older", &world.inbox[1]),
        post("supervisor", "/api/v1/requests/{id}/reveal-phone", &world.shared.0, reason()),
        post("auditor", "/api/v1/companies/{id}/reveal-phone", &world.company, reason()),
        post("admin", "/api/v1/people/{id}/reveal-phone", &world.person, reason()),
        bare(handler, "/api/v1/assignments/{id}/sign", dispatched),
        post("dispatcher", "/api/v1/requests/{id}/merge", &world.to_merge[0], merging(&world.to_merge[1])),
        post("dispatcher", "/api/v1/requests/{id}/echo-answer", &world.echo, promise()),
        post(handler, "/api/v1/assignments/{id}/return", &world.to_return, giving_back()),
        post(
            "dispatcher",
            "/api/v1/returns/{id}/ruling",
            &world.returning.0,
            joint_ruling(app, &world.returning.1),
        ),
        post(
            "dispatcher",
            "/api/v1/requests/{id}/redispatch",
            &world.shared.0,
            [reason(), change(app, "branch", &world.shared.1)].concat(),
        ),
        post("dispatcher", "/api/v1/requests/{id}/meetings", &submitted[6], meeting(app)),
        post("dispatcher", "/api/v1/meetings/{id}/minutes", &world.meeting, minutes(app)),
        post("chemical", "/api/v1/requests/{id}/attachments", &submitted[6], attaching(&world.uploads[0])),
        case("chemical", Method::DELETE, "/api/v1/uploads/{id}", &world.uploads[1], None),
        post(handler, "/api/v1/assignments/{id}/draft", &world.signed, promise()),
        post(signer, "/api/v1/assignments/{id}/return-draft", &world.drafted[0], reason()),
        bare(signer, "/api/v1/assignments/{id}/approve", &world.drafted[1]),
        bare(handler, "/api/v1/assignments/{id}/accept", &world.assist_answered),
        bare("dispatcher", "/api/v1/assignments/{id}/release", &world.approved[0]),
        post("dispatcher", "/api/v1/assignments/{id}/send-back", &world.approved[1], reason()),
        bare("admin", "/api/v1/people/{id}/disable", &world.person),
        bare("admin", "/api/v1/people/{id}/enable", &world.person),
        bare("admin", "/api/v1/people/{id}/password", &world.person),
        post(
            "admin",
            "/api/v1/people/{id}/memberships",
            &world.person,
            vec![
                must("/role", Holds::Word, "handler"),
                may("/unit_id", Holds::Id("reference_unknown"), app.district.unit(LEAD)),
            ],
        ),
        case("admin", Method::DELETE, "/api/v1/memberships/{id}", &world.membership, None),
        bare("dispatcher", "/api/v1/companies/{id}/disable", &world.company),
        bare("dispatcher", "/api/v1/companies/{id}/approve", &world.company),
        post(
            "dispatcher",
            "/api/v1/companies/{id}/members",
            &world.company,
            person("/person", "second_user"),
        ),
        post(
            "dispatcher",
            "/api/v1/companies",
            "",
            [company("91370211MA3C2UDK3T"), person("/person", "third_user")].concat(),
        ),
        post("admin", "/api/v1/people", "", person("", "fourth_user")),
        post(
            "",
            "/api/v1/auth/register",
            "",
            [company("91370211MA3C2UDM3W"), person("/person", "fifth_user")].concat(),
        ),
        post(
            "",
            "/api/v1/auth/login",
            "",
            vec![
                must("/name", Holds::Formed(""), "auditor"),
                must("/password", Holds::Formed(""), crate::support::sample::PASSWORD),
            ],
        ),
        post(
            "metal",
            "/api/v1/auth/password",
            "",
            vec![
                must("/current", Holds::Formed(""), crate::support::sample::PASSWORD),
                must("/new", Holds::Password, "Another-password"),
            ],
        ),
        bare("bearing", "/api/v1/auth/logout", ""),
        case("admin", Method::PUT, "/api/v1/promises", "", Some(Vec::new())),
        case("admin", Method::PUT, "/api/v1/ladder", "", Some(Vec::new())),
        case("admin", Method::PUT, "/api/v1/calendars/{name}", "cn", Some(Vec::new())),
    ]);
    cases.extend(kept_by_the_administrator(app, world));
    cases.extend(super::turns::cases(app, &world.turns));
    cases.extend(between::cases(app, &world.between));
    cases.extend(super::long::cases(&world.long));
    cases.extend(super::accounts::cases(&world.accounts));
    cases.extend(super::orders::cases(app, &world.orders));
    cases
}

fn requests(
    app: &TestApp,
    submitted: &[String],
    post: &impl Fn(&'static str, &'static str, &str, Vec<Field>) -> Case,
    bare: &impl Fn(&'static str, &'static str, &str) -> Case,
) -> Vec<Case> {
    let category = app.district.category("roads.signals");
    vec![
        post(
            "chemical",
            "/api/v1/requests",
            "",
            vec![
                must("/company", Holds::Id("reference_unknown"), app.district.company("chemical")),
                may("/channel", Holds::Word, "web"),
                must("/kind", Holds::Word, "complaint"),
                may("/urgency", Holds::Word, "urgent"),
                may("/confidence", Holds::Word, "hidden"),
                may("/category", Holds::Id("reference_unknown"), category),
                may("/conduct_unit", Holds::Id("reference_unknown"), app.district.unit(LEAD)),
                must("/title", Holds::Line(100), "办事推诿"),
                must("/body", Holds::Text(5000), "来回跑了三趟。\n没有人答复。"),
                may("/place", Holds::Line(200), "服务大厅"),
                may("/contact_name", Holds::Line(200), "办公室"),
                may("/contact_phone", Holds::Phone, "0532-86988888-801"),
            ],
        ),
        post(
            "dispatcher",
            "/api/v1/requests/{id}/categorise",
            &submitted[0],
            vec![must("/category", Holds::Id("reference_unknown"), category)],
        ),
        post(
            "dispatcher",
            "/api/v1/requests/{id}/dispatch",
            &submitted[1],
            vec![
                may("/category", Holds::Id("reference_unknown"), category),
                may("/pace", Holds::Word, "ordinary"),
                must("/parts", Holds::List(20), json!([])),
                must("/parts/0/unit", Holds::Id("reference_unknown"), app.district.unit(LEAD)),
                must("/parts/0/part", Holds::Word, "lead"),
                may("/parts/0/note", Holds::Text(5000), "请当日到现场。"),
                must("/parts/1/unit", Holds::Id("reference_unknown"), app.district.unit(ASSIST)),
                must("/parts/1/part", Holds::Word, "branch"),
                may("/parts/1/told_to_contact", Holds::Flag, true),
            ],
        ),
        post(
            "dispatcher",
            "/api/v1/requests/{id}/decline",
            &submitted[2],
            vec![
                must("/ground", Holds::Word, "in_litigation"),
                must("/text", Holds::Text(5000), "此事正在诉讼中。"),
            ],
        ),
        post(
            "dispatcher",
            "/api/v1/requests/{id}/direct-answer",
            &submitted[3],
            vec![
                must("/outcome", Holds::Word, "cannot"),
                must("/public_text", Holds::Text(5000), "此事不归本区办理。"),
                may("/why", Holds::Text(5000), "属上级事权。"),
                may("/other_door", Holds::Word, "hotline"),
                may("/ground", Holds::Text(5000), "条例第十二条"),
            ],
        ),
        bare("chemical", "/api/v1/requests/{id}/withdraw", &submitted[4]),
        post(
            "dispatcher",
            "/api/v1/requests/{id}/ask-info",
            &submitted[5],
            vec![must("/list", Holds::Text(5000), "营业执照复印件；\n现场照片。")],
        ),
    ]
}

fn kept_by_the_administrator(app: &TestApp, world: &World) -> Vec<Case> {
    let case = |method, template, id: &str, fields| Case {
        method,
        template,
        by: "admin",
        id: id.to_owned(),
        fields: Some(fields),
    };
    vec![
        case(
            Method::POST,
            "/api/v1/units",
            "",
            vec![
                must("/code", Holds::Formed("unit_code_invalid"), "newer_bureau"),
                must("/name", Holds::Line(100), "更新的局"),
                may("/name_en", Holds::Line(100), "Newer bureau"),
                must("/kind", Holds::Word, "bureau"),
                may("/parent_id", Holds::Id("reference_unknown"), app.district.unit("district")),
                may("/calendar", Holds::Line(64), "cn"),
                may("/email", Holds::Formed("email_invalid"), "office@example.gov.cn"),
                may("/valid_from", Holds::Date, "2026-10-01"),
                may("/valid_until", Holds::Date, "2030-01-01"),
            ],
        ),
        case(
            Method::PATCH,
            "/api/v1/units/{id}",
            &world.unit,
            vec![
                may("/name", Holds::Line(100), "改名的局"),
                may("/name_en", Holds::Line(100), "Renamed bureau"),
                may("/calendar", Holds::Line(64), "cn"),
                may("/email", Holds::Formed("email_invalid"), "office@example.gov.cn"),
                may("/valid_until", Holds::Date, "2030-01-01"),
            ],
        ),
        case(
            Method::POST,
            "/api/v1/categories",
            "",
            vec![
                must("/code", Holds::Formed("category_code_invalid"), "roads.tunnels"),
                must("/name", Holds::Line(60), "隧道"),
                may("/name_en", Holds::Line(60), "Tunnels"),
                may("/position", Holds::Number(1000), 9),
                may("/valid_from", Holds::Date, "2026-10-01"),
            ],
        ),
        case(
            Method::PATCH,
            "/api/v1/categories/{id}",
            &world.category,
            vec![
                may("/name", Holds::Line(60), "桥"),
                may("/name_en", Holds::Line(60), "Bridges"),
                may("/position", Holds::Number(1000), 8),
                may("/valid_until", Holds::Date, "2030-01-01"),
            ],
        ),
        case(
            Method::POST,
            "/api/v1/duty-table",
            "",
            vec![
                must("/category_id", Holds::Id("reference_unknown"), app.district.category("roads.signals")),
                must("/lead", Holds::Id("reference_unknown"), app.district.unit(LEAD)),
                may("/assists", Holds::List(20), json!([])),
                may("/assists/0", Holds::Id("reference_unknown"), app.district.unit(ASSIST)),
                may("/pace", Holds::Word, "complex"),
                may("/owner", Holds::Line(60), LEAD),
                may("/valid_from", Holds::Date, "2026-10-01"),
            ],
        ),
    ]
}

fn rating() -> Vec<Field> {
    vec![
        must("/level", Holds::Word, "dissatisfied"),
        must("/reached", Holds::Flag, true),
        must("/solved", Holds::Flag, false),
        may("/reasons", Holds::List(5), json!([])),
        may("/reasons/0", Holds::Word, "overdue"),
        may("/words", Holds::Text(2000), "等了很久。"),
    ]
}

fn follow_up() -> Vec<Field> {
    vec![
        must("/reached", Holds::Flag, true),
        may("/contacted", Holds::Flag, true),
        may("/solved", Holds::Flag, true),
        may("/satisfied", Holds::Word, "satisfied"),
        may("/words", Holds::Text(2000), "没有别的意见。"),
    ]
}

/// A word on something that was asked for.
fn word_and_reason() -> Vec<Field> {
    vec![must("/granted", Holds::Flag, true), must("/reason", Holds::Text(5000), "经核实属实。")]
}

fn ruling(blamed: &str) -> Vec<Field> {
    vec![
        must("/findings", Holds::Text(5000), "答复后一直没有动工。"),
        must("/ruling", Holds::Word, "dated"),
        must("/public_text", Holds::Text(5000), "责成交警大队限期重办。"),
        may("/blamed", Holds::List(20), json!([])),
        may("/blamed/0", Holds::Id("not_blamable"), blamed),
        may("/until", Holds::Future, "2026-10-20T17:30:00+08:00"),
    ]
}

fn merging(master: &str) -> Vec<Field> {
    vec![
        must("/master", Holds::Id("reference_unknown"), master),
        must("/reason", Holds::Text(5000), "反映的是同一路口。"),
    ]
}

pub(crate) fn contact(echo: &str) -> Vec<Field> {
    vec![
        must("/whom", Holds::Line(200), "厂办"),
        must("/means", Holds::Word, "phone"),
        may("/number", Holds::Phone, "13812341234"),
        must("/reached", Holds::Flag, true),
        may("/message_left", Holds::Flag, false),
        must("/outcome", Holds::Text(5000), "约定次日到场。"),
        may("/claimed_at", Holds::Past, "2026-09-24T16:40:00+08:00"),
        may("/echoes", Holds::List(100), json!([])),
        must("/echoes/0/request", Holds::Id("reference_unknown"), echo),
        must("/echoes/0/whom", Holds::Line(200), "厂办"),
        may("/echoes/0/number", Holds::Phone, "13812341234"),
    ]
}

fn promise() -> Vec<Field> {
    vec![
        must("/outcome", Holds::Word, "promised"),
        must("/public_text", Holds::Text(5000), "分两步办理。"),
        may("/internal_note", Holds::Text(5000), "已与厂方谈妥。"),
        may("/evidence", Holds::List(20), json!([])),
        may("/evidence/0", Holds::Text(5000), "勘察记录"),
        may("/milestones", Holds::List(20), json!([])),
        must("/milestones/0/what", Holds::Line(200), "勘察"),
        must("/milestones/0/by", Holds::Date, "2026-10-10"),
    ]
}

pub(crate) fn reason() -> Vec<Field> {
    vec![must("/reason", Holds::Text(5000), "请补充依据。")]
}

fn giving_back() -> Vec<Field> {
    vec![
        must("/cause", Holds::Word, "facts_differ"),
        must("/reason", Holds::Text(5000), "现场是另一回事。"),
        may("/ground", Holds::Text(5000), "现场照片"),
    ]
}

/// A unit added as `part`, another taken away, another with a new role; `others` are the assignments of the units that
/// do not lead.
fn change(app: &TestApp, part: &str, others: &[String]) -> Vec<Field> {
    vec![
        may("/parts", Holds::List(20), json!([])),
        must("/parts/0/unit", Holds::Id("reference_unknown"), app.district.unit(ASSIST)),
        must("/parts/0/part", Holds::Word, part),
        may("/parts/0/note", Holds::Text(5000), "请接手。"),
        may("/close", Holds::List(20), json!([])),
        may("/close/0", Holds::Id("reference_unknown"), others[0].as_str()),
        may("/roles", Holds::List(20), json!([])),
        must("/roles/0/assignment", Holds::Id("reference_unknown"), others[1].as_str()),
        must("/roles/0/part", Holds::Word, "assist"),
        may("/roles/0/told_to_contact", Holds::Flag, false),
    ]
}

fn joint_ruling(app: &TestApp, others: &[String]) -> Vec<Field> {
    let ruling = vec![
        must("/granted", Holds::Flag, true),
        must("/reason", Holds::Text(5000), "经核实，不属该单位职责。"),
        must("/precedent/unit", Holds::Id("reference_unknown"), app.district.unit(ASSIST)),
        must("/precedent/text", Holds::Text(5000), "此类事项由市政主办。"),
    ];
    [ruling, change(app, "lead", others)].concat()
}

fn meeting(app: &TestApp) -> Vec<Field> {
    vec![
        must("/units", Holds::List(50), json!([])),
        may("/units/0", Holds::Id("reference_unknown"), app.district.unit(LEAD)),
        must("/planned_at", Holds::Future, "2026-09-28T14:00:00+08:00"),
        must("/agenda", Holds::Text(5000), "定主办、定时间。"),
    ]
}

fn minutes(app: &TestApp) -> Vec<Field> {
    vec![
        must("/present", Holds::List(50), json!([])),
        must("/minutes", Holds::Text(5000), "各方同意。"),
        may("/present/0", Holds::Id("reference_unknown"), app.district.unit(LEAD)),
        may("/lead", Holds::Id("reference_unknown"), app.district.unit(LEAD)),
        may("/dates", Holds::List(20), json!([])),
        must("/dates/0/what", Holds::Line(200), "踏勘"),
        must("/dates/0/by", Holds::Date, "2026-10-10"),
        may("/ruling", Holds::Text(5000), "由交警大队主办。"),
    ]
}

fn attaching(upload: &str) -> Vec<Field> {
    vec![
        must("/attachments", Holds::List(10), json!([upload])),
        may("/attachments/0", Holds::Id("reference_unknown"), upload),
    ]
}

fn company(uscc: &str) -> Vec<Field> {
    vec![
        must("/company/name", Holds::Line(100), "某电子企业"),
        must("/company/standing", Holds::Word, "registered"),
        must("/company/uscc", Holds::Uscc, uscc),
        may("/company/size", Holds::Word, "small"),
        may("/company/industry", Holds::Line(100), "电子"),
        may("/company/street", Holds::Line(100), "长江路街道"),
        may("/company/contact_name", Holds::Line(100), "办公室"),
        may("/company/contact_phone", Holds::Phone, "0532-86988888"),
    ]
}

/// A person below `place`, which is one of the two places persons stand at.
fn person(place: &str, username: &str) -> Vec<Field> {
    let at = |below: &'static str, top: &'static str| if place.is_empty() { top } else { below };
    vec![
        must(at("/person/name", "/name"), Holds::Line(100), "联系人"),
        may(at("/person/username", "/username"), Holds::Formed("username_invalid"), username),
        may(at("/person/email", "/email"), Holds::Formed("email_invalid"), "user@example.cn"),
        may(at("/person/language", "/language"), Holds::Word, "en"),
        may(at("/person/password", "/password"), Holds::Password, "A-good-password"),
    ]
}
