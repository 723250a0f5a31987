// A rescue centre's client in TypeScript: subscribes, verifies what is delivered, looks a beacon up.
//
// registry.d.ts is generated from openapi/openapi.json, and the compiler checks every call against it.
// Usage: node client.js URL ADMINISTRATOR-TOKEN RESCUE-TOKEN
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import createClient from "openapi-fetch";
import { Webhook } from "standardwebhooks";
import type { paths } from "./registry.js";

const [url, administrator, rescue] = process.argv.slice(2) as [string, string, string];
const client = (token: string) =>
  createClient<paths>({ baseUrl: url, headers: { authorization: `Bearer ${token}` } });

type Arrived = { body: Buffer; headers: IncomingHttpHeaders };
const waiting: Arrived[] = [];
let wake = () => {};

// the body is kept byte by byte, as the signature is over it
const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    waiting.push({ body: Buffer.concat(parts), headers: request.headers });
    response.writeHead(204).end();
    wake();
  });
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const port = (server.address() as AddressInfo).port;

async function next(): Promise<Arrived> {
  while (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
  return waiting.shift()!;
}

// a subscription of its own, and everything registered delivered to it
const staff = client(administrator);
const made = await staff.POST("/v1/subscriptions", {
  body: {
    name: "TypeScript client",
    recipient: "rescueCentre",
    url: `http://127.0.0.1:${port}/deliveries`,
  },
});
if (!made.data?.secret) throw new Error(JSON.stringify(made.error));
const again = await staff.POST("/v1/subscriptions/{id}/replay", {
  params: { path: { id: made.data.id }, header: { "If-Match": '"v1"' } },
  body: { afterSequence: 0 },
});
if (again.error) throw new Error(JSON.stringify(again.error));

const webhook = new Webhook(made.data.secret);
type Message = {
  type: string;
  data: {
    permitId?: string;
    kind?: string;
    record?: { callSign?: string; permit?: { status?: string } };
  };
};
let sign: string | undefined;
let last: Arrived;
let message: Message;
do {
  last = await next();
  // throws when the signature does not hold
  message = webhook.verify(last.body, last.headers as Record<string, string>) as Message;
  const { kind, record } = message.data;
  if (kind === "plb" && record?.permit?.status === "active") sign = record.callSign;
} while (!sign);
let refused = false;
try {
  webhook.verify(Buffer.concat([last.body, Buffer.from(" ")]), last.headers as Record<string, string>);
} catch {
  refused = true;
}
if (!refused) throw new Error("a changed body was verified");
console.log(`typescript: ${message.type} verified, a changed body refused`);

const { data: answer, error } = await client(rescue).GET("/v1/rescue/beacons/{key}", {
  params: {
    path: { key: sign },
    header: { "Incident-Reference": "pending", Operator: "typescript" },
  },
});
if (!answer) throw new Error(JSON.stringify(error));
const found = answer.matches[0];
if (found?.permitId !== message.data.permitId) throw new Error("another permit");
const contacts = found?.record.contacts ?? [];
console.log(
  `typescript: ${answer.key} from ${answer.source}, ${answer.matches.length} match, ` +
    `${contacts.length} contacts, call ${contacts[0]?.phone?.[0]} first`,
);
server.close();
process.exit(0);
