//! Credentials inside addresses: user name, password, and query values.

use percent_encoding::percent_decode_str;

use super::{identities, names, push};
use crate::model::{IdentityKind, Raw, Sensitive};

/// User name, password and secret query values of a URL, raw and percent-decoded. Works without a scheme as well, since
/// proxies are often written so.
pub(super) fn take(sensitive: &mut Sensitive, text: &str, place: &Raw<String>) {
    for text in text.split([',', ' ', '\n', '\t']).map(|part| part.trim_matches(['"', '\''])) {
        let (has_scheme, rest) = match text.split_once("://") {
            Some((_, rest)) => (true, rest),
            None => (false, text),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        // A raw password may hold `/` or `#`, which cuts the authority short: then the last `@` of the whole decides.
        let authority = if authority.contains('@') { authority } else { rest };
        if let Some((userinfo, _)) = authority.rsplit_once('@')
            && (has_scheme || userinfo.contains(':'))
        {
            self::userinfo(sensitive, userinfo, place);
        }
        query(sensitive, rest, place);
    }
}

fn userinfo(sensitive: &mut Sensitive, userinfo: &str, place: &Raw<String>) {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let forms = [userinfo.to_owned(), decoded(userinfo)];
    for form in &forms {
        push(sensitive, "proxy", form, place);
    }
    if let Some((user, password)) = userinfo.split_once(':') {
        for form in [password.to_owned(), decoded(password)] {
            push(sensitive, "proxy", &form, place);
        }
        identities::add(sensitive, &decoded(user), IdentityKind::User);
    }
}

fn query(sensitive: &mut Sensitive, rest: &str, place: &Raw<String>) {
    let Some((_, query)) = rest.split_once('?') else { return };
    for (name, held) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        if names::looks_like_credential(name) {
            push(sensitive, name, held, place);
            push(sensitive, name, &percent_decode_str(held).decode_utf8_lossy(), place);
        }
    }
}
