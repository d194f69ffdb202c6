//! Over the cloud in memory, since these are about the order of calls; that the calls do on the wire what
//! they do here is for the contract tests.

use std::fs;
use std::path::PathBuf;

use cfct_package::{BucketObject, ZIP};
use tempfile::TempDir;

use super::{
    Earlier, NamedObject, PublishError, Release, Target, earlier, foresee, look, package_key, publish,
    publish_again, record_key,
};
use crate::digest::sha256;
use crate::error::{AwsError, ErrorKind};
use crate::memory::{Cloud, State, StoredBucket, StoredObject};
use crate::ports::{Metadata, Put, Tags};

const OWNER: &str = "111122223333";
const BUCKET: &str = "bucket";

fn cloud() -> Cloud {
    let bucket = StoredBucket { owner: OWNER.to_owned(), ..StoredBucket::default() };
    Cloud::new(State { buckets: [(BUCKET.to_owned(), bucket)].into(), ..State::default() })
}

/// What is packaged, on the disk.
struct Packaged {
    folder: TempDir,
    named: Vec<NamedObject>,
    zip: PathBuf,
    bytes: u64,
    sha256: String,
    record: Vec<u8>,
    digest: String,
}

impl Packaged {
    fn of(content: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let zip = folder.path().join(ZIP);
        fs::write(&zip, content).unwrap();
        let zip_sha256 = sha256(content.as_bytes());
        let record = format!(
            r#"{{"source":{{"commit":"c0ffee"}},"objects":[{{"key":"{ZIP}","sha256":"{zip_sha256}"}}]}}"#
        );
        Self {
            folder,
            named: Vec::new(),
            zip,
            bytes: content.len() as u64,
            sha256: zip_sha256,
            digest: sha256(record.as_bytes()),
            record: record.into_bytes(),
        }
    }

    fn release(&self) -> Release<'_> {
        Release {
            digest: &self.digest,
            record: &self.record,
            zip: &self.zip,
            bytes: self.bytes,
            sha256: &self.sha256,
            named: &self.named,
        }
    }

    /// With a product's template in the bucket.
    fn with_product(content: &str, template: &str) -> Self {
        let mut packaged = Self::of(content);
        let path = packaged.folder.path().join("product.template");
        fs::write(&path, template).unwrap();
        let sha256 = sha256(template.as_bytes());
        let object = BucketObject {
            key: format!("service-catalog/backup/{sha256}.template"),
            content_type: "application/x-yaml",
            bytes: template.len() as u64,
            sha256,
            tags: Tags::from([("servicecatalog:provisioning", "true")]),
        };
        packaged.named.push(NamedObject { path, object });
        packaged
    }
}

async fn run(cloud: &Cloud, packaged: &Packaged) -> Result<Vec<Put>, AwsError> {
    let target = look(cloud, BUCKET, OWNER).await?;
    run_on(cloud, &target, packaged).await
}

async fn run_on(cloud: &Cloud, target: &Target, packaged: &Packaged) -> Result<Vec<Put>, AwsError> {
    let mut puts = Vec::new();
    publish(cloud, target, &packaged.release(), |step| puts.push(step.put)).await?;
    Ok(puts)
}

fn objects(cloud: &Cloud) -> Vec<(String, StoredObject)> {
    cloud.state().buckets[BUCKET].objects.clone().into_iter().collect()
}

#[tokio::test]
async fn a_release_is_its_zip_its_record_and_last_the_key_that_starts_the_pipeline() {
    let (cloud, packaged) = (cloud(), Packaged::of("one"));
    let target = look(&cloud, BUCKET, OWNER).await.unwrap();
    let foreseen = foresee(&cloud, &target, &packaged.release()).await.unwrap();
    let mut steps = Vec::new();
    publish(&cloud, &target, &packaged.release(), |step| steps.push(step)).await.unwrap();
    assert_eq!(foreseen, steps);
    let keys: Vec<&str> = steps.iter().map(|step| step.key.as_str()).collect();
    assert_eq!(keys, [&package_key(&packaged.sha256), &record_key(&packaged.digest), ZIP]);
    let now = look(&cloud, BUCKET, OWNER).await.unwrap();
    assert_eq!((now.sha256(), now.release()), (Some(&*packaged.sha256), Some(&*packaged.digest)));
}

#[tokio::test]
async fn a_second_run_writes_nothing() {
    let (cloud, packaged) = (cloud(), Packaged::of("one"));
    run(&cloud, &packaged).await.unwrap();
    let before = objects(&cloud);
    assert_eq!(run(&cloud, &packaged).await.unwrap(), [Put::Present; 3]);
    assert_eq!(objects(&cloud), before);
}

#[tokio::test]
async fn of_two_publishers_the_later_one_is_refused() {
    let (cloud, ours, theirs) = (cloud(), Packaged::of("ours"), Packaged::of("theirs"));
    for round in 0..2 {
        let target = look(&cloud, BUCKET, OWNER).await.unwrap();
        let (first, second) = if round == 0 { (&theirs, &ours) } else { (&ours, &theirs) };
        run(&cloud, first).await.unwrap();
        let error = run_on(&cloud, &target, second).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Precondition);
        assert!(error.to_string().contains(&first.digest), "{error}");
        assert_eq!(look(&cloud, BUCKET, OWNER).await.unwrap().sha256(), Some(&*first.sha256));
    }
}

#[tokio::test]
async fn a_zip_that_something_else_put_is_replaced() {
    let (cloud, packaged) = (cloud(), Packaged::of("one"));
    let foreign = StoredObject {
        bytes: b"one".to_vec(),
        metadata: Metadata::new(),
        version: 7,
        ..StoredObject::default()
    };
    cloud.state().buckets.get_mut(BUCKET).unwrap().objects.insert(ZIP.to_owned(), foreign);
    assert_eq!(run(&cloud, &packaged).await.unwrap(), [Put::Written; 3]);
}

/// Every call fails once, before or after it had its effect; the run that follows ends as an undisturbed one.
#[tokio::test]
async fn whichever_call_fails_the_next_run_ends_the_same() {
    let packaged = Packaged::of("one");
    let undisturbed = cloud();
    run(&undisturbed, &packaged).await.unwrap();
    let calls = undisturbed.state().calls.len();
    assert!(calls >= 5, "{calls}");
    for number in 0..calls {
        let cloud = cloud();
        cloud.state().faults.insert(number, ErrorKind::Server);
        run(&cloud, &packaged).await.unwrap_err();
        run(&cloud, &packaged).await.unwrap();
        assert_eq!(objects(&cloud), objects(&undisturbed), "call {number}");
    }
}

/// The copy was made, but its answer was lost: the SDK tries again and is told that the precondition fails.
#[tokio::test]
async fn a_copy_whose_answer_was_lost_counts() {
    let (cloud, packaged) = (cloud(), Packaged::of("one"));
    let before = look(&cloud, BUCKET, OWNER).await.unwrap();
    run(&cloud, &packaged).await.unwrap();
    let published = objects(&cloud);
    assert_eq!(run_on(&cloud, &before, &packaged).await.unwrap(), [Put::Present, Put::Present, Put::Written]);
    assert_eq!(objects(&cloud), published);
}

#[tokio::test]
async fn an_earlier_release_comes_back_by_the_start_of_its_digest() {
    let (cloud, first, second) = (cloud(), Packaged::of("first"), Packaged::of("second"));
    run(&cloud, &first).await.unwrap();
    run(&cloud, &second).await.unwrap();
    let target = look(&cloud, BUCKET, OWNER).await.unwrap();
    let Earlier { digest, commit, zip, .. } =
        earlier(&cloud, &target.bucket, &first.digest[..9]).await.unwrap();
    assert_eq!((digest, commit, zip), (first.digest.clone(), Some("c0ffee".to_owned()), b"first".to_vec()));
    let back = earlier(&cloud, &target.bucket, &first.digest).await.unwrap();
    publish_again(&cloud, &target, &back).await.unwrap();
    assert_eq!(look(&cloud, BUCKET, OWNER).await.unwrap().release(), Some(&*first.digest));
}

#[tokio::test]
async fn what_is_not_what_its_name_says_is_not_published() {
    let (cloud, packaged) = (cloud(), Packaged::of("one"));
    run(&cloud, &packaged).await.unwrap();
    let bucket = look(&cloud, BUCKET, OWNER).await.unwrap().bucket;
    let damage = |key: String, bytes: &[u8]| {
        let mut state = cloud.state();
        let object = state.buckets.get_mut(BUCKET).unwrap().objects.get_mut(&key).unwrap();
        std::mem::replace(&mut object.bytes, bytes.to_vec())
    };
    let whole = damage(record_key(&packaged.digest), b"{}");
    let error = earlier(&cloud, &bucket, &packaged.digest).await.unwrap_err();
    assert!(matches!(error, PublishError::Damaged { .. }), "{error}");
    damage(record_key(&packaged.digest), &whole);
    damage(package_key(&packaged.sha256), b"other");
    let error = earlier(&cloud, &bucket, &packaged.digest).await.unwrap_err();
    assert!(matches!(error, PublishError::Damaged { .. }), "{error}");
    for unknown in ["", "zz", "0000000000", "../x"] {
        let error = earlier(&cloud, &bucket, unknown).await.unwrap_err();
        assert!(matches!(error, PublishError::NoRelease { .. }), "{unknown}: {error}");
    }
}

#[tokio::test]
async fn a_bucket_of_somebody_else_is_not_written_to() {
    let (cloud, packaged) = (cloud(), Packaged::of("one"));
    cloud.state().buckets.get_mut(BUCKET).unwrap().owner = "444455556666".to_owned();
    assert_eq!(run(&cloud, &packaged).await.unwrap_err().kind, ErrorKind::AccessDenied);
    assert_eq!(objects(&cloud), []);
}

#[tokio::test]
async fn what_the_zip_names_is_put_before_it_with_its_tags_and_once() {
    let (cloud, packaged) = (cloud(), Packaged::with_product("zip", "template"));
    let mut keys = Vec::new();
    let target = look(&cloud, BUCKET, OWNER).await.unwrap();
    publish(&cloud, &target, &packaged.release(), |step| keys.push((step.key, step.put))).await.unwrap();
    let template = packaged.named[0].object.key.clone();
    assert_eq!(keys[0], (template.clone(), Put::Written));
    assert_eq!(keys.last().map(|(key, _)| key.as_str()), Some(ZIP));
    let stored = cloud.state().buckets[BUCKET].objects[&template].clone();
    assert_eq!((stored.bytes, stored.tags["servicecatalog:provisioning"]), (b"template".to_vec(), "true"));
    let target = look(&cloud, BUCKET, OWNER).await.unwrap();
    let foreseen = foresee(&cloud, &target, &packaged.release()).await.unwrap();
    assert!(foreseen.iter().all(|step| step.put == Put::Present), "{foreseen:?}");
}
