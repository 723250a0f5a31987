URL='{url}'; RUN=$(date +%s); api() { who=$1; shift; curl -sS --fail-with-body -H "Authorization: Bearer $who" -H 'Content-Type: application/json' "$@"; }
# 1. Kari applies for a permit for her beacon; the same request again makes nothing new
RECEIPT=$(api "$KARI" -H "Idempotency-Key: walk-$RUN" "$URL/v1/plb/applications" -d '{application}'); echo "$RECEIPT" | jq -c '{caseNumber, status, dueOn}'; CASE=$(echo "$RECEIPT" | jq -r .caseId)
# 2. A caseworker finds the case, asks one question, Kari answers with a correction, the caseworker grants; If-Match says what was seen
api "$CASEWORKER" "$URL/v1/cases?status=open&limit=3" | jq -c '{total, first: [.items[] | {number, status, dueOn}]}'
version() { api "$CASEWORKER" "$URL/v1/cases/$CASE" | jq -r '"\"v\(.version)\""'; }
api "$CASEWORKER" -H "If-Match: $(version)" "$URL/v1/cases/$CASE/information-request" -d "{\"text\": \"Hvilken farge har nødpeilesenderen?\", \"dueOn\": \"$(date -u -d '+14 days' +%F 2>/dev/null || date -u -v+14d +%F)\"}" | jq -c '{status, waitingUntil}'
api "$KARI" -H "If-Match: $(version)" "$URL/v1/cases/$CASE/replies" -d '{"text": "Den er oransje.", "application": {corrected}}' | jq -c '{status}'
GRANTED=$(api "$CASEWORKER" -H "If-Match: $(version)" "$URL/v1/cases/$CASE/decision" -d '{"outcome": "granted"}'); echo "$GRANTED" | jq -c '{status, callSign}'; PERMIT=$(echo "$GRANTED" | jq -r .permitId); SIGN=$(echo "$GRANTED" | jq -r .callSign)
# 3. The programmer finds the order, programs the beacon and reports its code; the permit becomes active
ORDER=$(api "$PROGRAMMER" "$URL/v1/programming-orders?limit=200" | jq -c --arg sign "$SIGN" '.items[] | select(.record.callSign == $sign)'); echo "$ORDER" | jq -c '.record.programming'
api "$PROGRAMMER" -H "If-Match: $(echo "$ORDER" | jq -r '"\"v\(.version)\""')" "$URL/v1/programming-orders/$(echo "$ORDER" | jq -r .id)/report" -d '{"code": "{code}"}' | jq -c '{status, reportedAt}'
# 4. The rescue centre looks the beacon up by its code, by what it sends, and by its call sign
for KEY in {code} {message} "$SIGN"; do api "$RESCUE" -H 'Incident-Reference: pending' -H 'Operator: vakt-3' "$URL/v1/rescue/beacons/$KEY" | jq -c --arg key "$KEY" '{key: $key, match: .matches[0].match, holder: .matches[0].record.holder.name, call: [.matches[0].record.contacts[] | {name, phone}]}'; done
# 5. An examiner reports a result, Ola gets a licence and a call sign, changes what the public sees, and takes it back
api "$EXAMINER" "$URL/v1/exam-results" -d "{\"results\": [{\"nationalId\": \"{ola}\", \"licenceClass\": \"{class}\", \"passedOn\": \"$(date -u +%F)\", \"reference\": \"walk-$RUN\"}]}" | jq -c .
LICENCE=$(api "$OLA" -H "Idempotency-Key: walk-$RUN-2" "$URL/v1/amateur/applications" -d '{amateur}'); echo "$LICENCE" | jq -c '{status, callSign}'; OWN=$(echo "$LICENCE" | jq -r .callSign)
api "$OLA" -X PUT "$URL/v1/consents/call-sign-list" -d "{\"callSign\": \"$OWN\", \"fields\": [\"name\", \"address\", \"postTown\"]}" | jq -c '.items[0] | {callSign, fields}'
curl -sS "$URL/v1/call-signs/$OWN" | jq -c .
api "$OLA" -X DELETE "$URL/v1/consents/call-sign-list"; curl -sS "$URL/v1/call-signs/$OWN" | jq -c .
# 6. Kari fetches the certificate; anybody can check it, and learns nothing about her
api "$KARI" -o "certificate-$SIGN.pdf" "$URL/v1/permits/$PERMIT/certificate"; ls -l "certificate-$SIGN.pdf"
CODE=$(api "$KARI" "$URL/v1/permits/$PERMIT" | jq -r '.verificationUrl | split("/") | last'); curl -sS "$URL/v1/permit-verifications/$CODE" | jq -c .
# Both are given up again, so that this can be run once more; the rescue centre is told of it
surrender() { api "$1" -H "If-Match: $(api "$1" "$URL/v1/permits/$2" | jq -r '"\"v\(.record.permit.version)\""')" "$URL/v1/permits/$2/surrender" -d '{"reason": "noLongerUsed"}' | jq -c '.record.permit | {number, status}'; }
surrender "$KARI" "$PERMIT"; surrender "$OLA" "$(echo "$LICENCE" | jq -r .permitId)"
