//! The token of Altinn: it is fetched for that of Maskinporten where the settings say so, shown until shortly
//! before its end, and without it the register is silent.

use std::time::{Duration, Instant};

use anrop::clock::Clock as _;
use chrono::TimeDelta;

use super::{
    ACTING, person,
    register::{Does, Gives, KEY, Register},
    vind,
};
use crate::{support::TestApp, web_security::signed_in};

const SILENT: &str = "Altinn svarer ikke akkurat nå";
const FOUND: &str = "Vind Eksempel AS";

async fn started() -> (TestApp, Register) {
    let register = Register::start().await;
    register.answers(vind());
    (register.exchanging_app().await, register)
}

#[tokio::test]
async fn the_token_is_exchanged_once_and_the_one_that_is_given_is_shown() {
    for gives in [Gives::Text, Gives::Json] {
        let (app, register) = started().await;
        register.gives(gives);
        register.tokens_end(app.clock.now() + TimeDelta::minutes(30));
        let mut visitor = signed_in(&app, &person(38, "acting-38"));
        for _ in 0..2 {
            let page = visitor.get(ACTING).await.expect(200).text();
            assert!(page.contains(FOUND), "{gives:?}: {page}");
        }
        assert_eq!(register.exchanged(), ["Bearer token-1"], "{gives:?}");
        for one in register.asked() {
            assert_eq!((one.authorization, one.key), (register.wanted(), KEY.to_owned()));
        }
        // near its end it is fetched anew, for the token there still is of Maskinporten
        app.clock.advance(TimeDelta::minutes(29) + TimeDelta::seconds(30));
        register.tokens_end(app.clock.now() + TimeDelta::minutes(30));
        assert!(visitor.get(ACTING).await.expect(200).text().contains(FOUND));
        assert_eq!(register.exchanged(), ["Bearer token-1", "Bearer token-1"]);
        app.finish().await;
    }
}

#[tokio::test]
async fn a_token_that_is_refused_is_fetched_anew_on_either_side() {
    let (app, register) = started().await;
    register.tokens_end(app.clock.now() + TimeDelta::minutes(30));
    let mut visitor = signed_in(&app, &person(39, "acting-39"));
    assert!(visitor.get(ACTING).await.expect(200).text().contains(FOUND));
    // that of Altinn by the register
    register.does(Does::RefusesOnce);
    assert!(visitor.get(ACTING).await.expect(200).text().contains(FOUND));
    assert_eq!(register.exchanged(), ["Bearer token-1", "Bearer token-1"]);
    // that of Maskinporten by the exchange
    register.does(Does::RefusesOnce);
    register.gives(Gives::RefusesOnce);
    assert!(visitor.get(ACTING).await.expect(200).text().contains(FOUND));
    assert_eq!(register.exchanged()[2..], ["Bearer token-1", "Bearer token-2"]);
    assert_eq!(register.assertions().len(), 2);
    app.finish().await;
}

#[tokio::test]
async fn without_the_token_the_register_is_silent() {
    let (app, register) = started().await;
    let mut visitor = signed_in(&app, &person(40, "acting-40"));
    for gives in [Gives::Refuses, Gives::Garbage, Gives::Hangs] {
        register.gives(gives);
        let began = Instant::now();
        let page = visitor.get(ACTING).await.expect(200).text();
        assert!(page.contains(SILENT) && !page.contains(FOUND), "{gives:?}: {page}");
        assert!(began.elapsed() < Duration::from_secs(10), "{gives:?}: {:?}", began.elapsed());
        let asked = register.exchanged().len();
        assert!(visitor.get(ACTING).await.expect(200).text().contains(SILENT), "{gives:?}");
        assert_eq!(register.exchanged().len(), asked, "then it is left alone: {gives:?}");
        app.clock.advance(TimeDelta::seconds(31));
    }
    assert_eq!(register.asked().len(), 0, "no other token is shown instead");
    register.gives(Gives::Text);
    register.tokens_end(app.clock.now() + TimeDelta::minutes(30));
    assert!(visitor.get(ACTING).await.expect(200).text().contains(FOUND));

    // the one there is, is shown on while no other is given
    app.clock.advance(TimeDelta::minutes(29) + TimeDelta::seconds(30));
    register.gives(Gives::Garbage);
    let given = register.wanted();
    let exchanged = register.exchanged().len();
    let last = || register.asked().pop().expect("it was asked").authorization;
    visitor.get(ACTING).await.expect(200);
    assert_eq!((last(), register.exchanged().len()), (given, exchanged + 1));
    app.finish().await;
}
