// Makes every call of the management API with types that openapi-typescript made, and prints their statuses.
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

declare const process: { argv: string[] };
const [base, key, sent, submitted] = process.argv.slice(2) as [string, string, string, string];
const api = createClient<paths>({ baseUrl: base, headers: { Authorization: `Bearer ${key}` } });
const statuses: Record<string, number> = {};

async function told<T>(name: string, call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  statuses[name] = response.status;
  if (error !== undefined) throw new Error(`${name}: ${JSON.stringify(error)}`);
  return data as T;
}

const made = await told(
  "createLinks",
  api.POST("/links/batch", {
    body: {
      links: [
        { kind: "resource", resourceType: "Invoice", resourceUid: "0123456789abcdef0123456789abcdef", contactId: 1 },
        { kind: "process", process: "xxxxxxLChXYEBVg4", data: { fullName: "Ana" }, notify: false },
      ],
    },
    params: { header: { "Idempotency-Key": "typescript" } },
  }),
);
const rid: string | null | undefined = made.results[0]?.rid;
if (typeof rid !== "string") throw new Error(JSON.stringify(made));
const path = { rid };
await told("listLinks", api.GET("/links", { params: { query: { kind: "resource", limit: 5 } } }));
const link = await told("getLink", api.GET("/links/{rid}", { params: { path } }));
const expires: string = link.expiresAtUtc;
await told("extendLink", api.POST("/links/{rid}/extend", { params: { path }, body: { hours: 24 * 20 } }));
await told("resendLink", api.POST("/links/{rid}/resend", { params: { path: { rid: sent } }, body: { channel: "email" } }));
await told("revokeWay", api.POST("/links/{rid}/revoke-way", { params: { path }, body: { way: "api" } }));
await told("listEvents", api.GET("/links/{rid}/events", { params: { path } }));
const newer = await told("replaceLink", api.POST("/links/{rid}/replace", { params: { path }, body: { channels: [] } }));
await told("revokeLink", api.POST("/links/{rid}/revoke", { params: { path: { rid: newer.rid } }, body: { reason: "done" } }));
await told("getSubmission", api.GET("/links/{rid}/submission", { params: { path: { rid: submitted } } }));
const name = "My Survey Campaign";
await told("campaignResults", api.GET("/campaigns/{name}/results", { params: { path: { name } } }));
const id = { id: 71 };
await told("putContact", api.PUT("/contacts/{id}", { params: { path: id }, body: { name: "Ana", email: "ana@example.com", contactType: "Customer", smsConsent: false } }));
await told("getContact", api.GET("/contacts/{id}", { params: { path: id } }));
await told("deleteContact", api.DELETE("/contacts/{id}", { params: { path: id } }));
await told("eraseRecipient", api.POST("/recipients/erase", { body: { recipient: "ana@example.com", dryRun: true } }));
await told("getOpenApi", api.GET("/openapi.json"));
const refused = await api.GET("/links/{rid}", { params: { path: { rid: "A".repeat(21) + "w" } } });
if (refused.error?.status !== 404 || !expires) throw new Error(JSON.stringify(refused));
console.log(JSON.stringify(statuses));
