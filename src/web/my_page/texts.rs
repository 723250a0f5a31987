//! The texts of my page.

use crate::{
    case::{lifecycle::Status, store::Case},
    web::texts::Words,
};

crate::web::texts::texts! {
    my_page: "Min side", "Mi side", "My page";
    my_own: "Søk og Min side", "Søk og Mi side", "Apply and My page";
    my_lead: "Sakene, brevene, tillatelsene og fakturaene dine. Her svarer du, klager, endrer, fornyer og sier opp.", "Sakene, breva, løyva og fakturaene dine. Her svarer du, klagar, endrar, fornyar og seier opp.", "Your cases, letters, permits and invoices. Here you answer, appeal, change, renew and give up.";
    my_expected_offer(number): "Ta imot tillatelsen du er tilbudt i sak {number}", "Ta imot løyvet du er tilboden i sak {number}", "Accept the permit you are offered in case {number}";
    my_expected_letters(count): "Les brevene du ikke har åpnet ({count})", "Les breva du ikkje har opna ({count})", "Read the letters you have not opened ({count})";
    my_offers: "Tillatelser du er tilbudt", "Løyve du er tilboden", "Permits offered to you";
    my_deadlines: "Frister", "Fristar", "Deadlines";
    due_answer(number): "Svar i sak {number}", "Svar i sak {number}", "Answer in case {number}";
    due_decision(number): "Vi avgjør sak {number}", "Vi avgjer sak {number}", "We decide case {number}";
    due_end(number): "{number} gjelder til og med denne dagen", "{number} gjeld til og med denne dagen", "{number} holds up to and including this day";
    due_comment(number): "Siste dag for å uttale deg i sak {number}", "Siste dag for å uttale deg i sak {number}", "Last day to comment in case {number}";
    due_appeal(number): "Siste dag for å klage i sak {number}", "Siste dag for å klage i sak {number}", "Last day to appeal in case {number}";
    my_consents: "Samtykker", "Samtykke", "Consents";
    my_consent(sign): "Den offentlige listen viser opplysninger om deg med {sign}", "Den offentlege lista viser opplysningar om deg med {sign}", "The public list shows data about you with {sign}";
    my_consent_since(date): "Siden {date}. Følg lenken for å endre eller trekke det tilbake.", "Sidan {date}. Følg lenkja for å endre eller trekkje det tilbake.", "Since {date}. Follow the link to change or withdraw it.";
    done_accepted: "Du har tatt imot tillatelsen.", "Du har teke imot løyvet.", "You have accepted the permit.";
    done_appealed: "Klagen er mottatt. Du får brev når vi har vurdert den.", "Klaga er motteken. Du får brev når vi har vurdert henne.", "Your appeal is received. You will get a letter when we have considered it.";
    done_confirmed: "Takk. Opplysningene er bekreftet, og vi spør igjen om et år.", "Takk. Opplysningane er stadfesta, og vi spør igjen om eit år.", "Thank you. The data are confirmed, and we ask again in a year.";
    done_published: "Lagret. Den offentlige listen viser nå det du har krysset av.", "Lagra. Den offentlege lista viser no det du har kryssa av.", "Saved. The public list now shows what you have ticked.";
    done_withdrawn: "Lagret. Den offentlige listen viser ingenting om deg lenger.", "Lagra. Den offentlege lista viser ingenting om deg lenger.", "Saved. The public list shows nothing about you any more.";
    done_demanded: "Vi har fått kravet ditt og skriver til deg med begrunnelsen. Klagefristen løper på nytt når du har fått den.", "Vi har fått kravet ditt og skriv til deg med grunngjevinga. Klagefristen går på nytt når du har fått henne.", "We have your demand and will write to you with the reasons. The time limit for an appeal runs anew when you have them.";
    done_replied: "Svaret er sendt. Fristen for avgjørelsen går igjen.", "Svaret er sendt. Fristen for avgjerda går igjen.", "Your answer is sent. The time limit for the decision runs again.";
    done_sent: "Dokumentet er mottatt og ligger i saken.", "Dokumentet er motteke og ligg i saka.", "The document is received and lies in the case.";
    done_surrendered: "Tillatelsen er sagt opp. Alle som har fått opplysningene, får vite det. Årsgebyr løper ikke lenger fra neste år.", "Løyvet er sagt opp. Alle som har fått opplysningane, får vite det. Årsgebyr går ikkje lenger frå neste år.", "The permit is given up. Everybody who has got the data is told. No yearly fee is charged from next year on.";
    done_taken_back: "Søknaden er trukket, og saken er avsluttet.", "Søknaden er trekt, og saka er avslutta.", "The application is withdrawn and the case has ended.";
    my_expected: "Dette venter på deg", "Dette ventar på deg", "This waits for you";
    my_expected_answer(number, date): "Svar i sak {number} innen {date}", "Svar i sak {number} innan {date}", "Answer in case {number} by {date}";
    my_expected_comment(number, date): "Forhåndsvarsel i sak {number}: du kan uttale deg innen {date}", "Førehandsvarsel i sak {number}: du kan uttale deg innan {date}", "Advance notice in case {number}: you may comment by {date}";
    my_expected_confirm(number): "Bekreft opplysningene i {number}", "Stadfest opplysningane i {number}", "Confirm the data of {number}";
    my_expected_pay(amount, date): "Betal kr {amount} til sammen; det første forfaller {date}", "Betal kr {amount} til saman; det første forfell {date}", "Pay NOK {amount} in all; the first is due on {date}";
    my_nothing_expected: "Ingenting venter på deg.", "Ingenting ventar på deg.", "Nothing waits for you.";
    my_cases: "Saker", "Saker", "Cases";
    my_no_cases: "Du har ingen saker.", "Du har ingen saker.", "You have no cases.";
    my_permits: "Tillatelser", "Løyve", "Permits";
    my_no_permits: "Du har ingen tillatelser.", "Du har ingen løyve.", "You have no permits.";
    my_more: "Her vises det som venter på deg, og det nyeste. Noe eldre er utelatt.", "Her står det som ventar på deg, og det nyaste. Noko eldre er utelate.", "What waits for you and the newest are shown here. Something older is left out.";
    my_invoices: "Fakturaer", "Fakturaer", "Invoices";
    my_no_invoices: "Du har ingen fakturaer.", "Du har ingen fakturaer.", "You have no invoices.";
    my_amount: "Beløp (kr)", "Beløp (kr)", "Amount (NOK)";
    my_due: "Forfaller", "Forfell", "Due";
    my_paid(date): "Betalt {date}", "Betalt {date}", "Paid on {date}";
    my_overdue: "Forfalt", "Forfallen", "Overdue";
    my_unpaid: "Ikke betalt", "Ikkje betalt", "Not paid";
    my_year: "År", "År", "Year";
    my_permit: "Tillatelse", "Løyve", "Permit";
    my_data: "Mine opplysninger", "Mine opplysningar", "My data";
    my_data_lead: "Retter du noe her, får alle som har opplysningene, vite det.", "Rettar du noko her, får alle som har opplysningane, vite det.", "If you correct something here, everybody who has the data is told.";
    my_data_unknown: "Registeret kjenner deg ikke før den første søknaden.", "Registeret kjenner deg ikkje før den første søknaden.", "The registry does not know you before the first application.";
    my_save: "Lagre", "Lagre", "Save";
    my_saved: "Lagret.", "Lagra.", "Saved.";
    my_stale: "Dette er endret et annet sted siden siden ble hentet. Se på det som står her nå, og gjør det en gang til om det trengs.", "Dette er endra ein annan stad sidan sida vart henta. Sjå på det som står her no, og gjer det ein gong til om det trengst.", "This was changed elsewhere after the page was fetched. Look at what stands here now, and do it once more if needed.";
    my_refused: "Det lar seg ikke gjøre", "Det lèt seg ikkje gjere", "That cannot be done";
    case_title(number): "Sak {number}", "Sak {number}", "Case {number}";
    my_status: "Status", "Status", "Status";
    case_received: "Mottatt", "Motteken", "Received";
    case_limit: "Frist for avgjørelsen", "Frist for avgjerda", "Time limit for the decision";
    case_limit_waits(date): "Står stille til du svarer (innen {date})", "Står stille til du svarer (innan {date})", "Stands still until you answer (by {date})";
    case_limit_comment(date): "Etter fristen du har til å uttale deg ({date})", "Etter fristen du har til å uttale deg ({date})", "After the time you have to comment ({date})";
    case_about: "Gjelder", "Gjeld", "About";
    case_decided: "Avgjort", "Avgjord", "Decided";
    case_grounds: "Begrunnelse", "Grunngjeving", "Grounds";
    case_conditions: "Vilkår", "Vilkår", "Conditions";
    case_decision: "Vedtaket", "Vedtaket", "The decision";
    case_messages: "Meldinger", "Meldingar", "Messages";
    case_asked(date): "Vi spør deg, svar innen {date}", "Vi spør deg, svar innan {date}", "We ask you; answer by {date}";
    case_noticed(date): "Forhåndsvarsel. Du kan uttale deg innen {date}", "Førehandsvarsel. Du kan uttale deg innan {date}", "Advance notice. You may comment by {date}";
    case_noticed_before: "Forhåndsvarsel", "Førehandsvarsel", "Advance notice";
    case_commented: "Du uttalte deg", "Du uttalte deg", "You commented";
    case_comment: "Uttalelsen din", "Uttalen din", "Your comment";
    case_comment_button: "Uttal deg om forhåndsvarselet", "Uttal deg om førehandsvarselet", "Comment on the advance notice";
    comment_in(number): "Uttalelse i sak {number}", "Uttale i sak {number}", "Comment in case {number}";
    case_asked_before: "Vi spurte", "Vi spurde", "We asked";
    case_replied: "Du svarte", "Du svarte", "You answered";
    case_reply: "Svaret ditt", "Svaret ditt", "Your answer";
    case_reply_hint: "Høyst 10 000 tegn. Fristen for avgjørelsen går igjen når du har svart.", "Høgst 10 000 teikn. Fristen for avgjerda går igjen når du har svart.", "At most 10,000 characters. The time limit runs again when you have answered.";
    case_reply_missing: "Skriv et svar.", "Skriv eit svar.", "Write an answer.";
    case_reply_too_long: "Svaret kan ha høyst 10 000 tegn.", "Svaret kan ha høgst 10 000 teikn.", "The answer may have at most 10,000 characters.";
    case_reply_button: "Svar på spørsmålet", "Svar på spørsmålet", "Answer the question";
    case_next_open(due): "Vi avgjør saken innen {due}. Trenger vi mer, spør vi her, og fristen står stille til du svarer. Du får brev når saken er avgjort.", "Vi avgjer saka innan {due}. Treng vi meir, spør vi her, og fristen står stille til du svarer. Du får brev når saka er avgjord.", "We decide the case by {due}. If we need more, we ask here, and the limit stands still until you answer. You get a letter when the case is decided.";
    case_next_late(due): "Fristen for å avgjøre saken var {due}. Vi er forsinket og avgjør den så snart vi kan. Du får brev når saken er avgjort.", "Fristen for å avgjere saka var {due}. Vi er forseinka og avgjer henne så snart vi kan. Du får brev når saka er avgjord.", "The time limit for deciding the case was {due}. We are late and decide it as soon as we can. You get a letter when the case is decided.";
    case_by_rules: "Avgjort automatisk etter faste regler: alle vilkår er oppfylt.", "Avgjord automatisk etter faste reglar: alle vilkår er oppfylte.", "Decided automatically by fixed rules: every condition is met.";
    due_decision_late(number): "Vi skulle ha avgjort sak {number}, og er forsinket", "Vi skulle ha avgjort sak {number}, og er forseinka", "We should have decided case {number}, and are late";
    case_next_offer(due): "Den nye innehaveren må ta imot tillatelsen. Deretter avgjør vi saken, innen {due}. Tillatelsen er din til det er gjort.", "Den nye innehavaren må ta imot løyvet. Deretter avgjer vi saka, innan {due}. Løyvet er ditt til det er gjort.", "The new holder has to accept the permit. Then we decide the case, by {due}. The permit is yours until that is done.";
    case_next_waiting(day): "Vi trenger et svar fra deg innen {day}. Svarer du ikke, avgjør vi saken med det vi har.", "Vi treng eit svar frå deg innan {day}. Svarer du ikkje, avgjer vi saka med det vi har.", "We need an answer from you by {day}. If you do not answer, we decide the case on what we have.";
    case_next_comment(day): "Vi har gitt deg forhåndsvarsel om noe vi vurderer. Du kan uttale deg innen {day}; du trenger ikke å svare. Først etterpå avgjør vi saken.", "Vi har gjeve deg førehandsvarsel om noko vi vurderer. Du kan uttale deg innan {day}; du treng ikkje å svare. Først etterpå avgjer vi saka.", "We have given you advance notice of something we consider. You may comment by {day}; you do not have to answer. We decide the case only after that.";
    case_next_granted: "Søknaden er innvilget. Det du har fått, ligger under Tillatelser på Min side.", "Søknaden er innvilga. Det du har fått, ligg under Løyve på Mi side.", "The application is granted. What you have been given is under Permits on My page.";
    case_next_refused: "Begrunnelsen og hvordan du klager, står i brevet. Du kan også søke på nytt.", "Grunngjevinga og korleis du klagar, står i brevet. Du kan òg søkje på nytt.", "The reasons and how to appeal are in the letter. You can also apply again.";
    case_next_withdrawn: "Saken er avsluttet. Du kan søke på nytt når du vil.", "Saka er avslutta. Du kan søkje på nytt når du vil.", "The case has ended. You can apply again whenever you like.";
    case_next_decided: "Vedtaket, begrunnelsen og hvordan du klager, står i brevet.", "Vedtaket, grunngjevinga og korleis du klagar, står i brevet.", "The decision, the reasons and how to appeal are in the letter.";
    case_next_closed: "Vi går ikke videre med det vi varslet om. Hvorfor står i brevet.", "Vi går ikkje vidare med det vi varsla om. Kvifor står i brevet.", "Nothing comes of what we gave you notice of. Why is in the letter.";
    case_next_appealed: "Vi vurderer klagen. Endrer vi ikke vedtaket, sender vi klagen til klageinstansen. Du får brev uansett.", "Vi vurderer klaga. Endrar vi ikkje vedtaket, sender vi klaga til klageinstansen. Du får brev uansett.", "We consider the appeal. If we do not change the decision, we send the appeal to the appeal body. You get a letter either way.";
    case_next_forwarded: "Klageinstansen avgjør klagen. Du får brev når den har gjort det.", "Klageinstansen avgjer klaga. Du får brev når han har gjort det.", "The appeal body decides the appeal. You get a letter when it has done so.";
    case_next_after_appeal: "Klagen er avgjort. Hva det betyr for deg, står i brevet.", "Klaga er avgjord. Kva det har å seie for deg, står i brevet.", "The appeal is decided. What that means for you is in the letter.";
    reply_of(number): "Svar i sak {number}", "Svar i sak {number}", "Answer in case {number}";
    reply_go_on: "Til svaret", "Til svaret", "On to the answer";
    reply_left: "Svaret du ikke sendte", "Svaret du ikkje sende", "The answer you did not send";
    reply_left_open(day): "Saken venter ikke lenger på svar: spørsmålet er besvart på en annen måte, eller trukket. Det du skrev, kan ikke sendes nå, men står her til {day}. Spør vi igjen, kan du gå videre med det.", "Saka ventar ikkje lenger på svar: spørsmålet er svara på på ein annan måte, eller trekt. Det du skreiv, kan ikkje sendast no, men står her til {day}. Spør vi igjen, kan du gå vidare med det.", "The case no longer waits for an answer: the question has been answered otherwise, or withdrawn. What you wrote cannot be sent now, but stands here until {day}. If we ask again, you can go on with it.";
    reply_left_ended(day): "Saken er avgjort eller trukket og venter ikke lenger på svar. Det du skrev, kan ikke sendes, men står her til {day}.", "Saka er avgjord eller trekt og ventar ikkje lenger på svar. Det du skreiv, kan ikkje sendast, men står her til {day}.", "The case has been decided or withdrawn and no longer waits for an answer. What you wrote cannot be sent, but stands here until {day}.";
    reply_left_changes: "Det du rettet i søknaden", "Det du retta i søknaden", "What you corrected in the application";
    reply_saved: "Det du skriver og legger ved, lagres når du trykker på en knapp, og slettes etter 30 dager hvis du ikke sender det.", "Det du skriv og legg ved, blir lagra når du trykkjer på ein knapp, og blir sletta etter 30 dagar om du ikkje sender det.", "What you write and attach is saved when you press a button, and deleted after 30 days unless you send it.";
    reply_correction: "Noe som er feil i søknaden?", "Noko som er feil i søknaden?", "Something wrong in the application?";
    reply_correction_hint: "Du kan rette søknaden i skjemaet og sende den sammen med svaret.", "Du kan rette søknaden i skjemaet og sende han saman med svaret.", "You can correct the application in its form and send it with the answer.";
    reply_correct: "Rett søknaden", "Rett søknaden", "Correct the application";
    reply_corrected: "Dette rettes når du sender svaret:", "Dette blir retta når du sender svaret:", "This is corrected when you send the answer:";
    reply_correct_more: "Rett mer i søknaden", "Rett meir i søknaden", "Correct more in the application";
    reply_uncorrect: "La søknaden stå som den er", "La søknaden stå som han er", "Leave the application as it is";
    reply_correction_wrong: "Den rettede søknaden har feil. Åpne den og rett det som er markert, eller la søknaden stå som den er.", "Den retta søknaden har feil. Opne han og rett det som er markert, eller la søknaden stå som han er.", "There are mistakes in the corrected application. Open it and correct what is marked, or leave the application as it is.";
    appeal_of(number): "Klage i sak {number}", "Klage i sak {number}", "Appeal in case {number}";
    appeal_against: "Du klager på:", "Du klagar på:", "You appeal against:";
    appeal_until(day): "Du kan klage til og med {day}.", "Du kan klage til og med {day}.", "You can appeal up to and including {day}.";
    appeal_until_unopened: "Klagefristen er tre uker fra du åpner brevet om vedtaket.", "Klagefristen er tre veker frå du opnar brevet om vedtaket.", "The time limit for an appeal is three weeks from the day you open the letter about the decision.";
    appeal_was_until(day): "Klagefristen gikk ut {day}.", "Klagefristen gjekk ut {day}.", "The time limit for an appeal ended on {day}.";
    appeal_late(ended, limit): "Klagefristen gikk ut {ended}. Du kan klage likevel, men må si hvorfor klagen kommer nå. Vi kan behandle den hvis du ikke kan lastes for at den er sen, eller hvis særlige grunner taler for det (forvaltningsloven § 31). Gjør vi ikke det, avvises klagen, og vedtaket står. Etter {limit} kan ingen klage behandles.", "Klagefristen gjekk ut {ended}. Du kan klage likevel, men må seie kvifor klaga kjem no. Vi kan behandle henne om du ikkje kan lastast for at ho er sein, eller om særlege grunnar talar for det (forvaltningslova § 31). Gjer vi ikkje det, blir klaga avvist, og vedtaket står. Etter {limit} kan inga klage behandlast.", "The time limit ended on {ended}. You can appeal all the same, but must say why the appeal comes now. We can take it up if you are not to blame for its being late, or if there are special reasons (Public Administration Act section 31). If we do not, the appeal is dismissed and the decision stands. After {limit} no appeal can be taken up.";
    appeal_left: "Klagen du ikke sendte", "Klaga du ikkje sende", "The appeal you did not send";
    appeal_left_why(day): "Det kan ikke klages i saken nå, for eksempel fordi en klage er registrert eller saken er tatt opp igjen. Det du skrev, kan ikke sendes nå, men står her til {day}.", "Det kan ikkje klagast i saka no, til dømes fordi ei klage er registrert eller saka er teken opp igjen. Det du skreiv, kan ikkje sendast no, men står her til {day}.", "No appeal can be made in the case now, for instance because one has been registered or the case has been taken up again. What you wrote cannot be sent now, but stands here until {day}.";
    appeal_too_late(limit): "Vedtaket er mer enn ett år gammelt. Etter {limit} kan ingen klage behandles (forvaltningsloven § 31). En klage blir avvist, og vedtaket står.", "Vedtaket er meir enn eitt år gammalt. Etter {limit} kan inga klage behandlast (forvaltningslova § 31). Ei klage blir avvist, og vedtaket står.", "The decision is more than a year old. After {limit} no appeal can be taken up (Public Administration Act section 31). An appeal will be dismissed and the decision stands.";
    appeal_next_1: "Vi vurderer klagen og kan endre vedtaket selv.", "Vi vurderer klaga og kan endre vedtaket sjølve.", "We consider the appeal and can change the decision ourselves.";
    appeal_next_2(body): "Endrer vi det ikke, sender vi klagen med sakens dokumenter til {body}, som avgjør den.", "Endrar vi det ikkje, sender vi klaga med dokumenta i saka til {body}, som avgjer henne.", "If we do not change it, we send the appeal with the documents of the case to {body}, which decides it.";
    appeal_next_2_unknown: "Endrer vi det ikke, sender vi klagen med sakens dokumenter til klageinstansen, som avgjør den.", "Endrar vi det ikkje, sender vi klaga med dokumenta i saka til klageinstansen, som avgjer henne.", "If we do not change it, we send the appeal with the documents of the case to the appeal body, which decides it.";
    appeal_next_3: "Du får brev hver gang. Å klage koster ingenting.", "Du får brev kvar gong. Å klage kostar ingenting.", "You get a letter each time. An appeal costs nothing.";
    appeal_text_hint: "Si hva du er uenig i og hvorfor. Du kan legge ved dokumenter nedenfor. Høyst 10 000 tegn.", "Sei kva du er usamd i og kvifor. Du kan leggje ved dokument nedanfor. Høgst 10 000 teikn.", "Say what you disagree with and why. You can attach documents below. At most 10,000 characters.";
    appeal_reason_hint: "Høyst 4000 tegn.", "Høgst 4000 teikn.", "At most 4000 characters.";
    appeal_deferral: "Ber du om at vedtaket ikke settes i verk før klagen er avgjort? Skriv hvorfor.", "Bed du om at vedtaket ikkje blir sett i verk før klaga er avgjord? Skriv kvifor.", "Do you ask that the decision is not carried out before the appeal is decided? Write why.";
    appeal_deferral_hint: "Vedtaket gjelder selv om du klager. Bare klageinstansen kan bestemme at det skal vente; vi sender ønsket videre med klagen. La feltet stå tomt hvis du ikke ber om det.", "Vedtaket gjeld sjølv om du klagar. Berre klageinstansen kan avgjere at det skal vente; vi sender ønsket vidare med klaga. La feltet stå tomt om du ikkje bed om det.", "The decision holds although you appeal. Only the appeal body can decide that it shall wait; we send the request on with the appeal. Leave the field empty if you do not ask for it.";
    appeal_too_long: "Teksten er for lang.", "Teksten er for lang.", "The text is too long.";
    appeal_control: "Ta bort tegn som ikke kan skrives ut.", "Ta bort teikn som ikkje kan skrivast ut.", "Remove characters that cannot be printed.";
    transfer_lead: "Du tilbyr tillatelsen til en annen. Den er din til myndigheten har samtykket.", "Du tilbyr løyvet til ein annan. Det er ditt til styresmakta har samtykt.", "You offer the permit to another. It is yours until the authority has consented.";
    transfer_step_1: "Du sier hvem, fra hvilken dag og hvorfor.", "Du seier kven, frå kva dag og kvifor.", "You say who, from which day and why.";
    transfer_step_2: "Den nye innehaveren logger inn og tar imot. Du får en lenke som du kan sende; den sier ingenting om noen av dere.", "Den nye innehavaren loggar inn og tek imot. Du får ei lenkje som du kan sende; ho seier ingenting om nokon av dykk.", "The new holder signs in and accepts. You get a link that you can send; it says nothing of either of you.";
    transfer_step_3: "En saksbehandler avgjør, og dere får brev begge to.", "Ein saksbehandlar avgjer, og de får brev begge to.", "A caseworker decides, and both of you get a letter.";
    transfer_to: "Hvem skal ha tillatelsen?", "Kven skal ha løyvet?", "Who is to have the permit?";
    transfer_to_hint: "Ni siffer for en organisasjon, elleve for en person.", "Ni siffer for ein organisasjon, elleve for ein person.", "Nine digits for an organisation, eleven for a person.";
    transfer_from: "Fra og med", "Frå og med", "From and including";
    transfer_from_hint: "En dag fra i dag til et år fram, som 31.12.2026. I dag når feltet står tomt.", "Ein dag frå i dag til eit år fram, som 31.12.2026. I dag når feltet står tomt.", "A day from today to a year ahead, such as 2026-12-31. Today when left empty.";
    transfer_reason: "Hvorfor?", "Kvifor?", "Why?";
    transfer_reason_hint: "Den nye innehaveren leser det også. Høyst 1000 tegn.", "Den nye innehavaren les det òg. Høgst 1000 teikn.", "The new holder reads it too. At most 1000 characters.";
    transfer_send: "Tilby tillatelsen", "Tilby løyvet", "Offer the permit";
    transfer_link: "Send denne lenken til den nye innehaveren. Bare den du oppga, kan åpne den.", "Send denne lenkja til den nye innehavaren. Berre den du oppgav, kan opne henne.", "Send this link to the new holder. Only the one you named can open it.";
    offer_title: "En tillatelse du er tilbudt", "Eit løyve du er tilboden", "A permit offered to you";
    offer_lead: "Innehaveren vil overdra denne tillatelsen til deg. Vilkårene i den følger med.", "Innehavaren vil overdra dette løyvet til deg. Vilkåra i det følgjer med.", "The holder wants to hand this permit over to you. Its conditions come with it.";
    offer_refuse: "Tar du imot, avgjør en saksbehandler saken. Vil du ikke ha tillatelsen, trenger du ikke gjøre noe.", "Tek du imot, avgjer ein saksbehandlar saka. Vil du ikkje ha løyvet, treng du ikkje gjere noko.", "If you accept, a caseworker decides the case. If you do not want the permit, you need not do anything.";
    offer_accept: "Ta imot tillatelsen", "Ta imot løyvet", "Accept the permit";
    offer_accepted_at: "Tatt imot", "Teke imot", "Accepted";
    offer_next(due): "En saksbehandler avgjør saken innen {due}. Du får brev.", "Ein saksbehandlar avgjer saka innan {due}. Du får brev.", "A caseworker decides the case by {due}. You get a letter.";
    offer_granted: "Overdragelsen er innvilget. Tillatelsen ligger på Min side.", "Overdraginga er innvilga. Løyvet ligg på Mi side.", "The transfer is granted. The permit is on My page.";
    offer_appealed: "Vedtaket er påklaget. Du får brev når klagen er avgjort.", "Vedtaket er påklaga. Du får brev når klaga er avgjord.", "There is an appeal against the decision. You get a letter when it is decided.";
    offer_after_appeal: "Klagen er avgjort. Brevet sier hva som gjelder nå.", "Klaga er avgjord. Brevet seier kva som gjeld no.", "The appeal is decided. The letter says what holds now.";
    offer_ended: "Saken er avsluttet, og tillatelsen er ikke overdratt.", "Saka er avslutta, og løyvet er ikkje overdrege.", "The case has ended, and the permit was not handed over.";
    permit_change: "Endre eller avslutte", "Endre eller avslutte", "Change or end";
    permit_open_cases: "Under behandling:", "Under behandling:", "Being handled:";
    permit_amend: "Endre tillatelsen", "Endre løyvet", "Amend the permit";
    permit_amend_text: "Du får skjemaet med det tillatelsen sier nå, og ser hva du endrer før du sender. Rettelser av egne opplysninger og kontakter gjelder med en gang; andre endringer avgjør en saksbehandler når reglene ikke gjør det. Tillatelsen gjelder som før så lenge.", "Du får skjemaet med det løyvet seier no, og ser kva du endrar før du sender. Rettingar av eigne opplysningar og kontaktar gjeld med ein gong; andre endringar avgjer ein saksbehandlar når reglane ikkje gjer det. Løyvet gjeld som før så lenge.", "You get the form with what the permit says now, and see what you change before you send it. Corrections of your own data and contacts hold at once; other changes are decided by a caseworker where the rules do not. Meanwhile the permit holds as before.";
    permit_amend_button: "Begynn på endringen", "Byrj på endringa", "Begin the amendment";
    amendment_of(number): "Endring av {number}", "Endring av {number}", "Amendment of {number}";
    amendment_incomplete: "Skjemaet kan mangle noe av det tillatelsen sier. Fyll det ut slik tillatelsen skal være.", "Skjemaet kan mangle noko av det løyvet seier. Fyll det ut slik løyvet skal vere.", "Something that the permit says may be missing in the form. Fill it in as the permit shall be.";
    permit_renew: "Forny tillatelsen", "Forny løyvet", "Renew the permit";
    permit_renew_text(until): "Fornyes den i dag, gjelder den til og med {until}. Er det ingenting å vurdere, skjer det med en gang; ellers avgjør en saksbehandler, og tillatelsen gjelder så lenge perioden varer.", "Blir det fornya i dag, gjeld det til og med {until}. Er det ingenting å vurdere, skjer det med ein gong; elles avgjer ein saksbehandlar, og løyvet gjeld så lenge perioden varer.", "If it is renewed today, it holds up to and including {until}. Where there is nothing to judge this happens at once; otherwise a caseworker decides, and the permit holds until its period ends.";
    permit_renew_button: "Søk om fornyelse", "Søk om fornying", "Apply for renewal";
    permit_renewal_early: "Det er for tidlig å fornye tillatelsen. Den står under Frister på Min side når det nærmer seg.", "Det er for tidleg å fornye løyvet. Det står under Fristar på Mi side når det nærmar seg.", "It is too early to renew the permit. It stands under Deadlines on My page when the time comes.";
    permit_transfer: "Overdra tillatelsen", "Overdra løyvet", "Hand the permit over";
    permit_transfer_text: "Du tilbyr den til en annen person eller organisasjon, som tar imot med egen innlogging. Deretter avgjør en saksbehandler.", "Du tilbyr det til ein annan person eller organisasjon, som tek imot med eiga innlogging. Deretter avgjer ein saksbehandlar.", "You offer it to another person or organisation, who accepts with a sign-in of their own. Then a caseworker decides.";
    permit_transfer_button: "Tilby tillatelsen", "Tilby løyvet", "Offer the permit";
    case_send_reply: "Send svaret", "Send svaret", "Send the answer";
    case_withdraw: "Trekk søknaden", "Trekk søknaden", "Withdraw the application";
    case_withdraw_text: "Saken avsluttes, og søknaden behandles ikke. Du kan søke på nytt senere.", "Saka blir avslutta, og søknaden blir ikkje behandla. Du kan søkje på nytt seinare.", "The case ends and the application is not handled. You can apply again later.";
    case_demand: "Be om begrunnelse", "Be om grunngjeving", "Ask for the reasons";
    case_demand_text: "Søknaden er innvilget, og vedtaket er ikke begrunnet. Ber du om en begrunnelse før klagefristen er ute, får du den i et brev, og klagefristen løper på nytt fra du har fått den (forvaltningsloven §§ 24 og 29).", "Søknaden er innvilga, og vedtaket er ikkje grunngjeve. Bed du om ei grunngjeving før klagefristen er ute, får du henne i eit brev, og klagefristen går på nytt frå du har fått henne (forvaltningslova §§ 24 og 29).", "The application is granted, and the decision gives no reasons. If you ask for them before the time limit for an appeal ends, you get them in a letter, and the time limit runs anew from the day you have it (Public Administration Act, sections 24 and 29).";
    case_demand_button: "Ja, send meg begrunnelsen", "Ja, send meg grunngjevinga", "Yes, send me the reasons";
    case_demanded(day, due): "Du ba om begrunnelse {day}. Den kommer i et brev, etter planen senest {due}.", "Du bad om grunngjeving {day}. Ho kjem i eit brev, etter planen seinast {due}.", "You asked for the reasons on {day}. They come in a letter, as planned by {due}.";
    case_withdraw_button: "Ja, trekk søknaden", "Ja, trekk søknaden", "Yes, withdraw the application";
    case_to_permit: "Se tillatelsen", "Sjå løyvet", "See the permit";
    permit_its_number: "Nummer", "Nummer", "Number";
    permit_sign: "Kallesignal", "Kallesignal", "Call sign";
    permit_from: "Gjelder fra", "Gjeld frå", "In force from";
    permit_until: "Gjelder til og med", "Gjeld til og med", "In force up to and including";
    permit_open_end: "Inntil videre", "Inntil vidare", "Until further notice";
    permit_certificate: "Last ned tillatelsesbeviset (PDF)", "Last ned løyvebeviset (PDF)", "Download the certificate (PDF)";
    permit_certificate_page: "Beviset som nettside", "Beviset som nettside", "The certificate as a page";
    permit_contacts: "Nødkontakter", "Naudkontaktar", "Emergency contacts";
    permit_contacts_lead: "Redningssentralen får endringen med en gang.", "Redningssentralen får endringa med ein gong.", "The rescue centre gets the change at once.";
    permit_contacts_save: "Lagre nødkontaktene", "Lagre naudkontaktane", "Save the emergency contacts";
    permit_contacts_change: "Endre nødkontakter", "Endre naudkontaktar", "Change emergency contacts";
    permit_confirm: "Stemmer alt?", "Stemmer alt?", "Is everything right?";
    permit_confirm_text: "Se over opplysningene hvert år. Er noe feil, rett det først.", "Sjå over opplysningane kvart år. Er noko feil, rett det først.", "Look over the data every year. If something is wrong, correct it first.";
    permit_confirmed(date): "Sist bekreftet {date}.", "Sist stadfesta {date}.", "Last confirmed on {date}.";
    permit_confirm_button: "Bekreft at alt stemmer", "Stadfest at alt stemmer", "Confirm that everything is right";
    permit_consent: "Den offentlige listen", "Den offentlege lista", "The public list";
    permit_consent_text: "Kallesignalet står alltid i listen. Dette vises bare når du krysser av, og forsvinner med en gang du tar krysset bort.", "Kallesignalet står alltid i lista. Dette blir vist berre når du kryssar av, og forsvinn med ein gong du tek krysset bort.", "The call sign always stands in the list. This is shown only when you tick it, and is gone at once when you untick it.";
    permit_consent_fields: "Dette kan vises", "Dette kan visast", "This may be shown";
    permit_consent_name: "Navn", "Namn", "Name";
    permit_consent_address: "Gate og postnummer", "Gate og postnummer", "Street and postal code";
    permit_consent_town: "Poststed", "Poststad", "Post town";
    permit_surrender: "Si opp tillatelsen", "Sei opp løyvet", "Give the permit up";
    permit_surrender_text: "Tillatelsen slutter med en gang, og kan ikke tas opp igjen.", "Løyvet sluttar med ein gong, og kan ikkje takast opp att.", "The permit ends at once and cannot be taken up again.";
    permit_surrender_why: "Hvorfor?", "Kvifor?", "Why?";
    permit_surrender_no_longer_used: "Brukes ikke lenger", "Blir ikkje brukt lenger", "No longer used";
    permit_surrender_sold: "Solgt", "Selt", "Sold";
    permit_surrender_lost: "Mistet", "Mista", "Lost";
    permit_surrender_stolen: "Stjålet", "Stolen", "Stolen";
    permit_surrender_destroyed: "Ødelagt", "Øydelagt", "Destroyed";
    permit_surrender_button: "Ja, si opp tillatelsen", "Ja, sei opp løyvet", "Yes, give the permit up";
}

impl Words {
    /// How a case stands, in plain words. In what the authority began nobody has applied.
    pub fn case_state(self, case: &Case) -> &'static str {
        match case.status {
            Status::WaitingForApplicant if case.waits_for_comment() => self.choose(
                "Forhåndsvarsel: du kan uttale deg",
                "Førehandsvarsel: du kan uttale deg",
                "Advance notice: you may comment",
            ),
            Status::Granted if case.is_of_authority() => {
                self.choose("Vedtak er gjort", "Vedtak er gjort", "Decided")
            }
            Status::Withdrawn if case.is_of_authority() => self.choose(
                "Avsluttet uten vedtak",
                "Avslutta utan vedtak",
                "Closed without a decision",
            ),
            status => self.case_status_of(status),
        }
    }

    /// Status of a case, in plain words.
    pub const fn case_status_of(self, status: Status) -> &'static str {
        match status {
            Status::Submitted => self.choose(
                "Mottatt, venter på saksbehandler",
                "Motteken, ventar på saksbehandlar",
                "Received, waiting for a caseworker",
            ),
            Status::UnderReview => {
                self.choose("Under behandling", "Under behandling", "Being handled")
            }
            Status::WaitingForApplicant => self.choose(
                "Venter på svar fra deg",
                "Ventar på svar frå deg",
                "Waiting for your answer",
            ),
            Status::Granted => self.choose("Innvilget", "Innvilga", "Granted"),
            Status::PartlyGranted => {
                self.choose("Delvis innvilget", "Delvis innvilga", "Granted in part")
            }
            Status::Refused => self.choose("Avslått", "Avslegen", "Refused"),
            Status::Dismissed => self.choose("Avvist", "Avvist", "Dismissed"),
            Status::Withdrawn => self.choose("Trukket av deg", "Trekt av deg", "Withdrawn by you"),
            Status::Appealed => self.choose(
                "Klagen din er mottatt",
                "Klaga di er motteken",
                "Your appeal has been received",
            ),
            Status::Forwarded => self.choose(
                "Klagen din er hos klageinstansen",
                "Klaga di er hos klageinstansen",
                "Your appeal is with the appeal body",
            ),
            Status::Upheld => self.choose(
                "Avgjørelsen står etter klagen",
                "Avgjerda står etter klaga",
                "The decision stands after the appeal",
            ),
            Status::Reversed => self.choose(
                "Gjort om etter klagen",
                "Gjord om etter klaga",
                "Changed after the appeal",
            ),
        }
    }
}
