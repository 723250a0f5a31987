// Reads {"secret", "deliveries": [{"headers", "body"}]} and verifies every delivery with the JavaScript
// library of Standard Webhooks. Answers, for each, "verified" or the library's reason for refusing it.
"use strict";
const { Webhook } = require("standardwebhooks");

let input = "";
process.stdin.on("data", (part) => (input += part));
process.stdin.on("end", () => {
  const { secret, deliveries } = JSON.parse(input);
  const webhook = new Webhook(secret);
  const verdicts = deliveries.map(({ headers, body }) => {
    try {
      webhook.verify(Buffer.from(body, "base64"), headers);
      return "verified";
    } catch (error) {
      return error.message;
    }
  });
  process.stdout.write(JSON.stringify(verdicts));
});
