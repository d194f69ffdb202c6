//! The one way to call AWS.

use std::error::Error;
use std::fmt::Debug;
use std::future::Future;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use aws_sdk_sts::config::http::HttpResponse;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::RequestId;

use crate::aws::Aws;
use crate::error::{AwsError, ErrorKind};
use crate::operation::Operation;
use crate::rates;

/// A call that was made, with its retries.
#[derive(Clone, Debug)]
pub struct Call<'c> {
    /// What was asked for.
    pub operation: Operation,
    /// What it was about.
    pub subject: &'c str,
    /// The account that was asked, where it is known.
    pub account: Option<&'c str>,
    /// The Region.
    pub region: &'c str,
    /// How long it took, waiting for its turn left out.
    pub took: Duration,
    /// The id that AWS gave to the request.
    pub request_id: Option<&'c str>,
    /// Why it failed.
    pub error: Option<&'c AwsError>,
}

/// Told of every call.
pub trait Observer: Send + Sync {
    /// A call was made.
    fn called(&self, call: &Call<'_>);
}

/// Says nothing.
pub struct Silent;

impl Observer for Silent {
    fn called(&self, _: &Call<'_>) {}
}

/// Pages of one list: a stack set of 100,000 instances has a thousand.
const MOST_PAGES: usize = 1_000_000;

/// One page of a list, and the token of the next.
pub(crate) type Page<T> = (Vec<T>, Option<String>);

impl Aws {
    /// Makes one call: within its rate, beside at most as many others as the settings allow, in a bounded
    /// time, and dropped when the run is asked to end. The SDK tries again where that can help.
    pub(crate) async fn call<O, E, F>(
        &self,
        operation: Operation,
        subject: &str,
        request: F,
    ) -> Result<O, AwsError>
    where
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        O: RequestId,
        E: ProvideErrorMetadata + Error + 'static,
    {
        let work = async {
            self.wait_for_turn(&operation).await;
            // Taken after the turn has come: who waits for a slow rate keeps nobody else from calling. The
            // semaphore is never closed.
            let _slot = self.shared.slots.acquire().await.ok();
            let start = Instant::now();
            (request.await, start.elapsed())
        };
        let (answer, took) = tokio::select! {
            done = work => done,
            () = self.asked_to_end() => {
                return Err(self.place(AwsError::new(ErrorKind::Interrupted, operation, subject)));
            }
        };
        let answer =
            answer.map_err(|error| self.place(AwsError::of_sdk(operation, subject.to_owned(), &error)));
        self.shared.observer.called(&Call {
            operation,
            subject,
            account: self.account.as_deref(),
            region: &self.region,
            took,
            request_id: match &answer {
                Ok(output) => output.request_id(),
                Err(error) => error.request_id.as_deref(),
            },
            error: answer.as_ref().err(),
        });
        answer
    }

    /// Collects a list page by page.
    pub(crate) async fn pages<T, F>(
        &self,
        operation: Operation,
        subject: &str,
        mut page: impl FnMut(Option<String>) -> F,
    ) -> Result<Vec<T>, AwsError>
    where
        F: Future<Output = Result<Page<T>, AwsError>>,
    {
        let mut all = Vec::new();
        let mut token = None;
        for _ in 0..MOST_PAGES {
            let (items, next) = page(token.clone()).await?;
            all.extend(items);
            match next.filter(|next| !next.is_empty()) {
                None => return Ok(all),
                Some(next) if token.as_ref() == Some(&next) => break,
                next => token = next,
            }
        }
        let error = AwsError::new(ErrorKind::BadAnswer, operation, subject);
        Err(self.place(error.because("its pages do not end")))
    }

    async fn wait_for_turn(&self, operation: &Operation) {
        // The rates are AWS's own; an emulator has none.
        let rate = rates::of(operation).filter(|_| self.sdk.endpoint_url().is_none());
        if let Some(rate) = rate {
            let place = format!("{} {}", self.account.as_deref().unwrap_or_default(), self.region);
            self.shared.pacer.turn(&place, rate).await;
        }
    }

    /// Returns when somebody asked the run to end. The signal handler sets a flag, which nothing can wait for.
    async fn asked_to_end(&self) {
        const LOOK: Duration = Duration::from_millis(50);
        while !self.shared.cancelled.load(Ordering::Relaxed) {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Says where it failed.
    pub(crate) fn place(&self, error: AwsError) -> AwsError {
        AwsError { account: self.account.clone(), region: Some(self.region.clone()), ..error }
    }
}
