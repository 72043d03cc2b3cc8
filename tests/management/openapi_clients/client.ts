// Makes every call of the management API with types that openapi-typescript made, and prints their statuses.
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

declare const process: { argv: string[] };
const [base, key, sent, submitted, finished] = process.argv.slice(2) as [string, string, string, string, string];
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
const pdf = new TextEncoder().encode("%PDF-1.7");
const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", pdf));
const file = { name: "a.pdf", type: "application/pdf" as const, size: pdf.length, sha256: btoa(String.fromCharCode(...hash)) };
const resource = { path: { type: "Invoice", uid: "0123456789abcdef0123456789abcdef" } };
await told("putResource", api.PUT("/resources/{type}/{uid}", { params: resource, body: { title: "Invoice" } }));
await told("getResource", api.GET("/resources/{type}/{uid}", { params: resource }));
const first = await told("attachToResource", api.POST("/resources/{type}/{uid}/files", { params: resource, body: file }));
const ofResource = { params: { path: { ...resource.path, file: first.file.id } } };
await told("getResourceFile", api.GET("/resources/{type}/{uid}/files/{file}", ofResource));
await told("deleteResourceFile", api.DELETE("/resources/{type}/{uid}/files/{file}", ofResource));
const ofLink = { path: { rid } };
const second = await told("attachToLink", api.POST("/links/{rid}/files", { params: ofLink, body: file }));
if (!second.upload) throw new Error(JSON.stringify(second));
await fetch(second.upload.url, { method: second.upload.method, headers: second.upload.headers, body: pdf });
await told("listFiles", api.GET("/links/{rid}/files", { params: ofLink }));
const attached = { params: { path: { rid, file: second.file.id } } };
await told("getFile", api.GET("/links/{rid}/files/{file}", attached));
await told("deleteFile", api.DELETE("/links/{rid}/files/{file}", attached));
await told("deleteResource", api.DELETE("/resources/{type}/{uid}", { params: resource }));
const newer = await told("replaceLink", api.POST("/links/{rid}/replace", { params: { path }, body: { channels: [] } }));
await told("revokeLink", api.POST("/links/{rid}/revoke", { params: { path: { rid: newer.rid } }, body: { reason: "done" } }));
await told("getSubmission", api.GET("/links/{rid}/submission", { params: { path: { rid: submitted } } }));
await told("getChat", api.GET("/links/{rid}/chat", { params: { path: { rid: submitted } } }));
await told(
  "reopenLink",
  api.POST("/links/{rid}/reopen", { params: { path: { rid: submitted } }, body: { channels: [] } }),
);
const name = "My Survey Campaign";
await told("campaignResults", api.GET("/campaigns/{name}/results", { params: { path: { name } } }));
const id = { id: 71 };
await told("putContact", api.PUT("/contacts/{id}", { params: { path: id }, body: { name: "Ana", email: "ana@example.com", contactType: "Customer", smsConsent: false } }));
await told("getContact", api.GET("/contacts/{id}", { params: { path: id } }));
await told("deleteContact", api.DELETE("/contacts/{id}", { params: { path: id } }));
await told("eraseRecipient", api.POST("/recipients/erase", { body: { recipient: "ana@example.com", dryRun: true } }));
const agent = { params: { path: { agent: "typescript" } } };
await told("putAgent", api.PUT("/agents/{agent}", { ...agent, body: { name: "TypeScript", queues: [] } }));
await told("getAgent", api.GET("/agents/{agent}", agent));
await told("listAgents", api.GET("/agents"));
const desk = await told("createDesk", api.POST("/agents/{agent}/desk", { ...agent, body: { days: 1, send: false, replace: false } }));
if (!desk.link?.includes("#")) throw new Error(JSON.stringify(desk));
await told("deleteAgent", api.DELETE("/agents/{agent}", agent));
const category = { params: { path: { category: "typescript" } } };
await told(
  "putCategory",
  api.PUT("/categories/{category}", {
    ...category,
    body: { title: "TypeScript", tier: "standard", callbacks: true, patienceMinutes: 5, media: "audio", relay: false },
  }),
);
const kept = await told("getCategory", api.GET("/categories/{category}", category));
if (kept.patienceMinutes !== 5) throw new Error(JSON.stringify(kept));
await told("listCategories", api.GET("/categories"));
await told("deleteCategory", api.DELETE("/categories/{category}", category));
const rows = new TextEncoder().encode("email,/fullName\nana@example.com,Ana\n");
const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", rows));
const reserved = await told(
  "createImport",
  api.POST("/imports", {
    body: { name: "typescript", format: "csv", sha256: btoa(String.fromCharCode(...digest)), size: rows.length, process: "xxxxxxLChXYEBVg4", channels: [] },
  }),
);
const { upload } = reserved;
if (!upload) throw new Error(JSON.stringify(reserved));
await fetch(upload.url, { method: "PUT", headers: upload.headers, body: rows });
const ours = { params: { path: { import: reserved.id } } };
await told("startImport", api.POST("/imports/{import}/start", ours));
await told("getImport", api.GET("/imports/{import}", ours));
await told("pauseImport", api.POST("/imports/{import}/pause", ours));
await told("stopImport", api.POST("/imports/{import}/stop", ours));
await told("importResults", api.GET("/imports/{import}/results", { params: { path: { import: finished } } }));
await told("getOpenApi", api.GET("/openapi.json"));
const refused = await api.GET("/links/{rid}", { params: { path: { rid: "A".repeat(21) + "w" } } });
if (refused.error?.status !== 404 || !expires) throw new Error(JSON.stringify(refused));
console.log(JSON.stringify(statuses));
