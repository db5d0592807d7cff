//! What a query finds: a corpus and, by hand, what each query finds in it.

use super::{asked, found, page};
use crate::support::app::{TestApp, on_both};
use crate::support::district::District;
use serde_json::json;

on_both!(
    each_query_finds_what_it_says_literally,
    the_number_is_found_as_people_write_it,
    a_query_is_one_to_two_hundred_characters,
);

const CORPUS: [(&str, &str); 14] = [
    ("设备更新补贴", "关于申请２０２６年设备更新补贴的请示，涉及增值税留抵退税。"),
    ("补贴申请", "请问人才补贴如何申请？"),
    ("工商登记", "招商局答复与工商登记不一致。"),
    ("折扣50%", "电费折扣50%何时到账"),
    ("折扣505", "共505户受影响"),
    ("file_name", "C:\\temp\\file_name.txt"),
    ("fileXname", "it's a \"quoted\" word"),
    ("补贴*", "a*b AND c OR d NOT e NEAR f"),
    ("Siemens 西门子", "ISO9001 认证，Café"),
    ("路灯", "(A座)-3号楼：路灯 & 井盖 | 损坏 ! 请修 <-> 谢谢"),
    ("生僻字", "法人姓名㐂𠮷，无法录入"),
    ("かな", "サポートセンター 전기요금"),
    ("换行", "第一行\n第二行"),
    ("全角", "ＡＢＣ（集团）有限公司"),
];

async fn each_query_finds_what_it_says_literally(app: &mut TestApp) {
    let district = District::lay(app).await;
    for (minute, (title, body)) in CORPUS.iter().enumerate() {
        app.set_time(&format!("2026-09-23T09:{minute:02}:00+08:00"));
        district.file(&district.mill, title, json!({ "body": body })).await;
    }
    let expected: [(&str, &[&str]); 47] = [
        ("补贴", &["补贴*", "补贴申请", "设备更新补贴"]),
        ("设备更新", &["设备更新补贴"]),
        ("申请 补贴", &["补贴申请", "设备更新补贴"]),
        ("补贴\u{3000}人才", &["补贴申请"]),
        ("申请补贴", &[]),
        ("留抵退税", &["设备更新补贴"]),
        ("税", &["设备更新补贴"]),
        ("工商局", &[]),
        ("招商局", &["工商登记"]),
        ("2026年", &["设备更新补贴"]),
        ("50%", &["折扣50%"]),
        ("50", &["折扣505", "折扣50%"]),
        ("%", &["折扣50%"]),
        ("折%", &[]),
        ("_", &["file_name"]),
        ("file_name", &["file_name"]),
        ("FILE", &["fileXname", "file_name"]),
        ("name", &["file_name"]),
        ("c:\\temp", &["file_name"]),
        ("\\", &["file_name"]),
        ("'", &["fileXname"]),
        ("it's", &["fileXname"]),
        ("\"", &["fileXname"]),
        ("\"quoted\"", &["fileXname"]),
        ("\"word\"", &[]),
        ("补贴*", &["补贴*"]),
        ("*", &["补贴*"]),
        ("a*b", &["补贴*"]),
        ("AND", &["补贴*"]),
        ("补贴 AND 申请", &[]),
        ("补贴 OR 路灯", &[]),
        ("NOT", &["补贴*"]),
        ("NEAR(补贴 申请)", &[]),
        ("-路灯", &[]),
        ("-3号楼", &["路灯"]),
        ("(a座)", &["路灯"]),
        ("& | !", &["路灯"]),
        ("<->", &["路灯"]),
        ("路灯:*", &[]),
        ("words:路灯", &[]),
        ("iso9001", &["Siemens 西门子"]),
        ("9001 café", &["Siemens 西门子"]),
        ("emens", &[]),
        ("㐂𠮷", &["生僻字"]),
        ("ポート", &["かな"]),
        ("요금", &["かな"]),
        ("abc(集团)", &["全角"]),
    ];
    for (query, titles) in expected {
        assert_eq!(found(&district.dispatcher, query).await, titles, "{query}");
    }
    assert_eq!(found(&district.mill.user, "甲纺织").await.len(), CORPUS.len());
    assert_eq!(found(&district.auditor, "第二行 第一行").await, ["换行"]);
}

async fn the_number_is_found_as_people_write_it(app: &mut TestApp) {
    let district = District::lay(app).await;
    app.set_time("2026-11-23T09:00:00+08:00");
    district.file(&district.mill, "其一", json!({})).await;
    let other = district.file(&district.mill, "其二", json!({})).await;
    app.set_time("2026-11-24T09:00:00+08:00");
    district.file(&district.mill, "次日", json!({})).await;
    let number = district.dispatcher.get(&format!("/requests/{other}")).await.expect(200)["number"].clone();
    let number = number.as_str().expect("a request has a number");
    let plain = number.replace('-', "");
    let digits = number.trim_start_matches("QS");
    let of_day = &number[..10];
    let ways = [number, &number.to_lowercase(), &plain, &plain.to_lowercase(), digits, &plain[2..]];
    for way in ways {
        assert_eq!(found(&district.dispatcher, way).await, ["其二"], "{way}");
    }
    for way in [of_day, &of_day[2..]] {
        assert_eq!(found(&district.dispatcher, way).await, ["其二", "其一"], "{way}");
    }
}

async fn a_query_is_one_to_two_hundred_characters(app: &mut TestApp) {
    let district = District::lay(app).await;
    district.file(&district.mill, "路灯", json!({})).await;
    let asked = async |q: &str| district.dispatcher.get(&asked(&[("q", q)])).await;
    for (q, code) in [
        ("路".repeat(201), "text_too_long"),
        ("a".repeat(2500), "text_too_long"),
        ("路 ".repeat(600), "text_too_long"),
        (String::new(), "text_empty"),
        (" \u{3000}".to_owned(), "text_empty"),
        ("\u{200B}".to_owned(), "text_empty"),
        ("路\u{7}灯".to_owned(), "control_character"),
    ] {
        let problem = asked(&q).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], "?q", "{problem:#}");
        assert_eq!(problem["errors"][0]["code"], code, "{problem:#}");
    }
    for q in ["a".repeat(10 * 1024), "路 ".repeat(5 * 1024)] {
        asked(&q).await.problem(414, "url_too_long");
    }
    assert_eq!(asked("\0").await.status, 422);
    for q in ["路".repeat(200), format!("  {}  ", "a b ".repeat(50)), "\"*()'%&|!<>:-".repeat(15)] {
        assert_eq!(page(&district.dispatcher, &q, &[]).await["items"], json!([]), "{q}");
    }
}
