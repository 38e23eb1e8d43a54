//! Continuous integration: the vendor, and the job's link and ids. The vendors are a table.

use crate::collect::host::Host;
use crate::collect::vars::is_on;
use crate::model::host::Ci;
use crate::model::{AbsenceReason, Collected, Evidence, Provenance, Raw};

/// A vendor: the variable that marks it, and where link and ids stand.
struct Vendor {
    name: &'static str,
    /// Variables that must all be set and on.
    marks: &'static [&'static str],
    /// The link, with variables in braces; empty where there is none.
    url: &'static str,
    run_id: &'static [&'static str],
    job: &'static [&'static str],
}

const fn vendor(
    name: &'static str,
    marks: &'static [&'static str],
    url: &'static str,
    run_id: &'static [&'static str],
    job: &'static [&'static str],
) -> Vendor {
    Vendor { name, marks, url, run_id, job }
}

/// Known vendors. Those that also set another's marker come before it. Source: the vendors' lists of predefined variables.
const VENDORS: &[Vendor] = &[
    vendor(
        "gitea-actions",
        &["GITEA_ACTIONS"],
        "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_NUMBER}",
        &["GITHUB_RUN_ID"],
        &["GITHUB_JOB"],
    ),
    vendor(
        "forgejo-actions",
        &["FORGEJO_ACTIONS"],
        "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_NUMBER}",
        &["GITHUB_RUN_ID"],
        &["GITHUB_JOB"],
    ),
    vendor(
        "github-actions",
        &["GITHUB_ACTIONS"],
        "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}",
        &["GITHUB_RUN_ID"],
        &["GITHUB_JOB"],
    ),
    vendor("gitlab-ci", &["GITLAB_CI"], "{CI_JOB_URL}", &["CI_PIPELINE_ID", "CI_JOB_ID"], &["CI_JOB_NAME"]),
    vendor("jenkins", &["JENKINS_URL"], "{BUILD_URL}", &["BUILD_ID", "BUILD_NUMBER"], &["JOB_NAME"]),
    vendor(
        "circleci",
        &["CIRCLECI"],
        "{CIRCLE_BUILD_URL}",
        &["CIRCLE_WORKFLOW_ID", "CIRCLE_BUILD_NUM"],
        &["CIRCLE_JOB"],
    ),
    vendor(
        "buildkite",
        &["BUILDKITE"],
        "{BUILDKITE_BUILD_URL}",
        &["BUILDKITE_BUILD_ID", "BUILDKITE_JOB_ID"],
        &["BUILDKITE_LABEL", "BUILDKITE_STEP_KEY"],
    ),
    vendor(
        "azure-pipelines",
        &["TF_BUILD"],
        "{SYSTEM_TEAMFOUNDATIONCOLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}",
        &["BUILD_BUILDID"],
        &["AGENT_JOBNAME", "SYSTEM_JOBDISPLAYNAME"],
    ),
    vendor(
        "bitbucket-pipelines",
        &["BITBUCKET_BUILD_NUMBER"],
        // `BITBUCKET_GIT_HTTP_ORIGIN` names the plain-text scheme.
        "https://bitbucket.org/{BITBUCKET_REPO_FULL_NAME}/pipelines/results/{BITBUCKET_BUILD_NUMBER}",
        &["BITBUCKET_PIPELINE_UUID"],
        &["BITBUCKET_STEP_UUID"],
    ),
    vendor("teamcity", &["TEAMCITY_VERSION"], "{BUILD_URL}", &["BUILD_NUMBER"], &["TEAMCITY_BUILDCONF_NAME"]),
    vendor("travis-ci", &["TRAVIS"], "{TRAVIS_JOB_WEB_URL}", &["TRAVIS_JOB_ID"], &["TRAVIS_JOB_NAME"]),
    vendor("aws-codebuild", &["CODEBUILD_BUILD_ID"], "{CODEBUILD_BUILD_URL}", &["CODEBUILD_BUILD_ID"], &[]),
    vendor(
        "woodpecker",
        &["CI_PIPELINE_URL", "CI_SYSTEM_NAME"],
        "{CI_PIPELINE_URL}",
        &["CI_PIPELINE_NUMBER"],
        &["CI_WORKFLOW_NAME"],
    ),
    vendor("drone", &["DRONE"], "{DRONE_BUILD_LINK}", &["DRONE_BUILD_NUMBER"], &["DRONE_STAGE_NAME"]),
    vendor(
        "appveyor",
        &["APPVEYOR"],
        "{APPVEYOR_URL}/project/{APPVEYOR_ACCOUNT_NAME}/{APPVEYOR_PROJECT_SLUG}/builds/{APPVEYOR_BUILD_ID}",
        &["APPVEYOR_BUILD_ID"],
        &["APPVEYOR_JOB_NAME"],
    ),
    vendor(
        "cirrus-ci",
        &["CIRRUS_CI"],
        "https://cirrus-ci.com/task/{CIRRUS_TASK_ID}",
        &["CIRRUS_TASK_ID"],
        &["CIRRUS_TASK_NAME"],
    ),
    vendor(
        "semaphore",
        &["SEMAPHORE"],
        "{SEMAPHORE_ORGANIZATION_URL}/workflows/{SEMAPHORE_WORKFLOW_ID}",
        &["SEMAPHORE_WORKFLOW_ID"],
        &["SEMAPHORE_JOB_NAME"],
    ),
    vendor(
        "bitrise",
        &["BITRISE_IO"],
        "{BITRISE_BUILD_URL}",
        &["BITRISE_BUILD_SLUG"],
        &["BITRISE_TRIGGERED_WORKFLOW_ID"],
    ),
    vendor("harness", &["HARNESS_BUILD_ID"], "", &["HARNESS_BUILD_ID"], &["HARNESS_STAGE_ID"]),
    vendor("eas-build", &["EAS_BUILD"], "", &["EAS_BUILD_ID"], &[]),
    vendor("codemagic", &["CM_BUILD_ID"], "", &["CM_BUILD_ID"], &[]),
    vendor("cloudflare-pages", &["CF_PAGES"], "{CF_PAGES_URL}", &["CF_PAGES_COMMIT_SHA"], &[]),
    vendor("netlify", &["NETLIFY", "CI"], "{DEPLOY_URL}", &["BUILD_ID"], &[]),
    vendor("vercel", &["VERCEL", "CI"], "", &["VERCEL_DEPLOYMENT_ID"], &[]),
    vendor("render", &["RENDER", "CI"], "", &["RENDER_SERVICE_ID"], &[]),
    vendor("google-cloud-build", &["BUILD_ID", "PROJECT_ID", "BUILDER_OUTPUT"], "", &["BUILD_ID"], &[]),
    vendor("other", &["CI"], "", &["BUILD_ID", "BUILD_NUMBER", "RUN_ID"], &["JOB_NAME"]),
];

/// The vendor whose marks are set.
fn vendor_of(host: &dyn Host) -> Option<&'static Vendor> {
    let set = |name: &&str| host.env(name).is_some_and(|value| is_on(value.expose()));
    let vendor = VENDORS.iter().find(|vendor| vendor.marks.iter().all(set))?;
    // Woodpecker's older releases say so in the general marker alone.
    let woodpecker = host.env("CI").is_some_and(|value| value.expose() == "woodpecker");
    Some(VENDORS.iter().find(|other| woodpecker && other.name == "woodpecker").unwrap_or(vendor))
}

/// Name of the vendor whose job this process runs in.
pub(crate) fn vendor_name(host: &dyn Host) -> Option<&'static str> {
    vendor_of(host).map(|vendor| vendor.name)
}

/// The job that this process runs in.
pub(super) fn collect(host: &dyn Host) -> Evidence<Collected, Ci<Collected>> {
    let Some(vendor) = vendor_of(host) else {
        return Evidence::absent(AbsenceReason::NotFound, "host.ci");
    };
    let first =
        |names: &[&str]| names.iter().find_map(|name| host.env(name)).filter(|value| !value.expose().is_empty());
    let ci = Ci {
        vendor: vendor.name,
        job_url: link(host, vendor.url),
        run_id: first(vendor.run_id),
        job: first(vendor.job),
    };
    Evidence::captured(ci, Provenance::env(vendor.marks.first().unwrap_or(&"CI")))
}

/// The link with its variables filled in; none where one is not set.
fn link(host: &dyn Host, pattern: &str) -> Option<Raw<String>> {
    let mut parts = pattern.split('{');
    let mut url = parts.next()?.to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}')?;
        let value = host.env(name).filter(|value| !value.expose().is_empty())?;
        url.push_str(value.expose());
        url.push_str(rest);
    }
    (!url.is_empty()).then(|| Raw::new(url))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::host::fake::FakeHost;

    fn found(host: &FakeHost) -> (Option<&'static str>, Option<String>, Option<String>) {
        let ci = collect(host);
        let text = |pick: fn(&Ci<Collected>) -> Option<&Raw<String>>| {
            ci.value().and_then(pick).map(|text| text.expose().clone())
        };
        (ci.value().map(|ci| ci.vendor), text(|ci| ci.job_url.as_ref()), text(|ci| ci.run_id.as_ref()))
    }

    #[test]
    fn a_job_has_its_vendor_link_and_run() {
        let host = FakeHost::new()
            .var("CI", "true")
            .var("GITHUB_ACTIONS", "true")
            .var("GITHUB_SERVER_URL", "https://github.com")
            .var("GITHUB_REPOSITORY", "o/r")
            .var("GITHUB_RUN_ID", "42");
        assert_eq!(
            found(&host),
            (Some("github-actions"), Some("https://github.com/o/r/actions/runs/42".into()), Some("42".into()))
        );
        let host = host.var("GITEA_ACTIONS", "true");
        assert_eq!(found(&host).0, Some("gitea-actions"));
        let host = FakeHost::new()
            .var("TF_BUILD", "True")
            .var("SYSTEM_TEAMFOUNDATIONCOLLECTIONURI", "https://dev.azure.com/o/")
            .var("SYSTEM_TEAMPROJECT", "p")
            .var("BUILD_BUILDID", "7");
        assert_eq!(found(&host).1.as_deref(), Some("https://dev.azure.com/o/p/_build/results?buildId=7"));
    }

    #[test]
    fn an_unknown_vendor_is_other_and_a_laptop_is_none() {
        assert_eq!(found(&FakeHost::new().var("CI", "true")).0, Some("other"));
        assert_eq!(found(&FakeHost::new().var("CI", "woodpecker")).0, Some("woodpecker"));
        assert_eq!(found(&FakeHost::new().var("CI", "false")), (None, None, None));
        assert_eq!(found(&FakeHost::new().var("VERCEL", "1")).0, None);
    }
}
