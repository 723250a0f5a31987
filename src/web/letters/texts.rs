//! Texts of the pages of letters. What letters say stands in `letter_texts.tsv`.

crate::web::texts::texts! {
    letters: "Brev", "Brev", "Letters";
    letters_total(count): "{count} i alt", "{count} i alt", "{count} in all";
    letters_none: "Du har ingen brev ennå.", "Du har ingen brev enno.", "You have no letters yet.";
    letters_subject: "Emne", "Emne", "Subject";
    letters_number: "Nummer", "Nummer", "Number";
    letters_sent: "Sendt", "Sendt", "Sent";
    letters_state: "Lest", "Lese", "Read";
    letters_unopened: "Ikke åpnet", "Ikkje opna", "Not opened";
    letters_opened_at(when): "Åpnet {when}", "Opna {when}", "Opened {when}";
    letters_appeal_until(day): "Klagefrist: {day}", "Klagefrist: {day}", "Appeal by {day}";
    letters_older: "Eldre", "Eldre", "Older";
    letters_all: "Alle brev", "Alle brev", "All letters";
    letters_file: "Last ned brevet som PDF", "Last ned brevet som PDF", "Download the letter as PDF";
    letters_recipient: "Mottaker", "Mottakar", "Recipient";
    letters_about: "Om brevet", "Om brevet", "About this letter";
    letters_comment: "Uttal deg", "Uttal deg", "Comment";
    letters_comment_text: "Hva vil du si til det brevet forteller om?", "Kva vil du seie til det brevet fortel om?", "What do you say to what the letter tells of?";
    letters_comment_until(day): "Du kan uttale deg innen {day}. Du trenger ikke å svare. Høyst 10 000 tegn.", "Du kan uttale deg innan {day}. Du treng ikkje å svare. Høgst 10 000 teikn.", "You may comment by {day}. You do not have to answer. At most 10,000 characters.";
    letters_comment_send: "Send uttalelsen", "Send uttalen", "Send the comment";
    letters_comment_missing: "Skriv hva du vil si, med høyst 10 000 tegn.", "Skriv kva du vil seie, med høgst 10 000 teikn.", "Write what you want to say, in at most 10,000 characters.";
    letters_comment_over: "Uttalelsen din er mottatt fra før, eller saken er avgjort.", "Uttalen din er motteken frå før, eller saka er avgjord.", "Your comment has come in before, or the matter has been decided.";
    letters_comment_wrong: "Uttalelsen er ikke sendt", "Uttalen er ikkje send", "The comment is not sent";
    letters_commented(when): "Du uttalte deg {when}", "Du uttalte deg {when}", "You commented {when}";
    letters_appeal: "Klag på vedtaket", "Klag på vedtaket", "Appeal against the decision";
    letters_appeal_text: "Hva klager du på, og hva vil du ha endret?", "Kva klagar du på, og kva vil du ha endra?", "What do you appeal against, and what should be changed?";
    letters_appeal_reason: "Klagefristen er ute. Hvorfor kommer klagen nå?", "Klagefristen er ute. Kvifor kjem klaga no?", "The time limit has ended. Why does the appeal come now?";
    letters_appeal_send: "Send klagen", "Send klaga", "Send the appeal";
    letters_appealed: "Klagen er mottatt. Du får brev når vi har vurdert den.", "Klaga er motteken. Du får brev når vi har vurdert henne.", "Your appeal is received. You will get a letter when we have considered it.";
    letters_appeal_stale: "Saken er endret siden du åpnet siden. Se på den og send på nytt om det trengs.", "Saka er endra sidan du opna sida. Sjå på henne og send på nytt om det trengst.", "The case has changed since you opened the page. Look at it and send again if needed.";
    letters_appeal_wrong: "Klagen er ikke sendt", "Klaga er ikkje send", "The appeal is not sent";
    letters_appeal_text_missing: "Skriv hva du klager på, med høyst 10 000 tegn.", "Skriv kva du klagar på, med høgst 10 000 teikn.", "Write what you appeal against, in at most 10,000 characters.";
    letters_appeal_late: "Klagefristen er ute. Skriv hvorfor klagen kommer nå.", "Klagefristen er ute. Skriv kvifor klaga kjem no.", "The time limit has ended. Write why the appeal comes now.";
}
