//! Over fakecloud: see `cargo xtask test`.

use crate::edge::contract::{self, MANAGEMENT, PART};
use crate::edge::fakecloud::Fakecloud;
use crate::edge::runs;

#[test]
fn fakecloud_holds_the_contract() {
    let fakecloud = Fakecloud::start();
    let server = fakecloud.like_aws();
    let (runtime, aws) = runs::ports(&server.url, PART);
    runtime.block_on(fakecloud.fill(&server));
    contract::hold("fakecloud", &runtime, &aws.known_as(MANAGEMENT.parse().expect("an id")));
}
