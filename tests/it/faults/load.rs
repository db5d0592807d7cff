//! Companies that file as fast as they are answered, and what they were told.

use super::Ground;
use crate::support::files;
use crate::support::sample::PASSWORD;
use futures_util::future::join_all;
use reqwest::Client;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// How long an answer may take before it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// One company's user who files the same again and again, over a few connections.
pub(super) struct Filer {
    http: Client,
    form: Value,
    token: String,
    /// The ids that were acknowledged, each with its number.
    acknowledged: Mutex<BTreeMap<String, String>>,
    /// What was answered beside.
    refused: Mutex<Vec<(u16, Value)>>,
    answers: AtomicUsize,
    told: Notify,
    stopped: AtomicBool,
}

impl Filer {
    /// Logs in at the program that serves `ground` at `root`.
    pub(super) async fn log_in(ground: &Ground, root: &str) -> Self {
        onedoor::tls::use_ring();
        let http = Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client can be made");
        let form = json!({
            "company": ground.district.company("chemical"),
            "kind": "help",
            "category": ground.district.category("roads.signals"),
            "title": "厂区路口信号灯设置不清",
            "body": "南门外路口信号灯的相位与车道不对应，请到现场看一看。",
        });
        let account = json!({ "name": "chemical", "password": PASSWORD });
        let answer = http.post(format!("{root}/api/v1/auth/login")).json(&account).send().await;
        let body: Value = answer.expect("it answers").json().await.expect("JSON");
        let token = body["token"].as_str().unwrap_or_else(|| panic!("no token: {body}")).to_owned();
        Self {
            http,
            form,
            token,
            acknowledged: Mutex::default(),
            refused: Mutex::default(),
            answers: AtomicUsize::new(0),
            told: Notify::new(),
            stopped: AtomicBool::new(false),
        }
    }

    /// Files over `clients` connections until [`Filer::stop`] or until nothing listens at `root` any more.
    pub(super) async fn file(&self, root: &str, clients: usize) {
        self.stopped.store(false, Ordering::Release);
        join_all((0..clients).map(|_| self.one_after_another(root))).await;
    }

    async fn one_after_another(&self, root: &str) {
        while !self.stopped.load(Ordering::Acquire) {
            if self.once(root).await.is_none() {
                return;
            }
        }
    }

    /// Files once; the status, or nothing where there was no answer.
    pub(super) async fn once(&self, root: &str) -> Option<u16> {
        let request = self.http.post(format!("{root}/api/v1/requests")).bearer_auth(&self.token);
        let answer = match request.json(&self.form).send().await {
            Ok(answer) => answer,
            Err(error) => {
                assert!(!error.is_timeout(), "a request was never answered");
                return None;
            }
        };
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.ok()?;
        if status == 201 {
            let text = |name: &str| body[name].as_str().expect("a text").to_owned();
            self.acknowledged.lock().expect("whole").insert(text("id"), text("number"));
        } else {
            self.refused.lock().expect("whole").push((status, body));
        }
        self.answers.fetch_add(1, Ordering::AcqRel);
        self.told.notify_waiters();
        Some(status)
    }

    /// Uploads one file; the status, and the body of the answer.
    pub(super) async fn upload(&self, root: &str, file: &[u8]) -> (u16, Value) {
        let request = self.http.post(format!("{root}/api/v1/uploads")).bearer_auth(&self.token);
        let request = request.header("content-type", files::content_type());
        let answer = request.body(files::body(&[("a.pdf", file)])).send().await.expect("it answers");
        (answer.status().as_u16(), answer.json().await.expect("JSON"))
    }

    /// Reads something of the API; the status.
    pub(super) async fn get(&self, root: &str, path: &str) -> u16 {
        let request = self.http.get(format!("{root}{path}")).bearer_auth(&self.token);
        request.header("connection", "close").send().await.expect("it answers").status().as_u16()
    }

    /// Waits until that many more answers have come.
    pub(super) async fn answered(&self, more: usize) {
        let wanted = self.answers.load(Ordering::Acquire) + more;
        loop {
            let told = self.told.notified();
            if self.answers.load(Ordering::Acquire) >= wanted {
                return;
            }
            told.await;
        }
    }

    /// Lets each connection file no further.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    /// What was acknowledged so far: ids with their numbers.
    pub(super) fn acknowledged(&self) -> BTreeMap<String, String> {
        self.acknowledged.lock().expect("whole").clone()
    }

    /// Takes what was answered beside so far: statuses with bodies.
    pub(super) fn refused(&self) -> Vec<(u16, Value)> {
        std::mem::take(&mut self.refused.lock().expect("whole"))
    }
}
